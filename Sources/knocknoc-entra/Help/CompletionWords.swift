import Grants
import Linux
import Spool

/// The words that only the configuration and the spool at hand know.
struct CompletionWords {
    enum Kind: String, CaseIterable {
        case codes
        /// Those that are configured.
        case locations
        /// Those that left the configuration and have a ledger.
        case orphaned
        /// Codes that something failed with, and what did.
        case failed
        /// What can be held.
        case waiting
        case held
        /// What has no verdict yet, or a bad one.
        case items
    }

    /// More than a person reads would only slow the shell down.
    private static let limit = 200

    let context: SpoolCommandContext

    func words(_ kind: Kind) throws(SystemError) -> [String] {
        switch kind {
        case .codes: return FailureCode.allCases.map(\.rawValue)
        case .locations: return context.locations
        case .orphaned:
            return try LedgerStore(spool: context.spool.path).locations().map(\.name).filter {
                !context.locations.contains($0)
            }
        case .failed: return try failedCodes() + items(in: ["failed"])
        case .waiting: return items(in: ["incoming", "failed"])
        case .held: return items(in: ["hold"])
        case .items: return items(in: ["incoming", "work", "hold", "failed"])
        }
    }

    private func failedCodes() throws(SystemError) -> [String] {
        let names = try context.spool.root.folder("failed").names()
        return names.compactMap { FailureCode(rawValue: String(decoding: $0, as: UTF8.self))?.rawValue }.sorted()
    }

    /// By their names in the spool, and by what their producers called them; a folder closed to this user has none.
    private func items(in places: [String]) -> [String] {
        var found: Set<String> = []
        for place in places {
            try? context.spool.forEachItem(in: [place]) { item in
                guard found.count < Self.limit else { return }
                found.insert(item.name.percentEscaped)
                found.insert(item.producerName.percentEscaped)
            }
        }
        return found.sorted()
    }
}
