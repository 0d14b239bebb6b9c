import Foundation
import Kit
import Testing

@testable import knocknoc_entra

@Suite(.timeLimit(.minutes(2)), .ownThread) struct DoctorBundleTests {
    private static let person = "alice.secretive@example.com"

    @Test("a bundle holds what support needs, and neither secrets nor tokens nor, unless asked, people")
    func redacted() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(#"{"refusedRanges":["8.8.4.4/32"]}"#)
        try ground.configure(onlyOffice: emulator) {
            $0.locations = #"office: { id: "\#(EmulatorProgram.office)", pinnedRanges: ["7.7.7.7/32"] },"#
            $0.more = "// a comment with comment-secret in it\n"
            $0.entra = #"proxy: "http://user:proxy-password@127.0.0.1:1","#
        }
        // The proxy is for the bundle alone.
        let file = ground.folder.appendingPathComponent("config.json5")
        let withProxy = try String(contentsOf: file, encoding: .utf8)
        try Data(withProxy.replacingOccurrences(of: "http://user:proxy-password@127.0.0.1:1", with: "").utf8).write(
            to: file)
        try ground.start()
        let tooWide = try ground.drop(
            #"{"action":"grant","location":"office","addresses":["8.8.0.0/16"],"user":"\#(Self.person)"}"#,
            as: "grant-alice.json")
        ground.expect(tooWide, toEndIn: "ENTRA051")
        let odd = try ground.drop(
            #"{"action":"grant","location":"office","adresses":["8.8.8.8"],"user":"\#(Self.person)"}"#,
            as: "\(Self.person).json")
        ground.expect(odd, toEndIn: "SPOOL002")
        let refused = try ground.drop(
            #"{"action":"grant","location":"office","addresses":["8.8.4.4"],"user":"\#(Self.person)"}"#,
            as: "refused-alice.json")
        ground.expect(refused, toEndIn: "ENTRA051")
        try Data(withProxy.utf8).write(to: file)

        let (_, _) = try ground.run("doctor", "--bundle", "bundle.txt", environment: Playground.noProxy)
        let bundle = ground.folder.appendingPathComponent("bundle.txt")
        let text = try String(contentsOf: bundle, encoding: .utf8)
        for word in [
            EmulatorProgram.secret, "proxy-password", "comment-secret", "eyJ", "Bearer", Self.person, "alice",
            "8.8.0.0",
            "8.8.4.4", "8.8.8.8", "7.7.7.7",
        ] {
            #expect(!text.contains(word), "\(word) is in\n\(text)")
        }
        for word in [
            "knocknoc-entra \(Version.number)", "network-proxy", EmulatorProgram.tenant, "clientSecret: <redacted>",
            "incoming/ mode", "failed/ENTRA051: 2", "failed/SPOOL002: 1", "\"lastErrors\" : [",
            "SPOOL002  Request is not valid",
            "http://…@127.0.0.1:1",
        ] {
            #expect(text.contains(word), "\(word) is missing in\n\(text)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: bundle.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let (_, _) = try ground.run(
            "doctor", "--bundle=people.txt", "--with-people", environment: Playground.noProxy)
        let people = try String(contentsOf: ground.folder.appendingPathComponent("people.txt"), encoding: .utf8)
        for word in [Self.person, "8.8.0.0", "7.7.7.7"] {
            #expect(people.contains(word), "\(word) is missing in\n\(people)")
        }
        for word in [EmulatorProgram.secret, "proxy-password", "comment-secret", "eyJ"] {
            #expect(!people.contains(word))
        }
    }

    @Test("people in the names of policies are left out, and what the policies do is not")
    func policyNames() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(
            """
            {"policies":[{"id":"p","displayName":"Only \(Self.person)","state":"enabled",
             "conditions":{"locations":{"excludeLocations":["\(EmulatorProgram.office)"]}}}]}
            """)
        try ground.configure(onlyOffice: emulator)
        #expect(try ground.run("doctor", "--bundle", "bundle.txt", environment: Playground.noProxy).status == 0)
        let text = try String(contentsOf: ground.folder.appendingPathComponent("bundle.txt"), encoding: .utf8)
        #expect(!text.contains("alice"))
        #expect(text.contains("policy-refers [office]: \"<left out>\" excludes it and is on"), "\(text)")
    }

    @Test("what a bundle shows of a configuration it cannot understand is nothing")
    func brokenConfiguration() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        let file = ground.folder.appendingPathComponent("config.json5")
        let text = try String(contentsOf: file, encoding: .utf8)
        for broken in [
            text.replacingOccurrences(of: "clientSecret:", with: "clientSecert:"),
            text.replacingOccurrences(of: "clientSecret: \"", with: "\"") + "}",
            text.replacingOccurrences(of: "retry:", with: "\"emulator-only-secret\":"),
        ] {
            try Data(broken.utf8).write(to: file)
            #expect(try ground.run("doctor", "--bundle", "bundle.txt").status == 64)
            let bundle = try String(
                contentsOf: ground.folder.appendingPathComponent("bundle.txt"), encoding: .utf8)
            #expect(!bundle.contains(EmulatorProgram.secret), "\(bundle)")
            #expect(bundle.contains("== Configuration =="))
        }
    }

    @Test("a bundle that cannot be written is said, with the status for it")
    func unwritable() throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        let (status, output) = try ground.run("doctor", "--bundle", "nowhere/bundle.txt")
        #expect(status == 73)
        #expect(output.contains("was not written"))
    }

    @Test(
        "addresses, users and quotes are masked, and nothing else",
        arguments: [
            ("from 203.0.113.7/32, 2001:db8::1.", "from <address>, <address>."),
            ("10.0.0.1-10.0.0.9 stays", "<address> stays"), ("by bob@example.com: no", "by <user>: no"),
            ("the field \"adresses\" is", "the field \"<left out>\" is"),
            ("version 0.1.0 at 2026-11-21T11:00:00Z (curl 7)", "version 0.1.0 at 2026-11-21T11:00:00Z (curl 7)"),
        ])
    func masking(text: String, masked: String) {
        #expect(PeopleMask.apply(text) == masked)
    }
}
