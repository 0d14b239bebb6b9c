import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(2)), .ownThread) struct HandRetryTests {
    /// What an operator may type, in the spool, about an item that failed.
    enum Way: String, CaseIterable {
        case all = "mv failed/ENTRA052/* incoming/"
        case folder = "mv failed/ENTRA052 incoming/"
        case edited = """
            file=$(ls failed/ENTRA052/*~grant-alice.json) && sed -i s/203.0.113.1/203.0.113.9/ "$file" &&
            mv "$file" failed/ENTRA052/*~other.json incoming/
            """
    }

    @Test(
        "moved back by any command while the worker runs, all is retried, and a newer request of the same name stays",
        arguments: Way.allCases)
    func retried(way: Way) async throws {
        let (ground, emulator) = try Playground.started()
        for (name, address) in [("grant-alice.json", "203.0.113.1"), ("other.json", "203.0.113.2")] {
            try ground.drop(grant([address], location: "deleted"), as: name)
            try await ground.reach("ENTRA052", name)
        }
        try await emulator.put(EmulatorProgram.deleted, ranges: ["192.0.2.0/32"])
        // Stopped for a moment, so that the newer one lies in incoming/ when the older one comes back.
        ground.worker?.signal(SIGSTOP)
        try ground.drop(grant(["203.0.113.3"], location: "deleted"), as: "grant-alice.json")
        #expect(try ground.shell(way.rawValue) == "")
        #expect(ground.count(ofFiles: "grant-alice.json") == 2)
        ground.worker?.signal(SIGCONT)
        let first = way == .edited ? "203.0.113.9/32" : "203.0.113.1/32"
        try await emulator.expect(EmulatorProgram.deleted, toHold: [first, "203.0.113.2/32", "203.0.113.3/32"])
        try await reached("all are done") {
            ground.places().filter { !$0.hasSuffix(".why") }.allSatisfy { $0.hasPrefix("done/") }
        }
        try await reached("their notes are gone") { !ground.places().contains { $0.hasSuffix(".why") } }
        #expect(ground.count(ofFiles: "grant-alice.json") == 2, "\(ground.places())")
        #expect(ground.count(ofFiles: "other.json") == 1)
    }
}

extension Playground {
    /// What a command said, run in the spool.
    func shell(_ command: String) throws -> String {
        let (status, output) = try Program.run("/bin/sh", ["-c", command], in: spool)
        return output + (status == 0 ? "" : "status not 0")
    }

    /// Under this producer's name, wherever they lie.
    func count(ofFiles name: String) -> Int {
        guard let paths = FileManager.default.enumerator(atPath: spool.path)?.allObjects as? [String] else { return 0 }
        return paths.count { $0.hasSuffix("~" + name) || $0.hasSuffix("/" + name) || $0.contains("~\(name)#") }
    }
}
