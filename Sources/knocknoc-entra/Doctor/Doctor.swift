import Entra
import Grants
import Spool

/// Goes through every step between a request file and Entra; it changes nothing and needs no worker.
struct Doctor {
    let findings = Findings()
    let clock = Clock.system
    /// Called as soon as a step is over.
    let show: (Step, [Finding]) -> Void

    struct Result {
        let settings: Settings?
        let spool: SpoolExamination?
    }

    /// `path` of the configuration; nil where none was found.
    func run(_ path: String?) -> Result {
        let settings = ConfigurationStep(findings: findings).run(path, now: clock.wall())
        guard let settings else {
            for step in Step.allCases { close(step) }
            return Result(settings: nil, spool: nil)
        }
        close(.configuration)
        CredentialStep(findings: findings).run(settings.entra.credential, now: clock.wall())
        close(.credential)
        let spool = SpoolStep(findings: findings, now: clock.wall()).run(settings.spool)
        if spool != nil { WorkerStep(findings: findings, now: clock.wall()).run(settings.spool) }
        let ledgers = spool == nil ? [:] : LedgerStep(findings: findings).run(settings)
        close(.spool)
        consult(settings, ledgers)
        return Result(settings: settings, spool: spool)
    }

    private func consult(_ settings: Settings, _ ledgers: [String: Ledger]) {
        let online: [Step] = [.network, .clock, .token, .keys, .locations, .policies, .pace]
        let transport: HTTPTransport
        do {
            transport = try HTTPTransport(settings.transportOptions)
        } catch {
            findings.fail(.tokenAnswer, ReplyVerdict(error, to: .token).error)
            for step in online { close(step) }
            return
        }
        NetworkStep(findings: findings, transport: transport, entra: settings.entra, now: clock.wall()).run()
        close(.network)
        let consultation = Consultation(transport, settings.entra, clock: clock)
        if !isOffline {
            visit(settings, ledgers, consultation)
        } else {
            let reason = findings.firstFailure(where: { $0.step == .network }).map {
                "not reached: \($0.rawValue) failed"
            }
            for step in online.dropFirst() { findings.skipRest(of: step, reason ?? "not reached") }
        }
        for step in online.dropFirst() { close(step) }
    }

    private var isOffline: Bool {
        [Check.networkProxy, .dns, .tcp, .tls].contains(where: findings.hasFailed)
    }

    private func visit(_ settings: Settings, _ ledgers: [String: Ledger], _ consultation: Consultation) {
        let token = TokenStep(findings: findings, consultation: consultation, settings: settings).run()
        if let token { TokenClaimsStep(findings: findings, settings: settings).run(token) }
        KeysStep(findings: findings, consultation: consultation).run(settings)
        if findings.hasFailed(.rolesPresent) {
            // Each would be refused for the same reason.
            for step in [Step.locations, .policies] { findings.skipRest(of: step, "not reached: roles-present failed") }
        } else if let token {
            var found: [String: NamedLocation] = [:]
            for (name, location) in settings.locations.sorted(by: { $0.key < $1.key }) {
                found[name] = LocationStep(
                    findings: findings, consultation: consultation, settings: settings, token: token
                ).run(name, location, ledger: ledgers[name])
            }
            PolicyStep(findings: findings, consultation: consultation, token: token, graph: settings.entra.graph)
                .run(settings, found)
        }
        ClockStep(findings: findings).run(consultation.skews)
        pace(consultation)
    }

    private func pace(_ consultation: Consultation) {
        guard !findings.hasFailed(.throttled) else { return }
        let times = consultation.throttledTimes
        guard times > 0 else { return findings.ok(.throttled, "no answer was 429") }
        findings.warn(
            .throttled, code: .entra005, "\(times) answers were 429; each was asked once more",
            do: "Something else changes policies of this tenant often: stagger it, or let one worker do it all.")
    }

    private func close(_ step: Step) {
        show(step, findings.close(step))
    }
}

extension Settings {
    /// How the worker and the doctor speak HTTP.
    var transportOptions: TransportOptions {
        TransportOptions(
            caFile: entra.caFile, proxy: entra.proxy, userAgent: "knocknoc-entra/\(Version.number)",
            allowPlainHTTPOnLoopback: [entra.graph, entra.authority, authentication?.metadataAddress]
                .contains { $0?.hasPrefix("http://") ?? false })
    }
}
