import Foundation
import Kit
import Testing

@Suite(.timeLimit(.minutes(5)), .ownThread) struct TokenTests {
    @Test("a token is renewed once per half life under steady load, and no expired one is ever used")
    func renewal() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"tokenLifetime":4}"#)
        try ground.configure(.init(emulator))
        try ground.start()
        try await reached("the worker has started") { ground.log.contains("event=started") }
        let load = SteadyLoad(on: ground, every: 100)
        try await reached("four tokens were taken") { try await emulator.counts().token >= 4 }
        try await ground.reach("done", load.stop())
        let log = try await emulator.log()
        #expect(!log.contains { $0.status == 401 })
        let renewals = log.filter { $0.kind == "token" }.map(\.monotonic)
        for (earlier, later) in zip(renewals, renewals.dropFirst()) { #expect(later - earlier >= 1.7) }
    }

    @Test("while the token endpoint is down, work goes on with the token that lives")
    func endpointDown() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"tokenLifetime":20}"#)
        // The first one is given, the renewals fail three times.
        try await emulator.fault(
            #"{"match":{"kind":"token"},"after":1,"times":3,"do":"status","status":503}"#)
        try ground.configure(.init(emulator))
        try ground.start()
        try await reached("the worker has started") { ground.log.contains("event=started") }
        let load = SteadyLoad(on: ground, every: 200)
        try await reached("the endpoint is back") { ground.log.contains("event=entra.recovered endpoint=token") }
        try await ground.reach("done", load.stop())
        let log = try await emulator.log()
        #expect(!log.contains { $0.status == 401 })
        let firstFailure = try #require(log.firstIndex { $0.kind == "token" && $0.status == 503 })
        let recovery = try #require(log.lastIndex { $0.kind == "token" })
        #expect(log[firstFailure...recovery].contains { $0.kind == "patch" && $0.status == 204 })
    }

    @Test("a revoked token costs one 401 and one fresh token, and no item")
    func unauthorized() async throws {
        let (ground, emulator) = try Playground.started()
        try await ground.reach("done", try ground.drop(grant(["8.8.8.8"])))
        try await emulator.revokeTokens()
        try await ground.reach("done", try ground.drop(grant(["9.9.9.9"])))
        let log = try await emulator.log()
        #expect(
            log.map { "\($0.kind) \($0.status ?? 0)" } == [
                "token 200", "get 200", "patch 204", "patch 401", "token 200", "patch 204",
            ])
    }

    @Test("a claims challenge is passed on to the token endpoint, once")
    func claimsChallenge() async throws {
        let (ground, emulator) = try Playground.started()
        try await ground.reach("done", try ground.drop(grant(["8.8.8.8"])))
        try await emulator.fault(#"{"match":{"kind":"patch"},"do":"claimsChallenge"}"#)
        try await ground.reach("done", try ground.drop(grant(["9.9.9.9"])))
        try await emulator.revokeTokens()
        try await ground.reach("done", try ground.drop(grant(["9.9.9.10"])))
        let tokens = try await emulator.log("?kind=token")
        #expect(tokens.count == 3)
        #expect(tokens.first?.claims == nil)
        #expect(tokens.dropFirst().first?.claims?.contains("acrs") == true)
        #expect(tokens.last?.claims == nil)
    }

    @Test("consent given within the grace is found with a fresh token, and the items go through")
    func consent() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"roles":[]}"#)
        var options = Playground.Options(emulator)
        options.grace = "00:01:00"
        try ground.configure(options)
        try ground.start()
        let names = try (0..<20).map { try ground.drop(grant(["8.8.8.\($0)"])) }
        try await reached("it was refused twice") { try await emulator.log().count { $0.status == 403 } >= 2 }
        try await emulator.set(#"{"roles":["Policy.Read.All","Policy.ReadWrite.ConditionalAccess"]}"#)
        try await ground.reach("done", names)
        let log = try await emulator.log()
        let lastRefusal = try #require(log.lastIndex { $0.status == 403 })
        #expect(log[lastRefusal...].map(\.kind) == ["get", "token", "get", "patch"])
    }

    @Test("a secret rotated in its file is used without a restart")
    func rotatedSecret() async throws {
        let (ground, _) = try Playground.configured()
        let file = ground.folder.appendingPathComponent("config.json5")
        let inline = #"clientSecret: "\#(EmulatorProgram.secret)""#
        let text = try String(contentsOf: file, encoding: .utf8).replacingOccurrences(
            of: inline, with: #"clientSecretFile: "secret""#)
        try Data(text.utf8).write(to: file)
        try write("not-the-secret-any-more", to: ground)
        try ground.start()
        let early = try ground.drop(grant(["8.8.8.8"]))
        try await ground.reach("ENTRA001", early)
        try write(EmulatorProgram.secret + "\n", to: ground)
        try await ground.reach("done", try ground.drop(grant(["9.9.9.9"])))
        try ground.retryByHand("ENTRA001")
        try await ground.reach("done", early)
        #expect(!ground.log.contains("not-the-secret"))
    }

    private func write(_ secret: String, to ground: Playground) throws {
        let file = ground.folder.appendingPathComponent("secret")
        try Data(secret.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }
}
