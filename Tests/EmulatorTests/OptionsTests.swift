import FoundationEssentials
import Glibc
import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct OptionsTests {
    @Test(
        "A command line that cannot be served is refused with EX_USAGE and a reason",
        arguments: [
            (["--prot", "1"], "unknown option '--prot'"),
            (["--port"], "--port needs a value"),
            (["--port", "65536"], "not '65536'"),
            (["--port", "-1"], "not '-1'"),
            (["--bind", "0.0.0.0"], "loopback"),  // a known secret must not be served to a network
            (["--bind", "localhost"], "loopback"),  // a name may resolve to anything
            (["--rate", "fast"], "not 'fast'"),
            (["--tls-cert", "x"], "belong together"),
            (["extra"], "unknown option 'extra'"),
        ]
    )
    func refusal(_ arguments: [String], _ reason: String) throws {
        let run = try Program("knocknoc-entra-emulator", arguments)
        let line = run.line()
        #expect(line.contains(reason), "\(line)")
        #expect(run.status() == 64)
    }

    @Test("Help and version are answered and succeed", arguments: [("--help", "usage:"), ("--version", "0.1")])
    func question(_ option: String, _ text: String) throws {
        let run = try Program("knocknoc-entra-emulator", [option])
        let line = run.line()
        #expect(line.contains(text))
        #expect(run.status() == 0)
    }

    @Test(
        "What cannot be started says so",
        arguments: [
            (["--seed", "/nonexistent.json"], "No such file"),
            (["--tls-cert", "/nonexistent", "--tls-key", "/nonexistent"], "for TLS"),
            (["--port-file", "/nonexistent/port"], "No such file"),
        ]
    )
    func startError(_ arguments: [String], _ reason: String) throws {
        let run = try Program("knocknoc-entra-emulator", arguments)
        let line = run.line()
        #expect(line.contains(reason), "\(line)")
        #expect(run.status() == EX_UNAVAILABLE)
    }

    @Test("Both stop signals end it with success", arguments: [SIGTERM, SIGINT])
    func stop(_ signal: Int32) throws {
        #expect(try EmulatorProgram().stop(with: signal) == 0)
    }

    @Test("The port file is there once it says that it listens")
    func portFile() throws {
        let folder = try TemporaryFolder()
        let emulator = try EmulatorProgram(["--port-file", folder.path + "/port"])
        #expect(try readFile(folder.path + "/port") == Array("\(emulator.client.port)\n".utf8))
    }

    @Test("The log file has one line for each request, none for the control interface")
    func logFile() throws {
        let folder = try TemporaryFolder()
        let emulator = try EmulatorProgram(["--log", folder.path + "/log"])
        _ = try emulator.get(token: try emulator.token())
        _ = try emulator.control("GET", "counts")
        let lines = try readFile(folder.path + "/log").split(separator: UInt8(ascii: "\n"))
        #expect(lines.map { JSON(Array($0))?["kind"]?.text } == ["token", "get"])
    }

    @Test("A seed in JSON5 replaces what it names and keeps the rest")
    func seed() throws {
        let folder = try TemporaryFolder()
        let text = """
            {
              // a rehearsal
              tenant: '33333333-3333-4333-8333-333333333333',
              locations: [{id: 'ABC', displayName: 'Home', ranges: ['2001:db8::/32'], isTrusted: true},],
              settings: {tokenLifetime: 60},
            }
            """
        try writeAtomically(text, to: folder.path + "/seed.json5")
        let emulator = try EmulatorProgram(["--seed", folder.path + "/seed.json5"])
        let answer = try emulator.tokenAnswer(
            EmulatorProgram.goodForm,
            tenant: "33333333-3333-4333-8333-333333333333"
        )
        #expect(answer.json["expires_in"]?.whole == 60)
        #expect(try emulator.list("abc") == ["2001:db8::/32"])
    }

    @Test("The demonstration's seed is taken")
    func demonstrationSeed() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let seed = root.joined(separator: "/") + "/config/emulator-demo.json"
        let emulator = try EmulatorProgram(["--seed", seed])
        let answer = try emulator.client.answer(
            "GET",
            "/v1.0/identity/conditionalAccess/policies",
            headers: jsonHeaders(try emulator.token())
        )
        #expect(answer.json["value"]?.items?.count == 2)
    }

    @Test(
        "A seed that says what is not known is refused",
        arguments: [
            (#"{"tenants":"x"}"#, "no 'tenants'"), (#"{"settings":{"rat":1}}"#, "no setting 'rat'"),
            (#"{"locations":[{"ranges":[]}]}"#, "needs an id"), (#"{"apps":[{}]}"#, "needs a clientId"),
            ("[", "not JSON"), (#"{"locations":[{"id":"x","type":"vpn"}]}"#, "no location type"),
        ]
    )
    func badSeed(_ text: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        try writeAtomically(text, to: folder.path + "/seed")
        let line = try Program("knocknoc-entra-emulator", ["--seed", folder.path + "/seed"]).line()
        #expect(line.contains(reason), "\(line)")
    }
}
