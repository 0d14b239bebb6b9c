import Entra
import Grants

/// The policies that a location counts in: without one that is on, a grant changes nothing.
struct PolicyStep {
    let findings: Findings
    let consultation: Consultation
    let token: AccessToken
    let graph: String

    /// Beyond it Microsoft stops enforcing locations at once (continuous access evaluation).
    static let rangeLimit = 5_000
    private static let pageLimit = 20

    /// By the name of the configured location.
    func run(_ settings: Settings, _ found: [String: NamedLocation]) {
        let request = GraphRequests(graph: graph, timeouts: consultation.timeouts)
        let policies: [ConditionalAccessPolicy]
        do throws(ReplyVerdict) {
            policies = try all(
                request, first: request.policies(token: token, clientRequestId: consultation.newId())
            ) { (result, now) throws(ReplyVerdict) in try ConditionalAccessPolicy.read(result, now: now) }
        } catch {
            return unreadable(error)
        }
        findings.ok(.policiesReadable, "\(policies.count) policies")
        for (name, location) in settings.locations.sorted(by: { $0.key < $1.key }) {
            guard let shown = found[name] else {
                findings.skip([.policyRefers, .policyEnforced], of: name, "the location could not be read")
                continue
            }
            refer(policies, name, location.policy.id, isTrusted: shown.isTrusted ?? false)
        }
        sum(policies, settings, found, request)
    }

    private func unreadable(_ verdict: ReplyVerdict) {
        guard verdict.code == .entra002 else {
            return findings.warn(
                .policiesReadable, code: verdict.code, verdict.error.detail, do: "Run the doctor again later.")
        }
        let reason = "not permitted to read policies (403), so what refers to the locations is not known"
        findings.skip(.policiesReadable, reason)
        findings.skipRest(of: .policies, "not permitted to read policies")
    }

    private func refer(_ policies: [ConditionalAccessPolicy], _ name: String, _ id: String, isTrusted: Bool) {
        let referring = policies.filter { $0.mentions(id, isTrusted: isTrusted) }
        guard !referring.isEmpty else {
            findings.warn(
                .policyRefers, of: name, "no policy refers to it, so a grant changes nothing for anybody",
                do: "Name it in a Conditional Access policy, as included or excluded location.")
            findings.skip(.policyEnforced, of: name, "no policy refers to it")
            return
        }
        let list = referring.map { policy in
            let isExcluded =
                policy.excluded.contains(id) || isTrusted && policy.excluded.contains("AllTrusted")
            let side = isExcluded ? "excludes" : "includes"
            return "\"\(policy.name)\" \(side) it and is \(policy.state)"
        }
        findings.ok(.policyRefers, of: name, list.joined(separator: "; "))
        let on = referring.count { $0.state == .on }
        if on > 0 {
            findings.ok(.policyEnforced, of: name, "\(on) of \(referring.count) \(on == 1 ? "is" : "are") on")
        } else {
            findings.warn(
                .policyEnforced, of: name, "none of the policies that refer to it is on",
                do: "Switch one on when you trust it; report-only and off let everybody in as before.")
        }
    }

    /// Each location counts once, whatever number of policies names it.
    private func sum(
        _ policies: [ConditionalAccessPolicy], _ settings: Settings, _ found: [String: NamedLocation],
        _ request: GraphRequests
    ) {
        let mentioned = policies.filter { $0.state != .off }.reduce(into: Set<String>()) { $0.formUnion($1.mentioned) }
        var counts: [String: (ranges: Int, isTrusted: Bool)] = [:]
        for location in found.values {
            counts[location.id.lowercased()] = (location.ranges.count, location.isTrusted ?? false)
        }
        if mentioned.contains("AllTrusted") || !mentioned.isSubset(of: counts.keys) {
            do throws(ReplyVerdict) {
                let others = try all(
                    request, first: request.locations(token: token, clientRequestId: consultation.newId())
                ) { (result, now) throws(ReplyVerdict) in try NamedLocationSummary.read(result, now: now) }
                for other in others where counts[other.id] == nil {
                    counts[other.id] = (other.rangeCount, other.isTrusted)
                }
            } catch {
                return findings.skip(.policyRanges, "the other locations could not be listed: \(error.error.detail)")
            }
        }
        let total = counts.filter { id, location in
            mentioned.contains(id) || location.isTrusted && mentioned.contains("AllTrusted")
        }.values.reduce(0) { $0 + $1.ranges }
        let text = "\(total) ranges in the locations of all policies, of \(Self.rangeLimit)"
        if total > Self.rangeLimit {
            findings.warn(
                .policyRanges, "\(text): Microsoft no longer enforces locations at once, but within an hour",
                do: "Take locations out of policies, or ranges out of locations.")
        } else if total > Self.rangeLimit * 9 / 10 {
            findings.warn(.policyRanges, text, do: "Beyond it Microsoft no longer enforces locations at once.")
        } else {
            findings.ok(.policyRanges, text)
        }
    }

    /// All pages of a list.
    private func all<Element>(
        _ request: GraphRequests, first: HTTPRequest,
        _ read: (Result<HTTPReply, TransportFailure>, Timestamp) throws(ReplyVerdict) -> GraphPage<Element>
    ) throws(ReplyVerdict) -> [Element] {
        var (elements, next): ([Element], HTTPRequest?) = ([], first)
        for _ in 0..<Self.pageLimit {
            guard let asked = next else { break }
            let page = try read(consultation.ask(asked), consultation.clock.wall())
            elements += page.elements
            next = page.nextLink.flatMap {
                request.next($0, token: token, clientRequestId: consultation.newId())
            }
        }
        return elements
    }
}
