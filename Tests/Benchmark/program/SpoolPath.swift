import FoundationEssentials
import Grants
import Spool

/// Takes what waits through the spool as the worker does, without ledger, journal and network.
enum SpoolPath {
    /// The requests name locations `l0`, `l1`, …, as `contrib/benchmark` writes them.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 2, let batch = Int(arguments[1]) else { return Result.usage() }
        let spool = try SpoolDirectory.open(at: arguments[0])
        let incoming = Incoming(spool)
        let claim = Claim(spool, settleTime: .seconds(2)) { UInt16.random(in: 0...UInt16.max) }
        let settle = Settle(spool)
        var number = UInt64(now.microseconds)
        var settled = 0
        while true {
            let listing = try incoming.list(upTo: batch)
            guard !listing.oldest.isEmpty else { break }
            let time = now
            var moves: [Settle.Move] = []
            for candidate in listing.oldest {
                number += 1
                let taken = try claim.take(candidate, number: number, at: time) { (bytes, file) throws(Failure) in
                    try GrantRequest(
                        parsing: bytes,
                        in: RequestContext(
                            stamp: file.claim.item.stamp, modified: file.status.modified, claimed: time,
                            locations: locations))
                }
                guard case .request(let file, _) = taken else {
                    throw Unmeasured(description: "\(candidate.name) is not taken as a request")
                }
                moves.append(Settle.Move(claim: file.claim, verdict: .done, why: nil, isRetry: file.isRetry))
            }
            try settle.syncWork()
            guard try settle.settle(moves, at: time).isEmpty else {
                throw Unmeasured(description: "some could not be settled")
            }
            settled += moves.count
        }
        Result.print(["settled": Double(settled)])
    }

    private static let locations = ConfiguredLocations(
        (0..<50).map { LocationPolicy(name: "l\($0)", id: "id-\($0)", maxGrantDuration: .seconds(86_400)) })

    private static var now: Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded(.down)))
    }
}
