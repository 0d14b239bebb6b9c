import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(1)), .ownThread) struct SecretTests {
    @Test("neither the client secret nor a token is found in anything the worker writes, nor in its process list entry")
    func nothingWritten() async throws {
        let (ground, emulator) = try Playground.configured()
        var options = Playground.Options(emulator)
        options.secret = "wrong-but-still-secret"
        try ground.configure(options)
        try ground.start()
        let grant = #"{"action":"grant","location":"office","addresses":["203.0.113.7"],"token":"eyJ.caller.token"}"#
        ground.expect(try ground.drop(grant), toEndIn: "ENTRA001")
        try await emulator.set(#"{"secrets":["wrong-but-still-secret"]}"#)
        ground.expect(try ground.drop(grant, as: "again.json"), toEndIn: "done")
        let worker = try #require(ground.worker)
        let processEntry = try String(contentsOfFile: "/proc/\(worker.identifier)/cmdline", encoding: .utf8)
        var written = [ground.log, processEntry]
        for path in FileManager.default.enumerator(atPath: ground.spool.path)?.allObjects as? [String] ?? []
        where !path.hasSuffix(".json") || path.hasPrefix("ledger") {
            let bytes = try? Data(contentsOf: ground.spool.appendingPathComponent(path))
            written.append(String(decoding: bytes ?? Data(), as: UTF8.self))
        }
        for text in written {
            #expect(!text.contains("but-still-secret"))
            #expect(!text.contains("eyJ"))
            #expect(!text.contains("Bearer"))
        }
    }

    @Test("with Entra authentication on no part of a token stands anywhere but in the request itself")
    func callerTokens() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(Directory.settings)
        var options = Playground.Options(emulator)
        options.authenticate(byGroup: true)
        options.more += #"log: { level: "debug" },"#
        try ground.configure(options)
        try ground.start()
        var tokens: [String] = []
        for (order, verdict) in [
            (Mint.overage(), "done"), (Mint.unknownKey, "SPOOL006"), (Mint.lasting(-900), "SPOOL006"),
            (Mint.groups(Directory.groupB), "SPOOL006"), (#"{"version":1,"claims":{"aud":{"a":1}}}"#, "SPOOL006"),
        ] {
            tokens.append(try await emulator.mint(order))
            ground.expect(try ground.drop(signed(grant(["8.8.8.1"]), tokens[tokens.count - 1])), toEndIn: verdict)
        }
        // Cut in its middle, so that what is found wrong with it lies in its text.
        let half = String(tokens[0].prefix(tokens[0].count / 2))
        ground.expect(try ground.drop(signed(grant(["8.8.8.2"]), half)), toEndIn: "SPOOL006")
        ground.expect(try ground.drop(signed(grant(["8.8.8.2"]), "a.\(half).b")), toEndIn: "SPOOL006")
        let worker = try #require(ground.worker)
        #expect(worker.stop() == 0)
        var written = [ground.log]
        for path in FileManager.default.enumerator(atPath: ground.spool.path)?.allObjects as? [String] ?? []
        where !path.hasSuffix(".json") || path.hasPrefix("ledger") {
            let bytes = try? Data(contentsOf: ground.spool.appendingPathComponent(path))
            written.append(String(decoding: bytes ?? Data(), as: UTF8.self))
        }
        #expect(written.contains { $0.contains("SPOOL006") })
        for text in written {
            #expect(!text.contains("eyJ"))
            for part in tokens.flatMap({ $0.split(separator: ".") }) { #expect(!text.contains(part.prefix(24))) }
        }
    }

    @Test("the worker may leave no core file, since memory holds secrets")
    func noCore() throws {
        let (ground, _) = try Playground.started()
        eventually("it has started") { ground.log.contains("event=started") }
        let limits = try String(
            contentsOfFile: "/proc/\(try #require(ground.worker).identifier)/limits", encoding: .utf8)
        let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        #expect(core.split(separator: " ").dropFirst(4).prefix(2).allSatisfy { $0 == "0" })
    }
}
