import Entra
import Grants
import Linux
import Spool

/// Follows items from `incoming/` to their verdict; one thread, no lock, everything that waits is a value.
final class Worker {
    let settings: Settings
    let log: Log
    let spool: SpoolDirectory
    let incoming: Incoming
    let claim: Claim
    let store: LedgerStore
    let recorder: Recorder
    let jitter: () -> Double
    let newId: () -> String
    let policies: ConfiguredLocations
    var locations: [String: LocationState] = [:]
    var graph: GraphState
    /// `incoming/` may hold something that was not looked at.
    var mustLook = true
    /// What the last look found beyond the room that there was, the oldest first.
    var backlog = Backlog()
    /// What else lies in `incoming/`, as it was last told.
    var strays = 0
    var immovable = 0
    /// Claims in `work/` that the disk does not show, to be judged as soon as it does.
    var unseen: [ClaimName: SystemError] = [:]
    /// What lies in `incoming/` and cannot be moved at the moment, with the name that it gets.
    var unmoved: [Incoming.Candidate: ItemName] = [:]
    /// What is wrong was told already.
    var hasToldOfTroubles = false
    /// When to look although nothing was heard: a file was still being written, or could not be taken.
    var lookAgainAt: ContinuousClock.Instant?
    var lastClaimNumber: UInt64 = 0
    /// Items in hand, counted along while a batch is taken.
    var crowd = 0
    /// What a former life has seen and written, by location and its id.
    var inheritedDrift: [String: (id: String, drift: DriftWatch)] = [:]
    /// `work/` could not be listed, and is not tried again before.
    var unlistedUntil: ContinuousClock.Instant?
    /// Since when there is something to look at and no room for it.
    var crowdedSince: ContinuousClock.Instant?
    let mark: PoisonMark
    /// An earlier life crashed over a batch, so what lies in `incoming/` is judged one by one.
    var isCautious: Bool
    let care: SpoolCare
    private(set) var clock: ClockGuard
    /// Nil: no token is asked for.
    let authentication: AuthenticationState?
    /// Refused by their bytes, or because nobody proved who submitted them: no ledger has to know.
    var unreadable: [Outcome] = []
    var tally = Tally()
    var counters = Counters()
    /// Ledgers whose location left the configuration.
    var forsaken: [String] = []

    init(_ parts: WorkerParts, at now: Moment) throws(SystemError) {
        settings = parts.settings
        log = parts.log
        spool = parts.spool
        jitter = parts.jitter
        newId = parts.newId
        incoming = Incoming(parts.spool)
        let random = parts.random
        claim = Claim(parts.spool, settleTime: parts.settings.batch.settleTime, random: random)
        store = LedgerStore(parts.spool)
        recorder = Recorder(parts.spool, log: parts.log)
        policies = ConfiguredLocations(parts.settings.locations.values.map(\.policy))
        graph = GraphState(parts, at: now)
        authentication = AuthenticationState(parts, at: now)
        mark = try PoisonMark(parts.spool)
        isCautious = mark.wasLeft
        care = SpoolCare(parts, at: now)
        clock = ClockGuard(wall: now.wall, monotonic: now.monotonic, recorded: try store.lastWritten())
    }

    /// The time to live by: what the wall clock says, unless it has jumped.
    func guarded(_ moment: Moment) -> Moment {
        let wasDoubting = clock.isDoubting
        let wall = clock.time(wall: moment.wall, monotonic: moment.monotonic)
        if clock.isDoubting != wasDoubting {
            log(
                wasDoubting ? .notice : .error, wasDoubting ? "clock.trusted" : "clock.doubted",
                ["wall": moment.wall.description, "expected": wall.description])
        }
        return Moment(wall: wall, monotonic: moment.monotonic)
    }

    /// After a reload: what was learned about the clock and about Entra outlives the configuration.
    func inherit(_ former: Worker, at now: Moment) {
        clock = former.clock
        counters = former.counters
        graph.inherit(former.graph, settings.entra, at: now)
        inheritedDrift = former.locations.mapValues { ($0.ledger.id, $0.drift) }
        if let known = former.authentication { authentication?.inherit(known) }
    }

    /// A server's date may settle a doubt about our clock.
    func hear(_ date: Timestamp, at moment: Moment) {
        if clock.hear(date, wall: moment.wall, monotonic: moment.monotonic) {
            log(.notice, "clock.trusted", ["wall": moment.wall.description, "date": date.description])
        }
    }

    /// One turn: take what is ready, end what is over, record removals, settle, send.
    ///
    /// What comes before sending may take as long as a slot, so the gate reads its clock anew.
    func turn(at now: Moment, later: () -> ContinuousClock.Instant) throws(SystemError) {
        care.look(at: now)
        takeParked(at: now)
        takeUnproved(at: now)
        try takeArrivals(at: now)
        try admitProved(at: now)
        endWhatIsOver(at: now)
        try recordRemovals(at: now)
        failUnproved(at: now)
        try settleWhatIsDecided(at: now)
        askForProofs(at: now)
        send(at: Moment(wall: now.wall, monotonic: later()))
        tellOverdueRemovals(at: now)
    }

    /// The locations whose ledger could be read.
    var served: [LocationState] {
        locations.values.filter { !$0.isPaused }
    }

    /// Whether grants may be added: what is opened has to be recorded, and the last of the room is for removals.
    var mayAdd: Bool {
        recorder.canRecord && !care.isShortOfRoom
    }

    /// Items that have no verdict yet, without those of paused locations, which nothing can be done about.
    var inHand: Int {
        served.reduce(unreadable.count + unseen.count + (authentication?.inHand ?? 0)) {
            $0 + $1.waiting.count + $1.refused.count
        }
    }
}

/// What a worker is made of.
struct WorkerParts {
    let settings: Settings
    let log: Log
    let spool: SpoolDirectory
    let transport: HTTPTransport
    let jitter: () -> Double
    let random: () -> UInt16
    let newId: () -> String
}

/// How the items of this life ended, for the exit status of `run --once`.
struct Tally {
    var done = 0
    var failed = 0
}
