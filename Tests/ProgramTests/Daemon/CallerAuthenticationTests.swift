import Foundation
import Grants
import Kit
import Testing

@testable import Entra

/// Tokens of an emulated tenant, judged over a real transport.
@Suite(.timeLimit(.minutes(2)), .ownThread) struct CallerAuthenticationTests {
    private static let group = "99999999-0000-4000-8000-000000000001"
    private static let person = "55555555-5555-4555-8555-555555555555"

    /// Does what the worker does: sends what is wanted, and judges again after each answer.
    private final class Desk {
        var authentication: CallerAuthentication
        private let transport: HTTPTransport
        private let ownToken: AccessToken
        private let start = ContinuousClock.now
        /// Moved by hand, so that no test waits for minutes.
        var later = Duration.zero
        private(set) var failures: [FailureCode] = []

        init(_ emulator: EmulatorProgram, cacheDuration: Duration = .seconds(3_600), v2: Bool = false) async throws {
            let tenant = EmulatorProgram.tenant
            transport = try HTTPTransport(TransportOptions(allowPlainHTTPOnLoopback: true))
            authentication = CallerAuthentication(
                rules: CallerTokenRules(
                    tenantId: tenant, audience: v2 ? EmulatorProgram.client : "https://database.windows.net/",
                    issuer: v2
                        ? "https://login.microsoftonline.com/\(tenant)/v2.0" : "https://sts.windows.net/\(tenant)/",
                    requiredClaims: RequiredClaim.parse("tid=\(tenant);") ?? [], clockSkew: .seconds(300)),
                keys: SigningKeys(
                    metadataAddress: "\(emulator.address)/\(tenant)/v2.0/.well-known/openid-configuration",
                    cacheDuration: cacheDuration, at: start),
                groups: GroupCache(
                    GraphRequests(graph: emulator.address), configured: [group], duration: .seconds(1_800),
                    at: start))
            var tokens = TokenSource(
                TokenRequest(
                    authority: emulator.address, tenantId: tenant, clientId: EmulatorProgram.client,
                    graph: emulator.address),
                credential: .secret { () throws(Failure) in Secret(EmulatorProgram.secret) })
            let request = try tokens.request(now: start, date: Self.date, jitter: 0, clientRequestId: "r")
            let id = transport.start(try #require(request))
            let reply = transport.wait(alsoFor: [], atMost: .seconds(30)).first { $0.id == id }
            try tokens.receive(try #require(reply).result, now: start, date: Self.date)
            ownToken = try #require(tokens.token(at: start))
        }

        static var date: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

        var now: ContinuousClock.Instant { ContinuousClock.now + later }

        /// The end of it, or the last state once Entra has failed so often.
        func judge(_ token: String, groups: Set<String> = [], patience: Int = 1) throws
            -> CallerAuthentication.Judgement
        {
            let (arrival, date) = (now, Self.date)
            let patience = failures.count + patience
            for _ in 0..<100 {
                let judgement = authentication.judge(
                    Secret(token), for: "office", authorizedGroups: groups, since: arrival, date: date, at: now)
                switch judgement {
                case .accepted, .refused: return judgement
                case .waitsForKeys, .waitsForGroups:
                    guard failures.count < patience, try step() else { return judgement }
                }
            }
            return .waitsForKeys(nil)
        }

        /// One request and its answer; false where none may leave by now.
        private func step() throws -> Bool {
            let date = Self.date
            do throws(ReplyVerdict) {
                if let request = authentication.keys.request(now: now, clientRequestId: "r") {
                    try authentication.keys.receive(result(of: request), date: date)
                } else if let (member, request) = authentication.groups.request(
                    now: now, token: ownToken, clientRequestId: "r")
                {
                    try authentication.groups.receive(result(of: request), of: member, now: now, date: date)
                } else if let opensAt = authentication.groups.opensAt, opensAt > now {
                    later += opensAt - now
                } else {
                    return false
                }
            } catch {
                failures.append(error.code)
            }
            return true
        }

        private func result(of request: HTTPRequest) -> Result<HTTPReply, TransportFailure> {
            let id = transport.start(request)
            let completion = transport.wait(alsoFor: [], atMost: .seconds(30)).first { $0.id == id }
            return completion?.result ?? .failure(TransportFailure(.timeout, .request))
        }
    }

    private func isAccepted(_ judgement: CallerAuthentication.Judgement) -> Bool {
        if case .accepted = judgement { true } else { false }
    }

    @Test("tokens of both versions are proved with one fetch of the keys", arguments: [1, 2])
    func versions(version: Int) async throws {
        let emulator = try EmulatorProgram()
        let desk = try await Desk(emulator, v2: version == 2)
        for _ in 0..<5 {
            let judgement = try desk.judge(try await emulator.mint("{\"version\":\(version)}"))
            #expect(isAccepted(judgement), "\(judgement)")
        }
        let requests = try await emulator.log()
        #expect(requests.count { $0.kind == "keys" } == 1)
        #expect(requests.count { $0.kind == "discovery" } == 1)
    }

    @Test(
        "what the emulator forges is refused for what is wrong with it",
        arguments: [
            (#"{"version":1,"alg":"none"}"#, "algorithm"), (#"{"version":1,"alg":"HS256"}"#, "algorithm"),
            (#"{"version":1,"alg":"PS256"}"#, "algorithm"), (#"{"version":1,"key":"foreign"}"#, "unknownKey"),
            (#"{"version":2}"#, "issuer"), (#"{"version":1,"expiresIn":-400,"validIn":-900}"#, "expired"),
            (#"{"version":1,"validIn":400}"#, "notYetValid"), (#"{"version":1,"removed":["tid"]}"#, "tenant"),
            (#"{"version":1,"claims":{"aud":"x"}}"#, "audience"),
            (#"{"version":1,"header":{"alg":"RS256","kid":"x"}}"#, "unknownKey"),
        ])
    func forged(order: String, check: String) async throws {
        let emulator = try EmulatorProgram()
        let desk = try await Desk(emulator)
        guard case .refused(let refusal) = try desk.judge(try await emulator.mint(order)) else {
            Issue.record("not refused")
            return
        }
        #expect(String(describing: refusal).prefix { $0 != "(" } == check, "\(refusal)")
    }

    @Test("a rollover in the middle of a stream costs no request and one more fetch", arguments: [true, false])
    func rollover(keepingOld: Bool) async throws {
        let emulator = try EmulatorProgram()
        let desk = try await Desk(emulator)
        for round in 0..<20 {
            if round == 10 {
                desk.later += .seconds(600)
                try await emulator.rollKeys(keepingOld: keepingOld)
            }
            let judgement = try desk.judge(try await emulator.mint(#"{"version":1}"#))
            #expect(isAccepted(judgement), "\(judgement)")
        }
        #expect(try await emulator.log().count { $0.kind == "keys" } == 2)
    }

    @Test("without Entra requests wait; with keys that were fetched once they go on")
    func outage() async throws {
        let emulator = try EmulatorProgram()
        let desk = try await Desk(emulator, cacheDuration: .seconds(60))
        let token = try await emulator.mint(#"{"version":1}"#)
        try await emulator.fault(#"{"match":{"kind":"discovery"},"times":null,"do":"status","status":503}"#)
        #expect(try desk.judge(token, patience: 3) == .waitsForKeys(nil))
        #expect(desk.failures == [.entra000, .entra000, .entra000])
        try await emulator.clearFaults()
        #expect(isAccepted(try desk.judge(token)))
        try await emulator.fault(#"{"match":{"kind":"keys"},"times":null,"do":"reset"}"#)
        desk.later += .seconds(61)
        #expect(isAccepted(try desk.judge(token)))
        #expect(desk.failures.count == 4)
    }

    @Test("groups come from the token, and on overage from Graph, once per person")
    func groups() async throws {
        let emulator = try EmulatorProgram()
        let roles = #""Policy.ReadWrite.ConditionalAccess","User.Read.All","GroupMember.Read.All""#
        try await emulator.set("{\"roles\":[\(roles)],\"groups\":{\"\(Self.person)\":[\"\(Self.group)\"]}}")
        let desk = try await Desk(emulator)
        let listed = try await emulator.mint("{\"version\":1,\"claims\":{\"groups\":[\"\(Self.group)\"]}}")
        let other = try await emulator.mint(
            #"{"version":1,"claims":{"groups":["99999999-9999-4999-8999-999999999999"]}}"#)
        let overage = try await emulator.mint(
            #"{"version":1,"claims":{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"http://x/"}}}}"#
        )
        #expect(isAccepted(try desk.judge(listed, groups: [Self.group])))
        #expect(
            try desk.judge(other, groups: [Self.group]) == .refused(.notInGroup(location: "office", allowed: 1)))
        for _ in 0..<3 { #expect(isAccepted(try desk.judge(overage, groups: [Self.group]))) }
        #expect(
            try desk.judge(overage, groups: ["y"]) == .refused(.notInGroup(location: "office", allowed: 1)))
        #expect(try await emulator.log().count { $0.kind == "groups" } == 1)
    }

    @Test("without the permission to ask for groups nobody is let in")
    func noPermission() async throws {
        let emulator = try EmulatorProgram()
        let desk = try await Desk(emulator)
        let overage = try await emulator.mint(#"{"version":1,"claims":{"hasgroups":true}}"#)
        #expect(
            try desk.judge(overage, groups: [Self.group])
                == .waitsForGroups(GroupMember(kind: .user, objectId: Self.person)))
        #expect(desk.failures == [.entra002])
    }
}
