import Entra
import Grants
import Spool

/// `what-if`: what Entra's own evaluator says of a sign-in.
enum WhatIfCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let order = try Sought(arguments)
        let settings = try SettingsCommand.load(arguments).settings
        let question = try Question(settings)
        let whatIf = WhatIf(
            user: try question.user(order.user), application: order.application, address: order.address)
        let outcomes = try question.ask(whatIf)
        let names = Dictionary(
            settings.locations.map { ($0.value.policy.id, $0.key) }, uniquingKeysWith: { first, _ in first })
        let answer = WhatIfAnswer(whatIf: whatIf, user: order.user, outcomes: outcomes, locations: names)
        try Answer.give(arguments.wantsJSON ? answer.json : answer.text)
        return .success
    }

    private struct Sought {
        let user: String
        let address: CIDR
        let application: Identifier

        /// Office 365 Exchange Online, which every user signs in to.
        private static let exchange = "00000002-0000-0ff1-ce00-000000000000"

        init(_ arguments: Arguments) throws(Complaint) {
            let typed = arguments.operands[1]
            address = try CIDR(typed: typed)
            guard address.isSingleAddress else {
                throw Complaint(
                    "\(typed) is a range", why: "a sign-in comes from one address", do: "Name one address of it.")
            }
            let id = arguments.value(.app) ?? Self.exchange
            guard let application = Identifier(id) else {
                throw Complaint(
                    "--app takes an application's client ID", why: "`\(id)` is no GUID",
                    do: "Entra > Enterprise applications shows it.")
            }
            (user, self.application) = (arguments.operands[0], application)
        }
    }

    /// The requests it takes: a token, the user where a name is given, and the evaluation.
    private struct Question {
        private let consultation: Consultation
        private let request: GraphRequests
        private let token: AccessToken

        init(_ settings: Settings) throws(Complaint) {
            let transport: HTTPTransport
            do {
                transport = try HTTPTransport(settings.transportOptions)
            } catch {
                throw Complaint(ReplyVerdict(error, to: .token).error)
            }
            consultation = Consultation(transport, settings.entra, clock: .system)
            request = GraphRequests(graph: settings.entra.graph, timeouts: consultation.timeouts)
            let findings = Findings()
            guard let token = TokenStep(findings: findings, consultation: consultation, settings: settings).run() else {
                let finding = findings.firstFailure
                throw Complaint(
                    finding.map { "\($0.code.map { "\($0): " } ?? "")no access token" } ?? "Entra gave no token",
                    why: finding?.seen, do: "`knocknoc-entra doctor` looks at each step.", .unavailable)
            }
            self.token = token
        }

        func user(_ text: String) throws(Complaint) -> Identifier {
            if let id = Identifier(text) { return id }
            let result = consultation.ask(
                request.user(text, token: token, clientRequestId: consultation.newId()))
            if case .success(let reply) = result, reply.status == 403 {
                throw Complaint(
                    "ENTRA002: the application may not look up \(SafeText.line(text, limit: 120))",
                    why: "Graph answered 403: it has no permission to read users",
                    do: "Give the user's object ID instead, or grant User.Read.All.", .notPermitted)
            }
            if case .success(let reply) = result, reply.status == 404 {
                throw Complaint(
                    "there is no user \(SafeText.line(text, limit: 120)) in this tenant", why: "Graph answered 404",
                    do: "Give the user principal name or the object ID, as the portal shows them.")
            }
            do throws(ReplyVerdict) {
                return try readUserId(result, now: consultation.clock.wall())
            } catch {
                throw Complaint(error.error)
            }
        }

        func ask(_ whatIf: WhatIf) throws(Complaint) -> [PolicyOutcome] {
            let asked = request.evaluate(whatIf, token: token, clientRequestId: consultation.newId())
            do throws(ReplyVerdict) {
                return try PolicyOutcome.read(consultation.ask(asked), now: consultation.clock.wall())
            } catch {
                throw Complaint(error.error)
            }
        }
    }
}

extension Complaint {
    init(_ error: Failure) {
        self.init(
            "\(error.code): \(error.code.title)", why: error.detail,
            do: "`knocknoc-entra explain \(error.code)` has the causes and the steps.",
            error.code == .entra002 ? .notPermitted : .unavailable)
    }
}
