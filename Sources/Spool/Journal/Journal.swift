package import Grants
package import Linux

/// The audit trail: one JSON line an outcome, appended to the file of the day and made durable once a batch.
///
/// With a hash, each batch is followed by its seal, which holds the hash of the one before.
package final class Journal {
    private let folder: Folder
    private let file: AppendedFile
    private let hash: JournalSeal.Hash?
    /// Of the last seal of this life; nil before the first.
    private var lastHash: String?
    /// Up to where the open file is sealed, as this life knows.
    private var sealedSize = 0

    package init(_ spool: SpoolDirectory, hash: JournalSeal.Hash? = nil) {
        folder = spool.journal
        file = AppendedFile(in: spool.journal, mode: 0o640)
        self.hash = hash
    }

    /// Appends the lines, each ended by a newline already.
    package func append(_ lines: [UInt8], at now: Timestamp) throws(SystemError) {
        guard !lines.isEmpty else { return }
        let name = now.day + ".ndjson"
        var made: JournalSeal?
        let size = try file.append(lines, to: name) { (size, lead, isFresh) throws(SystemError) in
            if isFresh { sealedSize = 0 }
            made = try seal(lines, behind: lead, in: Array(name.utf8), of: size, at: now)
            return made?.line ?? []
        }
        if let made { (lastHash, sealedSize) = (made.hash, size) }
    }

    /// What a crash, or somebody else, left without a seal is sealed with the batch behind it, and the seal says so.
    private func seal(
        _ lines: [UInt8], behind lead: [UInt8], in name: [UInt8], of size: Int, at now: Timestamp
    ) throws(SystemError) -> JournalSeal? {
        guard let hash else { return nil }
        var unsealed: [UInt8] = []
        if size != sealedSize {
            let bytes = try folder.read(name, limit: 1 << 32)
            let last = JournalSeal.last(in: bytes)
            unsealed = Array(bytes[(last?.end ?? 0)...])
            // Else it ends the line of a seal that lost nothing but its newline.
            if !unsealed.isEmpty { unsealed += lead }
            lastHash = lastHash ?? last?.seal.hash
        }
        let previous: String
        if let lastHash { previous = lastHash } else { previous = try hashOfDays(before: name) }
        return JournalSeal(unsealed + lines, unsealed: unsealed.count, previous: previous, at: now, by: hash)
    }

    private func hashOfDays(before name: [UInt8]) throws(SystemError) -> String {
        let days = try folder.names().filter { $0.isJournalDay && $0.lexicographicallyPrecedes(name) }
        for day in days.sorted(by: { $1.lexicographicallyPrecedes($0) }) {
            if let last = JournalSeal.last(in: try folder.read(day, limit: 1 << 32)) { return last.seal.hash }
        }
        return ""
    }
}
