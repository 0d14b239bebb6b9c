import Foundation
import Kit
import Testing

@testable import knocknoc_entra

/// Who may drop a request: the built worker, with Entra authentication switched on.
@Suite(.timeLimit(.minutes(2)), .ownThread) struct AuthenticationTests {
    /// A worker that takes the tenant's tokens, and its emulator.
    private func started(
        _ section: String = "", byGroup: Bool = false, _ change: (inout Playground.Options) -> Void = { _ in }
    ) async throws -> (Playground, EmulatorProgram) {
        let (ground, emulator) = try Playground.started {
            $0.giveUpAfter = "00:01:00"
            $0.authenticate(section, byGroup: byGroup)
            change(&$0)
        }
        try await emulator.set(Directory.settings)
        return (ground, emulator)
    }

    @Test("with a token that Entra issued a request is carried out, without one it is refused, and told why")
    func acceptedAndRefused() async throws {
        let (ground, emulator) = try await started()
        let valid = try await emulator.mint(Mint.valid)
        try ground.drop(signed(grant(["8.8.8.1"], user: "ann"), valid), as: "good.json")
        try await ground.reach("done", ["good.json"])
        try await emulator.expect(EmulatorProgram.office, toHold: ["8.8.8.1/32"])
        let refusals = [
            ("none.json", nil, "token is missing"),
            ("old.json", #"{"version":1,"expiresIn":-400,"validIn":-900}"#, "expired (exp)"),
            ("audience.json", #"{"version":1,"claims":{"aud":"x"}}"#, "audience (aud)"),
            ("unsigned.json", #"{"version":1,"alg":"none"}"#, "algorithm (alg)"),
        ]
        var tokens: [String] = []
        for (name, order, _) in refusals {
            var text = revoke(["8.8.8.1"])
            if let order {
                tokens.append(try await emulator.mint(order))
                text = signed(text, tokens[tokens.count - 1])
            }
            try ground.drop(text, as: name)
        }
        try await ground.reach("SPOOL006", refusals.map(\.0))
        try await emulator.expect(EmulatorProgram.office, toHold: ["8.8.8.1/32"])
        let journal = try ground.journal()
        for (name, _, words) in refusals {
            let why = ground.why(name)
            #expect(why.contains("SPOOL006") && why.contains(words), "\(why)")
            #expect(!why.contains("recorded"), "a refused removal is not on its way: \(why)")
            #expect(journal.split(separator: "\n").contains { $0.contains("~\(name)\"") && $0.contains(words) })
            #expect(ground.log.split(separator: "\n").contains { $0.contains(name) && $0.contains(words) })
        }
        for token in tokens + [valid] {
            let signature = token.split(separator: ".").last.map(String.init) ?? token
            for text in [journal, ground.log] { #expect(!text.contains(token) && !text.contains(signature)) }
        }
        #expect(journal.contains(#""submitter_oid":"\#(Directory.person)""#))
        try ground.drop(signed(revoke(["8.8.8.1"]), valid), as: "leave.json")
        try await ground.reach("done", ["leave.json"])
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
    }

    @Test("members of one group cannot open the location of another")
    func groups() async throws {
        let (ground, emulator) = try await started(byGroup: true)
        let token = try await emulator.mint(Mint.groups(Directory.groupA))
        try ground.drop(signed(grant(["8.8.8.1"]), token), as: "own.json")
        try ground.drop(signed(grant(["8.8.8.2"], location: "lab"), token), as: "other.json")
        try await ground.reach("done", ["own.json"])
        try await ground.reach("SPOOL006", ["other.json"])
        #expect(ground.why("other.json").contains("none of the 1 authorizedGroups of lab"))
        try await emulator.expect(EmulatorProgram.lab, toHold: ["192.0.2.0/32"])
        #expect(try await emulator.count("groups") == 0)
    }

    @Test("whoever has too many groups for a token is looked up once", arguments: [false, true])
    func overage(isApplication: Bool) async throws {
        let (ground, emulator) = try await started(byGroup: true)
        let token = try await emulator.mint(
            Mint.overage(isApplication ? Directory.service : Directory.person, isApplication: isApplication))
        let names = (0..<12).map { "member-\($0).json" }
        for (number, name) in names.enumerated() {
            try ground.drop(signed(grant(["8.8.8.\(number)"], user: name), token), as: name)
            if number == 5 { try await ground.reach("done", ["member-0.json"]) }
        }
        try await ground.reach("done", names)
        try ground.drop(signed(grant(["8.8.9.1"], location: "lab"), token), as: "lab.json")
        try await ground.reach("SPOOL006", ["lab.json"])
        #expect(try await emulator.count("groups") == 1)
    }

    @Test("where groups cannot be learnt nobody is let in, and the missing permission is named")
    func noPermission() async throws {
        let (ground, emulator) = try await started(byGroup: true) { $0.giveUpAfter = "00:00:01" }
        try await emulator.set(#"{"roles":["Policy.Read.All","Policy.ReadWrite.ConditionalAccess"]}"#)
        try ground.drop(signed(grant(["8.8.8.1"]), try await emulator.mint(Mint.overage())), as: "member.json")
        try await ground.reach("ENTRA002", ["member.json"])
        #expect(ground.why("member.json").contains("GroupMember.Read.All"), "\(ground.why("member.json"))")
        try await emulator.expect(EmulatorProgram.office, toHold: ["192.0.2.0/32"])
        try await emulator.set(Directory.settings)
        try ground.retryByHand("ENTRA002")
        try await ground.reach("done", ["member.json"])
    }

    @Test("an access token that Graph has voided costs a look-up one more try")
    func voidToken() async throws {
        let (ground, emulator) = try await started(byGroup: true)
        let listed = try await emulator.mint(Mint.groups(Directory.groupA))
        try ground.drop(signed(grant(["8.8.8.1"]), listed), as: "first.json")
        try await ground.reach("done", ["first.json"])
        try await emulator.revokeTokens()
        try ground.drop(signed(grant(["8.8.8.2"]), try await emulator.mint(Mint.overage())), as: "member.json")
        try await ground.reach("done", ["member.json"])
        #expect(try await emulator.log("?kind=groups").map(\.status) == [401, 200])
    }

    @Test("without Entra's keys requests wait, also over a crash, and are then done")
    func keysComeLate() async throws {
        let (ground, emulator) = try await started { $0.giveUpAfter = "00:10:00" }
        #expect(ground.worker?.stop() == 0)
        try await emulator.fault(#"{"match":{"kind":"discovery"},"times":null,"do":"status","status":503}"#)
        try ground.start()
        try ground.drop(signed(grant(["8.8.8.1"]), try await emulator.mint(Mint.valid)), as: "early.json")
        try await reached("it waits, and its trouble was told") {
            ground.places().allSatisfy { $0.hasPrefix("work/early.json#") } && ground.log.contains("ENTRA000")
        }
        try await reached("status tells it") {
            let status = ground.status()
            return status?.entra.keysTrouble?.code == "ENTRA000" && status?.queue.oldestSince != nil
        }
        #expect(try ground.run("status").output.contains("signing keys: ENTRA000"))
        ground.worker?.kill()
        try ground.start()
        try await reached("a try in the second life") { ground.log.components(separatedBy: "ENTRA000").count > 2 }
        try await emulator.clearFaults()
        try await ground.reach("done", ["early.json"])
        try await reached("status tells the end of it") { ground.status()?.entra.keysTrouble == nil }
    }

    @Test("keys that never come are told by their own code, and nothing is lost")
    func keysNeverCome() async throws {
        let (ground, emulator) = try Playground.started {
            $0.authenticate(#"metadataAddress: "http://127.0.0.1:1/x""#)
        }
        try ground.drop(signed(grant(["8.8.8.1"]), try await emulator.mint(Mint.valid)), as: "a.json")
        try await ground.reach("ENTRA000", ["a.json"])
        #expect(ground.why("a.json").contains("Attempts:"), "\(ground.why("a.json"))")
    }

    @Test("keys that were fetched once serve while Entra is away, also after a reload")
    func outage() async throws {
        let (ground, emulator) = try await started("jwksKeysCacheDuration: \"00:00:01\"")
        let token = try await emulator.mint(Mint.valid)
        try ground.drop(signed(grant(["8.8.8.1"]), token), as: "before.json")
        try await ground.reach("done", ["before.json"])
        for kind in ["discovery", "keys"] {
            try await emulator.fault(#"{"match":{"kind":"\#(kind)"},"times":null,"do":"reset"}"#)
        }
        let (fetched, start) = (try await emulator.count("keys"), Date())
        try await reached("the cache's end") { Date() > start + 1.5 }
        try ground.drop(signed(grant(["8.8.8.2"]), token), as: "during.json")
        try await ground.reach("done", ["during.json"])
        ground.worker?.signal(SIGHUP)
        try await reached("the reload") { ground.log.contains("event=reload.accepted") }
        try ground.drop(signed(grant(["8.8.8.3"]), token), as: "reloaded.json")
        try await ground.reach("done", ["reloaded.json"])
        #expect(try await emulator.count("keys") == fetched)
    }

    @Test("a rollover in the middle of a stream costs no request", arguments: [true, false])
    func rollover(keepingOld: Bool) async throws {
        let (ground, emulator) = try await started()
        var names: [String] = []
        for number in 0..<60 {
            if number == 30 { try await emulator.rollKeys(keepingOld: keepingOld) }
            names.append("stream-\(number).json")
            try ground.drop(
                signed(grant(["8.8.8.\(number)"], user: "u\(number)"), try await emulator.mint(Mint.valid)),
                as: names[number])
            if number == 29 { try await ground.reach("done", names) }
        }
        try await ground.reach("done", names)
        #expect(try await emulator.count("keys") <= 3)
    }

    /// By a clock skew of an hour a token counts that has ended; without it, after a restart, it does not.
    private func startedGenerously(_ giveUpAfter: String) async throws -> (
        Playground, EmulatorProgram, becomeStrict: () async throws -> Void
    ) {
        let (ground, emulator) = try await started("clockSkew: \"01:00:00\"") { $0.giveUpAfter = giveUpAfter }
        try await emulator.fault(#"{"match":{"kind":"get"},"times":null,"do":"status","status":503}"#)
        return (
            ground, emulator,
            {
                var strict = Playground.Options(emulator)
                strict.giveUpAfter = giveUpAfter
                strict.authenticate("clockSkew: \"00:00:00\"")
                try ground.configure(strict)
                try await emulator.rollKeys(keepingOld: false)
                try ground.start()
            }
        )
    }

    @Test("the same bytes tried again need no live token, edited ones do; also where Entra has changed its keys")
    func retryByHand() async throws {
        let (ground, emulator, becomeStrict) = try await startedGenerously("00:00:01")
        let token = try await emulator.mint(Mint.lasting(-100))
        for name in ["same.json", "edited.json"] {
            try ground.drop(signed(grant(["8.8.8.1"], user: name), token), as: name)
        }
        try await ground.reach("ENTRA050", ["same.json", "edited.json"])
        try await emulator.clearFaults()
        #expect(ground.worker?.stop() == 0)
        try await becomeStrict()
        let failed = ground.spool.appendingPathComponent("failed/ENTRA050")
        for name in try FileManager.default.contentsOfDirectory(atPath: failed.path)
        where name.hasSuffix("edited.json") {
            let file = failed.appendingPathComponent(name)
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data((text + " ").utf8).write(to: file)
        }
        try ground.retryByHand("ENTRA050")
        try await ground.reach("done", ["same.json"])
        try await ground.reach("SPOOL006", ["edited.json"])
    }

    @Test("whoever can read an accepted request cannot hand its bytes in under another name, as a request of today")
    func replayed() async throws {
        let (ground, emulator) = try await started("clockSkew: \"01:00:00\"") { _ in }
        let request = signed(grant(["8.8.8.1"]), try await emulator.mint(Mint.lasting(-100)))
        try await ground.reach("done", try ground.drop(request))
        #expect(ground.worker?.stop() == 0)
        var strict = Playground.Options(emulator)
        strict.authenticate("clockSkew: \"00:00:00\"")
        try ground.configure(strict)
        try ground.start()
        let copy = try ground.drop(request)
        try await ground.reach("SPOOL006", copy)
        #expect(ground.why(copy).contains("expired (exp)"))
    }

    @Test("what waits in work/ is not refused because its token ended meanwhile, also over a crash")
    func waitingBeyondTheEnd() async throws {
        let (ground, emulator, becomeStrict) = try await startedGenerously("00:10:00")
        let token = try await emulator.mint(Mint.lasting(-100))
        try ground.drop(signed(grant(["8.8.8.1"]), token), as: "patient.json")
        try await reached("Graph was tried") { ground.log.contains("ENTRA050") }
        ground.worker?.kill()
        try await becomeStrict()
        try ground.drop(signed(grant(["8.8.8.2"]), token), as: "late.json")
        try await ground.reach("SPOOL006", ["late.json"])
        #expect(ground.verdict("patient.json") == nil)
        try await emulator.clearFaults()
        try await ground.reach("done", ["patient.json"])
    }

    @Test("run --once fetches keys and groups before it ends")
    func once() async throws {
        let (ground, emulator) = try Playground.configured()
        try await emulator.set(Directory.settings)
        var options = Playground.Options(emulator)
        options.authenticate(byGroup: true)
        try ground.configure(options)
        #expect(try ground.run("init").status == 0)
        try ground.drop(signed(grant(["8.8.8.1"]), try await emulator.mint(Mint.overage())), as: "member.json")
        let (status, output) = try ground.run("run", "--once")
        #expect(status == 0, "\(output)")
        #expect(ground.verdict("member.json") == "done")
        #expect(try ground.run("run", "--once").status == 0)
    }

    @Test("only files of the allowed owners are taken, with and without tokens", .enabled(if: geteuid() == 0))
    func owners() async throws {
        for isAuthenticated in [false, true] {
            let (ground, emulator) = try Playground.started {
                $0.more += "allowedOwners: [12345],"
                if isAuthenticated { $0.authenticate() }
            }
            let text = signed(grant(["8.8.8.1"]), try await emulator.mint(Mint.valid))
            for (owner, name) in [(12_345, "theirs.json"), (0, "roots.json")] {
                try drop(text, as: name, of: owner, on: ground)
            }
            try await ground.reach("done", ["theirs.json"])
            try await ground.reach("SPOOL006", ["roots.json"])
            #expect(ground.why("roots.json").contains("belongs to uid 0; allowedOwners lets in 12345"))
            if isAuthenticated {
                try drop(grant(["8.8.8.2"]), as: "bare.json", of: 12_345, on: ground)
                try await ground.reach("SPOOL006", ["bare.json"])
                #expect(ground.why("bare.json").contains("token is missing"))
            }
        }
    }

    private func drop(_ text: String, as name: String, of owner: Int, on ground: Playground) throws {
        let file = ground.spool.appendingPathComponent("tmp/\(name)")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.ownerAccountID: owner], ofItemAtPath: file.path)
        try FileManager.default.moveItem(at: file, to: ground.spool.appendingPathComponent("incoming/\(name)"))
    }
}
