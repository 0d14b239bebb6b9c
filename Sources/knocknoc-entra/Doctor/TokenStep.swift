import Entra
import Grants

/// Asks for an access token as the worker does, and says who refused it and why.
struct TokenStep {
    let findings: Findings
    let consultation: Consultation
    let settings: Settings

    func run() -> AccessToken? {
        let entra = settings.entra
        let request = TokenRequest(
            authority: entra.authority, tenantId: entra.tenantId, clientId: entra.clientId, graph: entra.graph,
            timeouts: consultation.timeouts)
        var source = TokenSource(request, credential: entra.credential)
        let now = consultation.clock.now
        do throws(Failure) {
            let id = consultation.newId()
            guard
                let asked = try source.request(
                    now: now.monotonic, date: now.wall, jitter: 0, clientRequestId: id)
            else { return nil }
            let result = consultation.ask(asked)
            let end = consultation.clock.now
            do throws(ReplyVerdict) {
                try source.receive(result, now: end.monotonic, date: end.wall)
                report(success: source.token(at: end.monotonic))
                return source.token(at: end.monotonic)
            } catch {
                report(error, result)
            }
        } catch {
            findings.fail(.credentialReadable, error)
        }
        return nil
    }

    private func report(success token: AccessToken?) {
        guard let token else { return }
        let life = (token.expiresAt - token.receivedAt).components.seconds
        findings.ok(.tokenAnswer, "a token for \(life) s was given")
        findings.ok(.tenantKnown, "the tenant is \(settings.entra.tenantId)")
        findings.ok(.applicationKnown, "the application is \(settings.entra.clientId)")
        findings.ok(.credentialAccepted, "Entra takes the credential")
        findings.ok(.signInAllowed, "no policy blocks this sign-in")
    }

    private func report(_ verdict: ReplyVerdict, _ result: Result<HTTPReply, TransportFailure>) {
        let number: Int? = if case .success(let reply) = result { OAuthErrorBody(reply.body)?.number } else { nil }
        let check = Self.check(number, verdict.code)
        findings.fail(check, verdict.error)
        let passed: [Check] =
            switch check {
            case .tenantKnown: [.tokenAnswer]
            case .applicationKnown: [.tokenAnswer, .tenantKnown]
            case .credentialAccepted: [.tokenAnswer, .tenantKnown, .applicationKnown]
            case .signInAllowed: [.tokenAnswer, .tenantKnown, .applicationKnown, .credentialAccepted]
            default: []
            }
        for check in passed { findings.ok(check, "Entra did not object to it") }
    }

    /// Entra looks at the tenant, then the application, then the credential, then its policies.
    static func check(_ number: Int?, _ code: FailureCode) -> Check {
        guard code == .entra001 else { return code == .entra005 ? .throttled : .tokenAnswer }
        return switch number {
        case 90_002, 50_059, 50_128, 90_019, 90_038, 900_382, 900_432, 50_001, 500_011, 28_002, 70_011, 1_002_012:
            .tenantKnown
        case 700_016, 70_001, 700_011, 7_000_112, 7_000_229, 65_001, 650_052, 650_056, 650_057: .applicationKnown
        case 53_003, 530_032, 530_035: .signInAllowed
        case 50_196, 90_055: .throttled
        default: .credentialAccepted
        }
    }
}
