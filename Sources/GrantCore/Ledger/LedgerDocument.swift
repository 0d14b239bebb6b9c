package import FoundationEssentials

/// A ledger as it stands in `ledger/<location>.json`.
package struct LedgerDocument: Codable, Sendable {
    private var version = 1
    private var location: String
    private var id: String
    /// The list that Graph took last; that it is still the one there is vouched for by a clean stop alone.
    private var confirmed: [CIDR]?
    private var confirmation: String
    /// What was pinned in that list, and its sentinel.
    private var kept: [CIDR]?
    private var departures: [DepartureRecord]?
    private var leases: [LeaseRecord]
    private var tombstones: [TombstoneRecord]
    private var endings: [EndingRecord]
    private var forgotten: Timestamp?
    private var settling: [String: String]
    private var adopted: [CIDR]?

    package static func encode(_ ledger: Ledger) throws(LedgerDocumentError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(LedgerDocument(ledger))
        } catch {
            throw LedgerDocumentError(reason: "\(error)")
        }
    }

    package static func decode(_ data: Data, memory: Duration) throws(LedgerDocumentError) -> Ledger {
        do {
            return try JSONDecoder().decode(LedgerDocument.self, from: data).ledger(memory: memory)
        } catch let error as LedgerDocumentError {
            throw error
        } catch {
            throw LedgerDocumentError(reason: "\(error)")
        }
    }

    private init(_ ledger: Ledger) {
        location = ledger.location
        id = ledger.id
        confirmation = ledger.confirmation.rawValue
        confirmed = ledger.listed.isEmpty ? nil : ledger.listed
        kept = ledger.kept.isEmpty ? nil : ledger.kept
        departures =
            ledger.departures.byRange.isEmpty
            ? nil : ledger.departures.byRange.map(DepartureRecord.init).sorted { $0.range < $1.range }
        leases = ledger.leases.values.sorted { $0.order < $1.order }.map(LeaseRecord.init)
        tombstones = ledger.tombstones.all.values.sorted { $0.removal.order < $1.removal.order }
            .map(TombstoneRecord.init)
        endings = ledger.endings.byKey.map { EndingRecord($0.key, $0.value) }.sorted { $0.key < $1.key }
        forgotten = ledger.forgotten
        adopted = ledger.adopted.isEmpty ? nil : ledger.adopted
        settling = Dictionary(
            uniqueKeysWithValues: ledger.settling.map { ($0.key.description, $0.value.description) })
    }

    private func ledger(memory: Duration) throws(LedgerDocumentError) -> Ledger {
        guard version == 1 else {
            throw LedgerDocumentError(reason: "layout version \(version) is not known to this program")
        }
        var ledger = Ledger(
            location: location, id: id, memory: memory,
            leases: try leases.map { (record) throws(LedgerDocumentError) in try record.lease() },
            tombstones: try tombstones.map { (record) throws(LedgerDocumentError) in try record.tombstone() },
            endings: try endings.map { (record) throws(LedgerDocumentError) in
                (LeaseKey(recorded: record.key), try record.ending())
            },
            forgotten: forgotten, listed: confirmed ?? [], kept: kept ?? confirmed ?? [],
            departures: try Departures(departures ?? []))
        ledger.adopted = adopted ?? []
        for (claim, verdict) in settling {
            guard let name = ClaimName(escaped: claim), let verdict = Verdict(verdict) else {
                throw LedgerDocumentError(reason: "settling holds \(claim) → \(verdict)")
            }
            ledger.settling[name] = verdict
        }
        guard ledger.leases.count == leases.count, ledger.endings.byKey.count == endings.count else {
            throw LedgerDocumentError(reason: "a key stands there twice")
        }
        guard let known = Confirmation(rawValue: confirmation), known != .confirmed || !ledger.listed.isEmpty else {
            throw LedgerDocumentError(reason: "its confirmation is \(confirmation)")
        }
        ledger.confirmation = known
        return ledger
    }
}

/// Why a ledger cannot be read; it is never taken for an empty one.
package struct LedgerDocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String

    package var description: String { reason }

    package init(reason: String) {
        self.reason = reason
    }
}
