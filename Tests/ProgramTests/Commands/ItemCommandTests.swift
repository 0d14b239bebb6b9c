import Foundation
import Kit
import Testing

/// `why`, `retry`, `hold` and `release` on spools as the worker leaves them.
@Suite(.ownThread) struct ItemCommandTests {
    @Test("what failed is explained, and retried by its code once its cause is mended")
    func mended() async throws {
        let (ground, emulator) = try Playground.started()
        let name = try ground.drop(
            #"{"action":"grant","location":"deleted","addresses":["203.0.113.1"],"durationSeconds":600}"#, as: "a.json")
        ground.expect(name, toEndIn: "ENTRA052")
        let why = try ground.run("why", name)
        #expect(why.status == 0 && why.output.hasPrefix("failed/ENTRA052/"), "\(why.output)")
        #expect(why.output.contains("What to do:"))
        try await emulator.put(EmulatorProgram.deleted, ranges: ["192.0.2.0/32"])
        let retried = try ground.run("retry", "entra052")
        #expect(retried.status == 0 && retried.output == "1 item moved to incoming/\n", "\(retried.output)")
        ground.expect(name, toEndIn: "done")
        #expect(ground.places().allSatisfy { !$0.hasSuffix(".why") })
        #expect(try ground.run("why", name).output.contains("settled well"))
        let none = try ground.run("retry", "ENTRA052")
        #expect(none.status == 1 && none.output.contains("nothing in failed/ is ENTRA052"), "\(none.output)")
    }

    @Test("retry takes codes, names, paths and patterns, and only what is old enough")
    func chosen() throws {
        let ground = try spool(failed: ["ENTRA052": ["a.json", "b.json", "c.json"], "ENTRA001": ["a2.json"]])
        #expect(try ground.run("retry", "ENTRA052", "--older-than", "1h").output == "0 items moved to incoming/\n")
        #expect(try ground.run("retry", "b", "a2.json").status == 0)
        #expect(waiting(ground) == ["a2.json", "b.json"])
        let path = try #require(try names(ground, "failed/ENTRA052").first { $0.hasSuffix("~c.json") })
        #expect(try ground.run("retry", "failed/ENTRA001/\(path)").status == 1)
        #expect(try ground.run("retry", "spool/failed/ENTRA052/\(path)").status == 0)
        #expect(try ground.run("retry", "[ab]*.json").output == "1 item moved to incoming/\n")
        #expect(waiting(ground) == ["a.json", "a2.json", "b.json", "c.json"])
        #expect(try names(ground, "failed/ENTRA052").isEmpty, "the notes go with the items")
    }

    @Test("an item that would overwrite another stays where it is")
    func occupied() throws {
        let ground = try spool(failed: ["ENTRA052": ["a.json"]])
        let name = try #require(try names(ground, "failed/ENTRA052").first { $0.hasSuffix(".json") })
        try Data("other".utf8).write(to: ground.spool.appendingPathComponent("incoming/\(name)"))
        let result = try ground.run("retry", "ENTRA052")
        #expect(result.status == 1 && result.output.contains("0 items moved"), "\(result.output)")
        #expect(try names(ground, "failed/ENTRA052").count == 2)
    }

    @Test("hold parks what waits and what failed, release lets it go")
    func parked() throws {
        let ground = try spool(failed: ["ENTRA052": ["a.json"]])
        try ground.drop("{}", as: "b.json")
        let held = try ground.run("hold", "*", "--json")
        #expect(held.status == 0 && held.output == "{\"moved\":2,\"failed\":0,\"to\":\"hold\"}\n", "\(held.output)")
        #expect(waiting(ground).isEmpty)
        #expect(try names(ground, "hold").count == 3, "two items and a note")
        #expect(try ground.run("why", "b.json").output.contains("parked by hand"))
        #expect(try ground.run("release", "*").status == 0)
        #expect(waiting(ground) == ["a.json", "b.json"])
        #expect(try names(ground, "hold").isEmpty)
        #expect(try ground.run("why", "b.json").output.contains("no worker runs on this spool"))
    }

    private func spool(failed: [String: [String]]) throws -> Playground {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        #expect(try ground.run("init").status == 0)
        for (code, items) in failed {
            let folder = ground.spool.appendingPathComponent("failed/\(code)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for item in items {
                let file = folder.appendingPathComponent("20261120T230542.123456Z-3fa9~\(item)")
                try Data("{}".utf8).write(to: file)
                try Data("\(code)  why\n".utf8).write(to: file.appendingPathExtension("why"))
            }
        }
        return ground
    }

    private func names(_ ground: Playground, _ place: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: ground.spool.appendingPathComponent(place).path).sorted()
    }

    private func waiting(_ ground: Playground) -> [String] {
        ground.places().filter { $0.hasPrefix("incoming/") }.map { String($0.dropFirst("incoming/".count)) }.sorted()
    }
}
