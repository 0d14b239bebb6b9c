import Foundation
import Grants
import Kit
import Testing

@testable import knocknoc_entra

/// `status.json` and `metrics.prom`, as the built worker writes them.
@Suite(.ownThread) struct StatusFileTests {
    @Test("status.json follows what happens, and says who stopped")
    func follows() async throws {
        let (ground, _) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        ground.expect(try ground.drop(grant("203.0.113.2", location: "deleted")), toEndIn: "ENTRA052")
        var status: StatusDocument?
        eventually("the status tells both outcomes") {
            status = ground.status()
            return status?.outcomes == ["done": 1, "ENTRA052": 1]
        }
        let office = try #require(status?.locations.first { $0.name == "office" })
        #expect(status?.state == .running)
        #expect(status?.pid == ground.worker.map { Int($0.identifier) })
        #expect(office.leases == 1 && office.ranges == 1 && office.limit == 2_000 && office.confirmation == "confirmed")
        #expect(status?.locations.first { $0.name == "deleted" }?.trouble?.code == "ENTRA052")
        #expect(status?.lastErrors.contains { $0.code == "ENTRA052" && $0.scope == "deleted" } ?? false)
        #expect(status?.entra.tokenExpiresAt != nil)
        let text = ground.text("status.json")
        for secret in [EmulatorProgram.secret, "203.0.113", "eyJ"] { #expect(!text.contains(secret)) }
        let mode = try FileManager.default.attributesOfItem(
            atPath: ground.spool.appendingPathComponent("status.json").path)[.posixPermissions]
        #expect(mode as? Int == 0o640)
        let beat = try #require(status?.heartbeat)
        eventually("the heartbeat goes on though nothing happens") { (ground.status()?.heartbeat ?? beat) > beat }
        #expect(ground.worker?.stop() == 0)
        #expect(ground.status()?.state == .stopped)
    }

    @Test("removals that Entra does not take are overdue, with the trouble that keeps them")
    func overdue() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        try await emulator.fault(#"{"match":{"kind":"patch"},"times":null,"do":"status","status":503}"#)
        try ground.drop(#"{"action":"flush","location":"office"}"#)
        eventually("an overdue removal") {
            ground.status()?.locations.first { $0.name == "office" }?.overdue?.count == 1
        }
        eventually("and it is in the metrics") {
            ground.metrics()["knocknoc_entra_overdue_removals{location=\"office\"}"] == 1
        }
        try await emulator.clearFaults()
        eventually("nothing is overdue") {
            ground.status()?.locations.first { $0.name == "office" }.map { $0.overdue == nil } ?? false
        }
    }

    @Test("metrics.prom is Prometheus' text format, every sample in a family with HELP and TYPE")
    func metrics() async throws {
        let (ground, _) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        eventually("the metrics count it") { ground.metrics()["knocknoc_entra_outcomes_total{code=\"done\"}"] == 1 }
        let found = ground.metrics()
        #expect(found["knocknoc_entra_ranges{location=\"office\"}"] == 1)
        #expect(found["knocknoc_entra_batch_items_count"] == 1)
        #expect(found["knocknoc_entra_batch_items_bucket{le=\"+Inf\"}"] == 1)
        #expect(found["knocknoc_entra_requests_total{op=\"token\",status=\"200\"}"] == 1)
        #expect((found["knocknoc_entra_requests_total{op=\"patch\",status=\"204\"}"] ?? 0) >= 1)
        #expect(found["knocknoc_entra_outcomes_total{code=\"ENTRA052\"}"] == 0)
        #expect(found["knocknoc_entra_up"] == 1)
        try checkFormat(ground.text("metrics.prom"))
    }

    @Test("what fails whatever it is about, the token in hand, a shut gate and a refused reload stand in the metrics")
    func troubles() async throws {
        let (ground, emulator) = try ready()
        ground.expect(try ground.drop(grant("203.0.113.1")), toEndIn: "done")
        func expect(_ name: String, _ value: Double) {
            eventually("\(name) is \(value)") { ground.metrics()["knocknoc_entra_" + name] == value }
        }
        expect("reload_refused", 0)
        expect("gate_shut", 0)
        eventually("the token's end") {
            let end = ground.metrics()["knocknoc_entra_token_expiry_timestamp_seconds"] ?? 0
            return (600...90_000).contains(end - Date().timeIntervalSince1970)
        }
        try await emulator.fault(#"{"match":{"kind":"patch"},"times":null,"do":"reset"}"#)
        try ground.drop(grant("203.0.113.2"))
        expect(#"endpoint_trouble{endpoint="graph"}"#, 1)
        expect(#"endpoint_trouble{endpoint="token"}"#, 0)
        try await emulator.clearFaults()
        expect(#"endpoint_trouble{endpoint="graph"}"#, 0)
        try await emulator.fault(
            #"{"match":{"kind":"patch"},"times":1,"do":"throttle","retryAfter":"seconds","seconds":3}"#)
        try ground.drop(grant("203.0.113.3"))
        expect("gate_shut", 1)
        expect("gate_shut", 0)
        let file = ground.folder.appendingPathComponent("config.json5")
        let good = try Data(contentsOf: file)
        for (settings, isRefused) in [(Data("{".utf8), 1.0), (good, 0.0)] {
            try settings.write(to: file)
            ground.worker?.signal(SIGHUP)
            expect("reload_refused", isRefused)
        }
    }

    @Test("requests for keys and groups are counted as what they are")
    func authentication() async throws {
        let (ground, emulator) = try Playground.started { $0.authenticate(byGroup: true) }
        try await emulator.set(Directory.settings)
        let token = try await emulator.mint(Mint.overage())
        ground.expect(try ground.drop(signed(grant("203.0.113.1"), token)), toEndIn: "done")
        eventually("the metrics count them") {
            let found = ground.metrics()
            return found["knocknoc_entra_requests_total{op=\"keys\",status=\"200\"}"] ?? 0 >= 2
                && found["knocknoc_entra_requests_total{op=\"groups\",status=\"200\"}"] == 1
        }
    }

    @Test("a location's name cannot break a label, and odd values stay numbers")
    func escaping() throws {
        var page = MetricsText()
        page.family("x", .gauge, "Help.")
        page.sample("x", ["location": "a\"b\\c\nd"], 0.5)
        page.sample("x", ["location": "e"], -1_000_000)
        #expect(
            page.text == """
                # HELP knocknoc_entra_x Help.
                # TYPE knocknoc_entra_x gauge
                knocknoc_entra_x{location="a\\"b\\\\c\\nd"} 0.5
                knocknoc_entra_x{location="e"} -1000000

                """)
    }

    @Test("metricsFile puts the metrics where a collector reads them")
    func elsewhere() async throws {
        let (ground, emulator) = try Playground.configured()
        var options = Playground.Options(emulator)
        options.more = #"metricsFile: "collector/knocknoc.prom""#
        try ground.configure(options)
        let folder = ground.folder.appendingPathComponent("collector")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try ground.start()
        ground.emulator = emulator
        let file = folder.appendingPathComponent("knocknoc.prom")
        eventually("the metrics") { FileManager.default.fileExists(atPath: file.path) }
        try checkFormat(try String(contentsOf: file, encoding: .utf8))
        eventually("no temporary stays") {
            (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["knocknoc.prom"]
        }
        #expect(!FileManager.default.fileExists(atPath: ground.spool.appendingPathComponent("metrics.prom").path))
    }

    /// What Prometheus' parser asks for: families in one piece, HELP and TYPE first, no sample twice, real numbers.
    private func checkFormat(_ text: String) throws {
        #expect(text.hasSuffix("\n"))
        var kinds: [String: String] = [:]
        var helped: Set<String> = []
        var current = ""
        var samples: Set<String> = []
        let sample =
            try Regex(#"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)*\})? (-?[0-9.e+]+|\+Inf)"#)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP ") {
                #expect(words.count == 4 && helped.insert(String(words[2])).inserted, "\(line)")
            } else if line.hasPrefix("# TYPE ") {
                current = String(words[2])
                #expect(kinds.updateValue(String(words[3]), forKey: current) == nil && helped.contains(current))
                #expect(["gauge", "counter", "histogram"].contains(words[3]))
            } else {
                let match = try #require(try sample.wholeMatch(in: line), "\(line)")
                var name = String(match.output[1].substring ?? "")
                if kinds[current] == "histogram" {
                    for ending in ["_bucket", "_sum", "_count"] where name == current + ending { name = current }
                }
                #expect(name == current, "\(line)")
                #expect(kinds[current] != "counter" || current.hasSuffix("_total"))
                let key = line.prefix(upTo: line.lastIndex(of: " ") ?? line.endIndex)
                #expect(samples.insert(String(key)).inserted, "twice: \(line)")
            }
        }
        #expect(kinds.count > 20 && samples.count > 40)
    }

    private func ready() throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.started()
        return (ground, emulator)
    }

    private func grant(_ address: String, location: String = "office") -> String {
        #"{"action":"grant","location":"\#(location)","addresses":["\#(address)"],"durationSeconds":600}"#
    }
}

extension Playground {
    func text(_ name: String) -> String {
        (try? String(contentsOf: spool.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    func status() -> StatusDocument? {
        try? StatusDocument(json: StrictJSON.parse(Array(text("status.json").utf8)).value)
    }

    /// By the name with its labels.
    func metrics() -> [String: Double] {
        var found: [String: Double] = [:]
        for line in text("metrics.prom").split(separator: "\n") where !line.hasPrefix("#") {
            guard let cut = line.lastIndex(of: " ") else { continue }
            found[String(line[..<cut])] = Double(line[line.index(after: cut)...])
        }
        return found
    }
}
