import Foundation
import Glibc
import Grants
import Kit
import Linux
import Testing

@testable import Spool

/// A real spool in a directory of its own, gone with its owner.
final class TemporarySpool {
    let path: String
    let spool: SpoolDirectory
    private let temporary: TemporaryFolder

    init() throws {
        temporary = try TemporaryFolder("spool-test")
        path = temporary.path
        _ = try SpoolInit.run(at: path)
        spool = try SpoolDirectory.open(at: path)
    }

    static func makeDirectory() throws -> String { try TemporaryFolder.make("spool-test").path }

    /// Long enough ahead that everything here has rested.
    var later: Timestamp { now + .seconds(120) }

    var now: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }

    func folder(_ place: String) throws -> Folder {
        var folder = try Folder.open(path: path)
        for name in place.split(separator: "/") { folder = try folder.folder(String(name)) }
        return folder
    }

    func make(_ place: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(place)", withIntermediateDirectories: true)
    }

    func put(_ name: String, _ text: String = TemporarySpool.good, in place: String = "incoming") throws {
        try put(Array(name.utf8), text, in: place)
    }

    func put(_ name: [UInt8], _ text: String = TemporarySpool.good, in place: String = "incoming") throws {
        try folder(place).writeNote(name, Array(text.utf8), mode: 0o640)
    }

    func names(_ place: String) -> [String] {
        ((try? folder(place).names()) ?? []).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    func text(_ name: String, in place: String) -> String? {
        (try? folder(place).read(Array(name.utf8), limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }

    func link(_ old: String, _ new: String) throws {
        try FileManager.default.linkItem(atPath: "\(path)/\(old)", toPath: "\(path)/\(new)")
    }

    func mode(_ place: String) throws -> String {
        String(try folder(place).status().mode, radix: 8)
    }

    /// A request in the smallest form.
    static let good = #"{"action":"flush"}"#

    static func decode(_ bytes: [UInt8], _ file: Claim.File) throws(Failure) -> GrantRequest {
        let policy = LocationPolicy(
            name: "office", id: "1e5b3a2c-0000-4000-8000-00000000000f", maxGrantDuration: .seconds(86_400))
        return try GrantRequest(
            parsing: bytes,
            in: RequestContext(
                stamp: file.claim.item.stamp, modified: file.status.modified, claimed: file.status.modified,
                locations: ConfiguredLocations([policy])))
    }
}

extension TemporarySpool {
    var claim: Claim { Claim(spool, settleTime: .seconds(2), random: { 0x3fa9 }) }

    func candidates(upTo limit: Int = 1_000) throws -> [Incoming.Candidate] {
        try Incoming(spool).list(upTo: limit).oldest
    }

    /// Takes all that is in `incoming/`; each that stays counts as nil.
    func take(at now: Timestamp) throws -> [Claim.Taken?] {
        var taken: [Claim.Taken?] = []
        for (number, candidate) in try candidates().enumerated() {
            let take = claim
            taken.append(
                try take.take(candidate, number: UInt64(number + 1), at: now) { (bytes, file) throws(Failure) in
                    try Self.decode(bytes, file)
                })
        }
        return taken
    }

    /// As a start does it.
    func recover(settling: [ClaimName: Verdict]) throws -> Recover.Findings {
        let findings = try Recover(spool).run(settling: settling)
        try findings.removeDuplicates()
        return findings
    }

    /// Puts a claimed item into `work/`.
    func putClaim(_ name: String, number: UInt64, _ text: String = TemporarySpool.good) throws -> ClaimName {
        let claim = ClaimName(item: try item(name), number: number)
        try put(claim.bytes, text, in: "work")
        return claim
    }

    func item(_ name: String) throws -> ItemName {
        try #require(ItemName(bytes: Array((Self.stamp + name).utf8)))
    }

    static let stamp = "20261120T230542.123456Z-3fa9~"
}

extension Claim.Taken {
    var error: Failure? {
        if case .refused(_, let error) = self { return error }
        return nil
    }

    var file: Claim.File {
        switch self {
        case .request(let file, _), .refused(let file, _): file
        case .unseen(_, let error), .unmoved(_, _, let error):
            preconditionFailure("the disk of a test shows everything: \(error)")
        }
    }
}

/// Runs as another user as far as files are concerned (setfsuid(2) is for one thread); nil where that is impossible.
func asNobody<Result>(_ body: () throws -> Result) rethrows -> Result? {
    typealias SetUser = @convention(c) (UInt32) -> Int32
    guard geteuid() == 0, let symbol = unsafe dlsym(nil, "setfsuid") else {
        let isCI = ProcessInfo.processInfo.environment["CI"] != nil
        Issue.record("needs root to become somebody else", severity: isCI ? .error : .warning)
        return nil
    }
    let setUser = unsafe unsafeBitCast(symbol, to: SetUser.self)
    _ = setUser(65_534)
    defer { _ = setUser(0) }
    return try body()
}
