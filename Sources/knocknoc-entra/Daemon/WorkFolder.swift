import Grants
import Linux
import Spool

/// Reads again what lies in `work/`: at the start, after it was parked, and where the disk did not show it before.
final class WorkFolder {
    private let spool: SpoolDirectory
    private let claim: Claim
    private let settings: Settings
    private var policies: ConfiguredLocations
    private let hash: ([UInt8], ItemName) -> [UInt8]?
    let mark: PoisonMark
    /// Claims that the disk does not show, to be judged as soon as it does.
    private(set) var unseen: [ClaimName: SystemError] = [:]
    /// The folder could not be listed, and is not tried again before.
    private var unlistedUntil: ContinuousClock.Instant?

    init(_ parts: WorkerParts, _ claim: Claim, hash: @escaping ([UInt8], ItemName) -> [UInt8]?) throws(SystemError) {
        spool = parts.spool
        self.claim = claim
        self.hash = hash
        settings = parts.settings
        policies = ConfiguredLocations(settings.locations.values.map(\.policy))
        mark = try PoisonMark(parts.spool)
    }

    /// Requests may also be about locations that left the configuration.
    func drain(_ draining: [LocationPolicy]) {
        policies = ConfiguredLocations(settings.locations.values.map(\.policy) + draining)
    }

    /// Reads bytes as a request, once its file is known.
    func request(_ bytes: [UInt8], _ file: Claim.File, _ hash: inout [UInt8]?) throws(Failure) -> GrantRequest {
        hash = self.hash(bytes, file.claim.item)
        return try GrantRequest(
            parsing: bytes,
            in: RequestContext(
                stamp: file.claim.item.stamp, modified: file.status.modified, claimed: file.claim.madeAt,
                locations: policies))
    }

    /// Nil where it has gone, or the disk does not show it.
    func read(_ name: ClaimName) -> Arrival? {
        do throws(SystemError) {
            var hash: [UInt8]?
            let taken = try claim.takeAgain(name) { (bytes, file) throws(Failure) in
                try request(bytes, file, &hash)
            }
            return taken.flatMap { arrival($0, hash) }
        } catch {
            unseen[name] = error
            return nil
        }
    }

    func arrival(_ taken: Claim.Taken, _ hash: [UInt8]?) -> Arrival? {
        switch taken {
        case .unseen(let name, let error):
            unseen[name] = error
            return nil
        case .unmoved: return nil
        case .refused(let file, let error): return .refused(file, error)
        case .request(let file, let request): return .request(file, request, hash)
        }
    }

    /// What could not be read, to be tried once more.
    func takeUnseen() -> [ClaimName] {
        defer { unseen = [:] }
        return unseen.keys.sorted { $0.number < $1.number }
    }

    /// Runs a step that judges items: what brings the worker down is found by the mark.
    func marking(_ step: () -> Void) {
        try? mark.begin()
        step()
        try? mark.end()
    }

    /// The claims that crashed the worker so often that they are given up.
    func takeAbandoned(_ claims: [ClaimName]) throws(SystemError) -> [Outcome] {
        var outcomes: [Outcome] = []
        for claim in claims {
            guard let crashes = mark.suspects[claim], crashes >= PoisonMark.crashLimit,
                let file = try self.claim.file(claim)
            else { continue }
            let detail = "the worker ended \(crashes) times while it was judging this file; keep it for a report"
            outcomes.append(Outcome(file, failed: Failure(.spool008, detail)))
            try? mark.clear(claim)
        }
        return outcomes
    }

    /// Whether the folder could be listed, as far as is known.
    func mayList(at now: Moment) -> Bool {
        unlistedUntil.map { $0 <= now.monotonic } ?? true
    }

    /// Nil, and no further try for a second, where it cannot be listed.
    func claims(at now: Moment) -> [ClaimName]? {
        let claims = try? spool.claims()
        if claims == nil { unlistedUntil = now.monotonic + .seconds(1) }
        return claims
    }
}

extension Outcome {
    init(_ file: Claim.File, failed failure: Failure) {
        self.init(file.claim, owner: file.status.owner, isRetry: file.isRetry, failed: failure)
    }
}
