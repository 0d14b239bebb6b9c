import Grants

/// Leaving the world alone, and looking at what has become of it.
extension World {
    /// After so long without faults nothing is left to do: an hour of looking past a list that might be an old one of
    /// ours, two looks for drift, and then some.
    private var longestUnrest: Duration { .seconds(3_600) + looks * 8 }
    /// After so long without faults what has to leave has left: the longest pauses between tries, and one second each.
    private static let longestRemoval = Duration.seconds(400)
    /// A lost list is written once more 60 s after the next success.
    private static let quiet = Duration.seconds(130)

    /// All faults end; then it has to come to rest, and be as the requests say.
    func awaitRest() {
        graph.faults = []
        graph.refused = nil
        disk.plan.faults = []
        (disk.plan.isFull, disk.plan.isReadOnly) = (false, false)
        tell("— calm —")
        if tape.asksForRestart { stop(thenAway: .seconds(1)) }
        let begin = clock.elapsed
        var mustBeClean = true
        var (patches, quietSince) = (patchCount, begin)
        while violations.isEmpty {
            pass(.seconds(10))
            if mustBeClean, clock.elapsed - max(begin, bornAt) > Self.longestRemoval, life != nil {
                mustBeClean = false
                if let ghost = oracle.ghosts().first {
                    violate("\(ghost), \(Self.longestRemoval) after the last fault")
                }
            }
            if patchCount != patches || !isDone { (patches, quietSince) = (patchCount, clock.elapsed) }
            if clock.elapsed - quietSince >= Self.quiet { break }
            // What ends by itself meanwhile has to be written.
            if clock.elapsed - begin > longestUnrest { violate("it never comes to rest") }
        }
        guard violations.isEmpty else { return }
        oracle.checkRest()
        checkSilence()
    }

    /// Faults and all; a fault that keeps them all for longer than this is left behind.
    func awaitVerdicts() {
        let end = clock.elapsed + .seconds(3_600)
        while violations.isEmpty, clock.elapsed < end, oracle.isWaiting { pass(.seconds(10)) }
    }

    private var patchCount: Int { graph.asked[.patch] ?? 0 }

    /// As far as it can be seen from outside.
    private var isDone: Bool {
        guard let life, life.isDrained, life.connections.isIdle, graph.landings.isEmpty, clock.error == .zero else {
            return false
        }
        return !graph.locations.values.contains(where: \.isDisturbed)
    }

    /// Nothing is asked when nothing changes.
    private func checkSilence() {
        let (patches, reads) = (patchCount, graph.asked[.get] ?? 0)
        let time = Duration.seconds(300)
        if let change = oracle.nextChange, change < clock.elapsed + time { return }
        // Whoever dies meanwhile has to write everything again.
        guard disk.plan.death == nil, disk.plan.deathAtList == nil else { return }
        pass(time)
        if patchCount > patches { violate("a list was sent although nothing had changed") }
        if (graph.asked[.get] ?? 0) > reads + ids.count { violate("Graph was read again and again for nothing") }
    }
}
