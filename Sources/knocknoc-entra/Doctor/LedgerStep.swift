import Grants
import Linux
import Spool

/// The ledgers: whether they can be read, and which belong to no configured location any more.
struct LedgerStep {
    let findings: Findings
    private static let remedy =
        "Never put an old copy in its place; move ledger/ledger.sqlite* aside, restart, and decide with `adopt`."

    /// The ledgers of the configured locations, as far as they could be read.
    func run(_ settings: Settings) -> [String: Ledger] {
        let store: LedgerStore
        let known: [LedgerStore.Location]
        do throws(SystemError) {
            store = try LedgerStore(spool: settings.spool)
            known = try store.locations()
        } catch {
            guard !error.isDamage else {
                findings.fail(
                    .ledgerReadable, "\(error)",
                    do: "All locations pause. \(Self.remedy)")
                return [:]
            }
            findings.skip([.ledgerReadable, .ledgerOrphans], "this user may not look into ledger/: \(error)")
            return [:]
        }
        let orphans = known.map(\.name).filter { settings.locations[$0] == nil }
        if orphans.isEmpty {
            findings.ok(.ledgerOrphans, "every ledger belongs to a configured location")
        } else {
            findings.warn(
                .ledgerOrphans,
                "\(orphans.joined(separator: ", ")) left the configuration; people may still be in Entra",
                do: "Put it back and flush it, or `knocknoc-entra forget LOCATION`.")
        }
        var ledgers: [String: Ledger] = [:]
        for location in known where settings.locations[location.name] != nil {
            do throws(SystemError) {
                ledgers[location.name] = try store.read(location, memory: .zero)
            } catch {
                findings.fail(
                    .ledgerReadable, of: location.name, "\(error)",
                    do: "Its location pauses. \(Self.remedy)")
            }
        }
        if let damages = try? store.damages(), !damages.isEmpty {
            findings.fail(
                .ledgerReadable, damages.joined(separator: "; "), do: "Make a `backup` to look into. \(Self.remedy)")
        }
        if !findings.hasFailed(.ledgerReadable) {
            findings.ok(.ledgerReadable, known.isEmpty ? "none yet" : "\(ledgers.count) can be read")
        }
        return ledgers
    }
}
