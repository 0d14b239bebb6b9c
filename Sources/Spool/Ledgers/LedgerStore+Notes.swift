package import Grants
package import Linux

/// Files that stand beside the database for people.
extension LedgerStore {
    /// Saves what a location held before its first write.
    package func saveFound(_ location: String, _ ranges: [String]) throws(SystemError) {
        let text = ranges.map { $0 + "\n" }.joined()
        try folder.replace(location + ".found", with: Array(text.utf8), mode: 0o600)
        try folder.sync()
    }

    /// Somebody's decision about such a list; it stays until the ledger has taken it in.
    package func decision(_ location: String) -> Adoption? {
        let bytes = try? folder.read(Array((location + ".adopt").utf8), limit: 1_024)
        return bytes.flatMap { Adoption(String(decoding: $0, as: UTF8.self).split(separator: "\n").joined()) }
    }

    package func forgetDecision(_ location: String) throws(SystemError) {
        _ = try unlessGone(try folder.remove(Array((location + ".adopt").utf8)))
    }

    /// Leaves a decision for the worker, running or not.
    package func decide(_ adoption: Adoption, for location: String) throws(SystemError) {
        // Readable for the worker also where root has decided; the folder itself is closed to others.
        try folder.replace(location + ".adopt", with: Array("\(adoption)\n".utf8), mode: 0o644)
        try folder.sync()
    }
}
