import GrantCore
import Graph
import Spool

/// `what-if`: what Entra's own evaluator says of a sign-in.
enum WhatIfCommand {
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitCode {
        let order = try Order(arguments)
        guard let settings = SettingsCommand.load(arguments) else { return .configuration }
        do throws(Refusal) {
            let question = try Question(settings)
            let whatIf = WhatIf(
                user: try question.user(order.user), application: order.application, address: order.address)
            let outcomes = try question.ask(whatIf)
            let names = Dictionary(
                settings.locations.map { ($0.value.policy.id, $0.key) }, uniquingKeysWith: { first, _ in first })
            let answer = WhatIfAnswer(whatIf: whatIf, user: order.user, outcomes: outcomes, locations: names)
            Output.standard(order.isJSON ? answer.json : answer.text)
            return .success
        } catch {
            Output.error("knocknoc-entra: \(error.what)\n  \(error.remedy)\n")
            return error.status
        }
    }

    /// No answer, why, and what to do.
    struct Refusal: Error {
        let what: String
        let remedy: String
        let status: ExitCode
    }

    private struct Order {
        let user: String
        let address: CIDR
        let application: Identifier
        let isJSON: Bool

        /// Office 365 Exchange Online, which every user signs in to.
        private static let exchange = "00000002-0000-0ff1-ce00-000000000000"

        init(_ arguments: Arguments) throws(UsageError) {
            let options = try CommandOptions(arguments, flags: ["--json"], values: ["--app"])
            let operands = options.operands
            guard operands.count == 2 else {
                throw UsageError("what-if USER ADDRESS, such as `what-if alice@example.com 203.0.113.7`")
            }
            do throws(AddressError) {
                address = try CIDR(operands[1])
            } catch {
                throw UsageError("\(operands[1]): \(error.reason)")
            }
            guard address.isSingleAddress else { throw UsageError("\(operands[1]) is a range; name one address") }
            guard let id = Identifier(options.values["--app"] ?? Self.exchange) else {
                throw UsageError("--app takes an application's client ID, which is a GUID")
            }
            (user, application, isJSON) = (operands[0], id, options.flags.contains("--json"))
        }
    }

    /// The requests it takes: a token, the user where a name is given, and the evaluation.
    private struct Question {
        private let consultation: Consultation
        private let request: ConditionalAccessRequest
        private let token: AccessToken

        init(_ settings: Settings) throws(Refusal) {
            let transport: HTTPTransport
            do {
                transport = try HTTPTransport(settings.transportOptions)
            } catch {
                throw Refusal(ReplyVerdict(error, to: .token).error)
            }
            consultation = Consultation(transport, settings.entra, clock: .system)
            request = ConditionalAccessRequest(graph: settings.entra.graph, timeouts: consultation.timeouts)
            let findings = Findings()
            guard let token = TokenStep(findings: findings, consultation: consultation, settings: settings).run() else {
                let finding = findings.firstFailure
                throw Refusal(
                    what: finding.map { "\($0.code.map { "\($0) " } ?? "")\($0.seen)" } ?? "Entra gave no token",
                    remedy: "`knocknoc-entra doctor` looks at each step.", status: .unavailable)
            }
            self.token = token
        }

        func user(_ text: String) throws(Refusal) -> Identifier {
            if let id = Identifier(text) { return id }
            let result = consultation.ask(
                request.user(text, token: token, clientRequestId: consultation.newId()))
            if case .success(let reply) = result, reply.status == 403 {
                throw Refusal(
                    what: "ENTRA002 the application may not look up \(plainText(text, limit: 120)) (403)",
                    remedy: "Give the user's object ID instead, or grant User.Read.All.", status: .notPermitted)
            }
            if case .success(let reply) = result, reply.status == 404 {
                throw Refusal(
                    what: "there is no user \(plainText(text, limit: 120)) in this tenant",
                    remedy: "Give the user principal name or the object ID, as the portal shows them.",
                    status: .configuration)
            }
            do throws(ReplyVerdict) {
                return try readUserId(result, now: consultation.clock.wall())
            } catch {
                throw Refusal(error.error)
            }
        }

        func ask(_ whatIf: WhatIf) throws(Refusal) -> [PolicyOutcome] {
            let asked = request.evaluate(whatIf, token: token, clientRequestId: consultation.newId())
            do throws(ReplyVerdict) {
                return try PolicyOutcome.read(consultation.ask(asked), now: consultation.clock.wall())
            } catch {
                throw Refusal(error.error)
            }
        }
    }
}

extension WhatIfCommand.Refusal {
    init(_ error: AgentError) {
        self.init(
            what: "\(error.code) \(error.detail)", remedy: "`knocknoc-entra explain \(error.code)` says more.",
            status: error.code == .entra002 ? .notPermitted : .unavailable)
    }
}
