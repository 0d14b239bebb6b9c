import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(5)), .ownThread) struct LoadTests {
    @Test("10,000 grants of 1,900 addresses at once are one token, one GET and at most three PATCHes")
    func burst() async throws {
        let (ground, emulator) = try Playground.started(rate: 1) { $0.requestsPerSecond = 1 }
        try await reached("the worker has started") { ground.log.contains("event=started") }
        let addresses = (0..<1_900).map { "8.8.\($0 / 250).\($0 % 250 + 1)" }
        let (tmp, incoming) = (ground.spool.path + "/tmp", ground.spool.path + "/incoming")
        for index in 0..<10_000 {
            let text = grant([addresses[index % addresses.count]], user: "user-\(index)")
            _ = FileManager.default.createFile(atPath: "\(tmp)/\(index).json", contents: Data(text.utf8))
        }
        // All at once, however long it takes to put them there.
        ground.worker?.signal(SIGSTOP)
        for index in 0..<10_000 {
            try FileManager.default.moveItem(atPath: "\(tmp)/\(index).json", toPath: "\(incoming)/\(index).json")
        }
        ground.worker?.signal(SIGCONT)
        try await reached("all are done", every: .milliseconds(100)) { ground.doneCount() == 10_000 }
        let counts = try await emulator.counts()
        #expect(counts.token == 1)
        #expect(counts.get == 1)
        #expect((1...3).contains(counts.patch), "\(counts.patch)")
        #expect(try await emulator.ranges(EmulatorProgram.office) == Set(addresses.map { $0 + "/32" }))
    }

    @Test("195 locations at once are all written at the paced rate, those that waited longest first")
    func manyLocations() async throws {
        let ground = try Playground()
        // Three waves, the last by name first, so that the order of names cannot be taken for that of waiting.
        let waves = ["z", "m", "a"].map { letter in (0..<65).map { "\(letter)\($0)" } }
        let names = waves.flatMap(\.self)
        var ids: [String: String] = [:]
        for (index, name) in names.enumerated() {
            ids[name] = "aaaaaaaa-0000-4000-8000-" + String(repeating: "0", count: 9) + String(index + 100)
        }
        let seed = ground.folder.appendingPathComponent("seed.json")
        let locations = ids.values.map { #"{"id":"\#($0)","displayName":"Test","ranges":["192.0.2.0/32"]}"# }
        try Data(#"{"locations":[\#(locations.joined(separator: ","))]}"#.utf8).write(to: seed)
        let emulator = try EmulatorProgram(["--seed", seed.path])
        try await emulator.fault(#"{"match":{"kind":"token"},"times":null,"do":"status","status":503}"#)
        var options = Playground.Options(emulator)
        options.requestsPerSecond = 50
        options.giveUpAfter = "00:10:00"
        options.locations = ids.map { #"\#($0): { id: "\#($1)" }"# }.joined(separator: ", ")
        try ground.configure(options)
        try ground.start()
        try await reached("the worker has started") { ground.log.contains("event=started") }
        var waiting = 0
        for wave in waves {
            for name in wave { try ground.drop(grant(["8.8.8.8"], location: name)) }
            waiting += wave.count
            try await reached("the wave is claimed") { ground.waitingCount() >= waiting }
        }
        try await emulator.clearFaults()
        try await reached("all are done") { ground.doneCount() == names.count }
        let requests = try await emulator.log().filter { $0.kind != "token" }
        for name in names {
            let ofThis = requests.filter { $0.id == ids[name] }.map(\.kind)
            #expect(ofThis == ["get", "patch"], "\(name)")
        }
        let nameOf = Dictionary(uniqueKeysWithValues: ids.map { ($1, $0) })
        for kind in ["get", "patch"] {
            let letters = requests.filter { $0.kind == kind }.compactMap { nameOf[$0.id ?? ""]?.first }
            // They leave in this order; two that are under way together may arrive the other way round.
            for (place, letter) in letters.enumerated() {
                let wave = ["z", "m", "a"].firstIndex(of: letter) ?? 3
                #expect(wave * 65 - 5..<wave * 65 + 70 ~= place, "\(kind): \(String(letters))")
            }
            #expect(letters.count == names.count)
        }
        expectPaced(requests, perSecond: 50)
    }

    /// Nothing leaves faster than it may; what a busy machine delivers late may arrive closer together.
    private func expectPaced(_ requests: [EmulatorProgram.Entry], perSecond rate: Double) {
        let times = requests.map(\.monotonic)
        let lateness = 0.25
        for (first, start) in times.enumerated() {
            for last in first + 1..<max(times.count, first + 1) {
                let shortest = Double(last - first) / rate - lateness
                guard times[last] - start < shortest else { continue }
                Issue.record("\(last - first + 1) requests in \(times[last] - start) s")
                return
            }
        }
        let span = (times.last ?? 0) - (times.first ?? 0)
        #expect(span >= Double(times.count - 1) / rate - lateness)
    }

    @Test("a location takes 2,000 ranges: the next fails as full, and goes through once one has left")
    func full() async throws {
        let (ground, emulator) = try Playground.started()
        // Of each pair of neighbours only one, so that nothing can be merged.
        let addresses = (0..<2_000).map { "8.8.\($0 / 125).\($0 % 125 * 2)" }
        let held = try (0..<8).map { index in
            try ground.drop(grant(Array(addresses[index * 250..<(index + 1) * 250]), id: "block-\(index)"))
        }
        try await ground.reach("done", held)
        try await reached("it is told") {
            ground.log.contains("event=location.nearly_full location=office ranges=2000 limit=2000")
        }
        let late = try ground.drop(grant(["9.9.9.9"], user: "late"))
        try await ground.reach("ENTRA051", late)
        #expect(ground.why(late).contains("location full"))
        #expect(try await emulator.ranges(EmulatorProgram.office) == Set(addresses.map { $0 + "/32" }))
        try await ground.reach("done", try ground.drop(revoke([addresses[777]])))
        try ground.retryByHand("ENTRA051")
        try await ground.reach("done", late)
        let expected = Set(addresses.map { $0 + "/32" }).subtracting([addresses[777] + "/32"]).union(["9.9.9.9/32"])
        #expect(try await emulator.ranges(EmulatorProgram.office) == expected)
    }

    @Test("2,100 neighbouring addresses fit, since siblings are merged under pressure, and open nothing else")
    func merged() async throws {
        let (ground, emulator) = try Playground.started()
        let numbers = 0..<2_100
        let held = try (0..<21).map { index in
            try ground.drop(
                grant((index * 100..<(index + 1) * 100).map { "8.8.\($0 / 256).\($0 % 256)" }, id: "block-\(index)"))
        }
        try await ground.reach("done", held)
        let list = try await emulator.ranges(EmulatorProgram.office)
        #expect(list.count <= 2_000)
        var open: Set<Int> = []
        for range in list {
            let parts = range.split { $0 == "." || $0 == "/" }.compactMap { Int($0) }
            let first = parts[2] * 256 + parts[3]
            #expect(parts[0] == 8 && parts[1] == 8)
            open.formUnion(first..<first + 1 << (32 - parts[4]))
        }
        #expect(open == Set(numbers))
    }
}
