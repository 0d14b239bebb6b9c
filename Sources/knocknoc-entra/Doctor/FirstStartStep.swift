import Entra
import Grants
import Spool

/// What the first write would make of a list that was there before.
struct FirstStartStep {
    let findings: Findings
    let settings: Settings

    func run(_ found: NamedLocation, _ name: String, _ location: LocationSettings) {
        let look = FirstLook(found.ranges, pinned: location.pinnedRanges, sentinel: location.sentinelRange)
        guard !look.strangers.isEmpty else {
            return findings.ok(
                .locationFirstStart, of: name, "it holds nothing but placeholders, which the first write replaces")
        }
        let shown = look.strangers.prefix(3).map { SafeText.line($0, limit: 60) }.joined(separator: ", ")
        let count = look.strangers.count
        let seen = "it holds \(count) range\(count == 1 ? "" : "s") from before (\(shown)\(count > 3 ? ", …" : ""))"
        switch decision(for: name, location) {
        case nil:
            findings.fail(
                .locationFirstStart, of: name, code: .entra051, "\(seen); firstStart \"guard\" writes nothing",
                do: "If the GUID is right: `knocknoc-entra adopt \(name) --replace`, `--pin` or `--for 8h`.")
        case .replace?:
            findings.warn(
                .locationFirstStart, of: name, "\(seen); the first write throws them away",
                do: "Be sure that nobody needs them: pinnedRanges, or `adopt \(name) --pin`, keep them.")
        case let decision? where look.keepable == nil:
            findings.fail(
                .locationFirstStart, of: name, code: .entra051,
                "\(seen); `\(decision)` cannot keep those that are no networks",
                do: "Write them as networks in the portal, or decide with `adopt \(name) --replace`.")
        case let decision?:
            findings.ok(.locationFirstStart, of: name, "\(seen); they are kept (\(decision))")
        }
    }

    /// Nil where nobody has decided.
    private func decision(for name: String, _ location: LocationSettings) -> Adoption? {
        if let store = try? LedgerStore(spool: settings.spool), let decision = store.decision(name) { return decision }
        return switch location.firstStart {
        case .guarded: nil
        case .replace: .replace
        case .adopt: .pin
        }
    }
}
