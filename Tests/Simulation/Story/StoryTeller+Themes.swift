import Kit

/// Stories that chance seldom makes: each the shortest way to a mistake that only some crash brings to light.
extension StoryTeller {
    mutating func story(about theme: Theme) -> Story {
        var events = events(of: theme)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            events.insert(death(), at: Int.random(in: 0...events.count, using: &random))
        }
        return story(events)
    }

    private mutating func events(of theme: Theme) -> [Story.Event] {
        let busy = Story.Event.graph(
            GraphFault(target: .patch, times: 100, action: .status(503, retryAfter: nil, .none)))
        let silent = Story.Event.graph(GraphFault(target: .patch, times: 100, action: .silence(.none)))
        let revoke = Story.Event.drop(
            SimulatedRequest(kind: .revokeUsersAddresses, location: "office", user: "alice", ranges: [0..<1]))
        switch theme {
        case .retriedElsewhere:
            return [
                busy, grant("k1", 0, age: 5), .verdicts, .heal, silent, grant("k2", 1, age: 4), .verdicts,
                .retry(.item(1)), .verdicts, .heal, busy, .retry(.item(nil)), .verdicts, .heal, grant("k2", 2, age: 0),
                .verdicts,
            ]
        case .overOnArrival:
            return [grant("k1", 0, age: 60, lasts: 30), .verdicts, grant("k1", 1, age: 5_000)]
        case .refusedNewer:
            return [revoke, .verdicts, grant("k1", 0, age: 2), .verdicts, grant("k1", 1, age: 5_000)]
        case .overtakenNewer:
            let once = Story.Event.graph(GraphFault(target: .patch, times: 1, action: .silence(.none)))
            return [once, grant("k1", 0, age: 2), revoke, .verdicts, grant("k1", 1, age: 5_000)]
        case .retriedAfterRestart:
            return [busy, grant("k1", 0, age: 2), .verdicts, .stop(away: .zero), .heal, .retry(.item(nil)), .verdicts]
        case .crashAfterOrderlyStop:
            return [
                grant("k1", 0, age: 2), .rest, .stop(away: .zero), grant("k2", 1, age: 0, lasts: 100), .verdicts,
                death(),
            ]
        }
    }

    private func grant(_ id: String, _ address: Int, age: Int, lasts: Int = 40_000) -> Story.Event {
        .drop(
            SimulatedRequest(
                kind: .grant, location: "office", user: "alice", grantId: id, ranges: [address..<address + 1],
                age: .seconds(age), lasts: .seconds(lasts)))
    }
}
