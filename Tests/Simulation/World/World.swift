import Grants
import Kit
import Linux
import Spool

@testable import knocknoc_entra

/// A disk, a Graph, clocks and a worker that dies and lives again; time passes only in `pass`.
final class World {
    static let path = "spool"
    /// A turn takes time, too.
    private static let shortestTurn = Duration.microseconds(200)

    let clock = SimulatedClock()
    let disk: SimulatedDisk
    let graph: SimulatedGraph
    let oracle: Oracle
    let tape: Tape
    /// The named locations' ids by the names of the locations.
    let ids: [String: String]
    let sentinel: CIDR
    /// How long a worker that nothing wakes sleeps.
    let idle: Duration
    /// How often the worker looks for drift.
    let looks: Duration
    private(set) var life: SimulatedLife?
    private var revival = Duration.zero
    /// When the present life began.
    private(set) var bornAt = Duration.zero
    private var mendsClockAt: Duration?
    private var away = Duration.seconds(5)
    private var hasNews = false
    /// When the worker's sleep ends, unless something wakes it.
    private var sleepsUntil = Duration.zero
    private var random: SeededRandom
    private(set) var violations: [String] = []
    private(set) var turns = 0
    private(set) var lives = 0
    private var idleTurns = 0
    private var progress = (changes: 0, requests: 0)

    init(seed: UInt64, locations: [String], isTold: Bool, idle: Duration, looks: Duration = .seconds(900)) throws {
        tape = Tape(isOn: isTold)
        (self.idle, self.looks, random) = (idle, looks, SeededRandom(seed: seed &+ 77))
        sentinel = try CIDR("192.0.2.0/32")
        var ids: [String: String] = [:]
        for (index, name) in locations.enumerated() {
            ids[name] = "bbbbbbbb-0000-4000-8000-" + String(1_000_000_000_000 + index).dropFirst()
        }
        self.ids = ids
        disk = SimulatedDisk(clock)
        graph = SimulatedGraph(clock, Array(ids.values), sentinel: sentinel.description)
        oracle = Oracle(disk, graph, clock, ids)
        _ = try SpoolInit.run(at: Self.path, on: DiskSession(disk))
        disk.settleAll()
        let violate: (String) -> Void = { [unowned self] text in self.violate(text) }
        (graph.violate, oracle.violate) = (violate, violate)
        let tell: (@autoclosure () -> String) -> Void = { [unowned self] text in self.tell(text()) }
        (graph.tell, oracle.tell) = (tell, tell)
        disk.didKill = { [tape] in tape.processDied() }
        disk.didMove = { [unowned self] node, folder, name in oracle.moved(node, folder, name) }
    }

    var moment: Moment { Moment(wall: clock.wall, monotonic: clock.monotonic) }

    func tell(_ line: @autoclosure () -> String) {
        tape.tell("\(clock.elapsed) \(line())")
    }

    func violate(_ text: String) {
        violations.append(text)
        tell("VIOLATION: \(text)")
    }

    /// Chance for one thing that happens, whatever else happens.
    func chance(for step: Int) -> SeededRandom {
        var seeds = random
        return SeededRandom(seed: seeds.next() &+ UInt64(step) &* 0x1234_5678_9ABC_DEF1)
    }

    func namesOfLife() -> () -> UInt64 {
        var names = chance(for: 1_000_000 + lives)
        return { names.next() >> 8 }
    }

    func connections(of process: DiskSession) -> GraphSession {
        var delays = chance(for: 2_000_000 + lives)
        return GraphSession(graph, of: process) { .milliseconds(Int.random(in: 5...90, using: &delays)) }
    }

    /// Something was put into `incoming/`.
    func noteNews() {
        hasNews = true
        sleepsUntil = min(sleepsUntil, clock.elapsed + Self.shortestTurn)
    }

    func breakClock(_ error: Duration, for time: Duration) {
        clock.error = error
        mendsClockAt = clock.elapsed + time
    }

    /// The process ends before so many more calls on the disk, and comes back after a while.
    func plan(_ kind: DiskPlan.Death, after calls: Int, away: Duration) {
        self.away = away
        guard calls == 0 else {
            disk.plan.death = (disk.calls + calls, kind)
            return
        }
        life?.process.die(kind)
        bury()
    }

    func planAtList(_ kind: DiskPlan.Death, landing delay: Duration, away: Duration) {
        self.away = away
        disk.plan.deathAtList = kind
        graph.delayAtDeath = delay
    }

    func pass(_ time: Duration) {
        let target = clock.elapsed + time
        while clock.elapsed < target, violations.isEmpty { live(until: target) }
    }

    /// A turn, where the worker is awake, and the wait behind it.
    private func live(until target: Duration) {
        graph.land(upTo: clock.elapsed)
        if let end = mendsClockAt, end <= clock.elapsed { (clock.error, mendsClockAt) = (.zero, nil) }
        guard life != nil || revive() else {
            return clock.advance(to: [target, revival, graph.nextLanding].compactMap(\.self).min() ?? target)
        }
        if sleepsUntil <= clock.elapsed {
            if hasNews { life?.look() }
            hasNews = false
            guard turn() else { return }
        }
        guard let life else { return }
        let next = [target, sleepsUntil, life.connections.nextAnswer, graph.nextLanding, mendsClockAt]
        clock.advance(to: next.compactMap(\.self).min() ?? target)
        graph.land(upTo: clock.elapsed)
        guard life.connections.nextAnswer.map({ $0 <= clock.elapsed }) ?? false else { return }
        _ = act { (life) throws(SystemError) in try life.receive() }
        (sleepsUntil, idleTurns) = (.zero, 0)
    }

    private func turn() -> Bool {
        guard let life, act({ (life) throws(SystemError) in try life.turn() }) else { return false }
        turns += 1
        if life.hasLostSpool { violate("the worker says that its spool is lost") }
        noteProgress(life.rest)
        sleepsUntil = clock.elapsed + max(life.rest, Self.shortestTurn)
        return true
    }

    /// Does something with the worker; false where that was its end.
    private func act(_ deed: (SimulatedLife) throws(SystemError) -> Void) -> Bool {
        guard let life else { return false }
        do throws(SystemError) {
            try deed(life)
        } catch {
            if life.process.isAlive { tell("the process ends: \(error)") }
            bury()
            return false
        }
        guard life.process.isAlive else {
            bury()
            return false
        }
        if let failure = life.process.failedSync { violate("it went on after \(failure)") }
        return true
    }

    private func noteProgress(_ rest: Duration) {
        let now = (disk.changes, graph.asked.values.reduce(0, +))
        if rest > .milliseconds(1) || now != progress { idleTurns = 0 }
        progress = now
        idleTurns += 1
        if idleTurns > 50 { violate("a busy loop: 50 turns without anything to do") }
    }

    private func revive() -> Bool {
        guard clock.elapsed >= revival else { return false }
        lives += 1
        (idleTurns, sleepsUntil) = (0, .zero)
        bornAt = clock.elapsed
        tape.processBegins()
        // A clock that is wrong at a start is believed too soon (waits for faults A1, A2).
        (clock.error, mendsClockAt) = (.zero, nil)
        let deaths = disk.plan.death
        do {
            life = try SimulatedLife(in: self)
            guard life?.process.isAlive ?? false else {
                bury()
                return false
            }
            tell("— life \(lives) begins —")
            return true
        } catch {
            tell("— life \(lives) does not come about: \(error) —")
            life = nil
            if let deaths, disk.plan.death == nil { end(by: deaths.kind) }
            revival = clock.elapsed + .seconds(5)
            return false
        }
    }

    private func bury() {
        let death = life?.process.death
        life = nil
        revival = clock.elapsed + .seconds(5)
        if let death { end(by: death) }
    }

    private func end(by death: DiskPlan.Death) {
        tell("— \(death) —")
        revival = clock.elapsed + away
        guard death == .powerCut else { return }
        var chance = chance(for: 3_000_000 + lives)
        disk.cutPower(&chance)
        oracle.powerWasCut()
    }

    /// An orderly end; the answers under way are given a moment to come.
    func stop(thenAway time: Duration) {
        letAnswersCome()
        guard act({ (life) throws(SystemError) in try life.stop() }), let process = life?.process else { return }
        life = nil
        revival = clock.elapsed + time
        tell("— stopped —")
        if let death = process.death { end(by: death) } else { oracle.checkDescriptors(process) }
    }

    func reload() {
        letAnswersCome()
        if act({ (life) throws(SystemError) in try life.reload() }) { tell("— reloaded —") }
        sleepsUntil = .zero
    }

    private func letAnswersCome() {
        let end = clock.elapsed + .seconds(20)
        while let life, life.awaitsAnswer, clock.elapsed < end {
            clock.advance(to: min(life.connections.nextAnswer ?? end, end))
            graph.land(upTo: clock.elapsed)
            guard act({ (life) throws(SystemError) in try life.receive() }) else { return }
        }
    }
}
