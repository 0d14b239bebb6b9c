import Glibc
package import Grants
package import Linux

/// The ledgers on disk, one file a location.
package struct LedgerStore {
    private let folder: Folder

    package init(_ spool: SpoolDirectory) {
        folder = spool.ledger
    }

    /// The same for a command beside the worker: it may read, and leave notes.
    package init(spool path: String) throws(SystemError) {
        folder = try Folder.open(path: path).folder("ledger")
    }

    /// Makes ledgers durable: each by temporary, fsync and rename, then one fsync of the folder for all.
    ///
    /// A crash leaves of each file the old or the new content.
    package func write(_ ledgers: [Ledger]) throws(SystemError) {
        for ledger in ledgers {
            try folder.replace(fileName(ledger.location), with: LedgerDocument.encode(ledger), mode: 0o600)
        }
        if !ledgers.isEmpty { try folder.sync() }
    }

    /// Nil where the location has none yet.
    package func read(_ location: String, memory: Duration) throws(LedgerTrouble) -> Ledger? {
        let bytes: [UInt8]
        do {
            bytes = try folder.read(Array(fileName(location).utf8), limit: 1 << 30)
        } catch {
            if error.code == ENOENT { return nil }
            throw LedgerTrouble(location: location, reason: error.description)
        }
        do {
            let ledger = try LedgerDocument.decode(bytes, memory: memory)
            guard ledger.location == location else {
                throw JSONError("it says that it belongs to \(ledger.location)")
            }
            return ledger
        } catch {
            throw LedgerTrouble(location: location, reason: "\(error)")
        }
    }

    /// The locations that have a ledger.
    package func locations() throws(SystemError) -> [String] {
        try folder.names().map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.hasPrefix(".") && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Whether anything can be written at all.
    package func probe() throws(SystemError) {
        let name = Array(".probe".utf8)
        try folder.writeNote(name, Array("probe\n".utf8), mode: 0o600)
        try folder.remove(name)
    }

    /// When a ledger was last written, by the clock of that time; nil before the first.
    package func lastWritten() throws(SystemError) -> Timestamp? {
        var latest: Timestamp?
        for name in try locations() {
            guard let status = try? folder.status(of: Array(fileName(name).utf8)) else { continue }
            latest = max(latest ?? status.modified, status.modified)
        }
        return latest
    }

    /// Saves what a location held before its first write, beside its ledger.
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

    /// Removes the ledger of a location that nobody serves any more, with what was noted beside it.
    package func drop(_ location: String) throws(SystemError) {
        // The ledger last: while it is there, the log reminds of it.
        for name in [location + ".found", location + ".adopt", location + ".json"] {
            do throws(SystemError) {
                try folder.remove(Array(name.utf8))
            } catch {
                if error.code != ENOENT || name.hasSuffix(".json") { throw error }
            }
        }
        try folder.sync()
    }

    /// Says that the process ended in order and knows these locations' lists at Graph.
    package func markCleanStop(_ confirmed: [String]) throws(SystemError) {
        let text = confirmed.sorted().map { $0 + "\n" }.joined()
        try folder.replace(cleanStopName, with: Array(text.utf8), mode: 0o600)
        try folder.sync()
    }

    /// The locations that the last process vouched for.
    package func cleanStop() -> Set<String> {
        guard let text = try? folder.read(Array(cleanStopName.utf8), limit: 1 << 20) else { return [] }
        return Set(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    /// The mark is gone, durably, before anything is added.
    ///
    /// So are the ledgers durable that were read: the last process may have ended between rename and fsync.
    package func forgetCleanStop() throws(SystemError) {
        _ = try unlessGone(try folder.remove(Array(cleanStopName.utf8)))
        try folder.sync()
    }

    private let cleanStopName = "clean-stop"

    private func fileName(_ location: String) -> String {
        location + ".json"
    }
}
