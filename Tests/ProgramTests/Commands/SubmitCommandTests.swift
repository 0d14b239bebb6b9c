import Foundation
import Kit
import Testing

/// `grant`, `revoke`, `flush` and `wait`, as the built program carries them out.
@Suite(.ownThread) struct SubmitCommandTests {
    @Test("grant, revoke and flush reach Entra, and --wait tells the verdict")
    func roundTrip() async throws {
        let (ground, emulator) = try ready()
        let granted = try ground.run(
            "grant", "office", "203.0.113.7", "--user", "a@example.com", "--for", "8h", "--wait")
        #expect(granted.status == 0 && granted.output == "done\n", "\(granted.output)")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.7/32"])
        let second = try ground.run("grant", "office", "203.0.113.8", "--until", "2099-01-01T00:00:00Z", "--wait")
        #expect(second.status == 0, "\(second.output)")
        let revoked = try ground.run("revoke", "office", "--user", "A@example.com", "--wait", "--json")
        #expect(revoked.status == 0 && revoked.output.contains(#""verdict":"done""#), "\(revoked.output)")
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["203.0.113.8/32"])
        #expect(try ground.run("flush", "office", "--wait").status == 0)
        #expect(try await emulator.ranges(EmulatorProgram.office) == ["192.0.2.0/32"])
    }

    @Test("a verdict that is bad ends with 1, the code, and the reason")
    func failed() async throws {
        let (ground, _) = try ready()
        let failed = try ground.run("grant", "deleted", "203.0.113.7", "--wait", "--timeout", "30s")
        #expect(failed.status == 1)
        #expect(failed.output.hasPrefix("ENTRA052\n") && failed.output.contains("What to do:"), "\(failed.output)")
    }

    @Test("wait: by what its producer called it, one of several, none, too late")
    func wait() async throws {
        let (ground, _) = try ready()
        let name = try ground.drop(grant("203.0.113.1"), as: "one.json")
        let done = try ground.run("wait", name)
        #expect(done.status == 0 && done.output == "done\n", "\(done.output)")
        #expect(try ground.run("wait", "one", "--timeout", "20s").output == "done\n")
        try ground.drop(grant("203.0.113.2"), as: "one.json")
        eventually("both have their verdict") { ground.places().count { $0.hasPrefix("done/") } == 2 }
        let twice = try ground.run("wait", name)
        #expect(twice.status == 64 && twice.output.contains("more than one item"), "\(twice.output)")
        let none = try ground.run("wait", "nothing.json")
        #expect(none.status == 66 && none.output.contains("there is no item nothing.json"), "\(none.output)")
        #expect(ground.worker?.stop() == 0)
        let late = try ground.run("grant", "office", "203.0.113.3", "--wait", "--timeout", "1s")
        #expect(late.status == 75 && late.output.contains("has no verdict after 1 s"), "\(late.output)")
    }

    @Test("a request is written as the README describes it, with its token, and never half")
    func written() throws {
        let ground = try idle()
        let token = ground.folder.appendingPathComponent("token")
        try Data("eyJ.abc\n".utf8).write(to: token)
        let result = try ground.run(
            "grant", "office", "2001:db8::7", "198.51.100.0/28", "--user", "O\"Hara", "--grant-id", "k", "--for", "90s",
            "--request-id", "r", "--token-file", token.path)
        #expect(result.status == 0)
        let name = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let file = ground.spool.appendingPathComponent("incoming/\(name)")
        #expect(
            try String(contentsOf: file, encoding: .utf8)
                == #"{"action":"grant","location":"office","addresses":["2001:db8::7","198.51.100.0/28"],"user":"O\"Hara","grantId":"k","requestId":"r","durationSeconds":90,"token":"eyJ.abc"}"#
                + "\n")
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
        #expect(mode as? Int == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: ground.spool.path + "/tmp").isEmpty)
        // A producer knows the spool, and need not be able to read the configuration.
        let bare = try Program(
            "knocknoc-entra", ["flush", "office", "--spool", ground.spool.path], in: ground.folder,
            log: ground.folder.appendingPathComponent("bare.log"))
        #expect(bare.status() == 0, "\(bare.output)")
    }

    @Test(
        "a wrong command line ends with 64 and says what to type",
        arguments: [
            (["grant", "office"], "`grant` needs ADDRESS"),
            (["grant", "offce", "203.0.113.7"], "did you mean office?"),
            (["grant", "office", "203.0.113.07"], "203.0.113.07 is no address"),
            (["grant", "office", "203.0.113.7", "--fro", "8h"], "did you mean --for?"),
            (["grant", "office", "203.0.113.7", "--for", "8"], "--for takes a time"),
            (
                ["grant", "office", "203.0.113.7", "--for", "8h", "--until", "2099-01-01T00:00:00Z"],
                "--for and --until exclude each other"
            ),
            (["grant", "office", "203.0.113.7", "--until", "tomorrow"], "--until takes a moment"),
            (["revoke", "office"], "does not say what"), (["flush", "office", "203.0.113.7"], "and no more"),
            (["wait"], "`wait` needs NAME"), (["retry"], "`retry` needs CODE|ITEM"),
            (["status", "x"], "takes no operand"), (["status", "--json", "--watch"], "exclude each other"),
            (["leases", "--at", "2099-01-01T00:00:00Z"], "still to come"), (["who"], "`who` needs ADDRESS"),
            (["who", "me"], "me is no address"),
            (["grant", "office", "203.0.113.7", "--user"], "--user needs a value"),
            (["adopt", "office"], "needs one of --replace, --pin, --for"), (["sttus"], "did you mean `status`?"),
            (["status", "--json=yes"], "--json takes no value"),
            (["wait", "a", "--timeout", "1s", "--timeout=2s"], "is given twice"),
            (["journal", "burn"], "is not known"),
            (["explain", "ENTRA52"], "did you mean ENTRA052?"), (["completion", "fish"], "is not known"),
            (["completion", "words", "none"], "The kinds are"), (["doctor", "--with-people"], "Add --bundle FILE"),
        ])
    func usage(_ words: [String], _ text: String) throws {
        let result = try idle().run(words)
        #expect(result.status == 64 && result.output.contains(text), "\(result)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("knocknoc-entra: ") ?? false && lines.last?.hasPrefix("  do:  ") ?? false)
        #expect(lines.count == 2 || lines.count == 3 && lines[1].hasPrefix("  why: "), "\(result.output)")
    }

    private func ready() throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.started()
        return (ground, emulator)
    }

    /// A spool that nobody works on.
    private func idle() throws -> Playground {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        #expect(try ground.run("init").status == 0)
        return ground
    }

    private func grant(_ address: String) -> String {
        #"{"action":"grant","location":"office","addresses":["\#(address)"],"durationSeconds":600}"#
    }
}
