import Glibc
import Grants
import Linux

/// Takes over the ledgers of version 0.1, which were JSON files, one a location.
struct FormerLedgers {
    private let folder: Folder
    private static let kept = "version-0.1"

    init(in folder: Folder) {
        self.folder = folder
    }

    /// The locations that have one.
    func names() throws(SystemError) -> [String] {
        try folder.names().map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.hasPrefix(".") && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Throws why it cannot be read; it stays where it is then.
    func read(_ name: String) throws(LedgerTrouble) -> Ledger {
        do {
            let bytes = try folder.read(Array((name + ".json").utf8), limit: 1 << 30)
            let ledger = try FormerLedger.read(bytes, memory: .zero)
            guard ledger.location == name else { throw JSONError("it says that it belongs to \(ledger.location)") }
            return ledger
        } catch {
            throw LedgerTrouble(location: name, reason: "ledger/\(name).json cannot be used: \(error)")
        }
    }

    /// They are in the database now; what proved a request or vouched for a list is not taken over.
    func setAside(_ names: [String]) throws(SystemError) {
        let kept = try folder.folder(making: Self.kept, mode: 0o700)
        for name in names.map({ $0 + ".json" }) + ["accepted-requests", "clean-stop"] {
            let isThere = kept.holds(Array(name.utf8))
            // What came here a second time says nothing that the database does not know.
            _ = try unlessGone(
                isThere
                    ? try folder.remove(Array(name.utf8))
                    : try folder.move(Array(name.utf8), to: kept, as: Array(name.utf8)))
        }
        try kept.sync()
        try folder.sync()
    }
}
