/// A ledger as it stands in `ledger/<location>.json`.
package enum LedgerDocument {
    static let version = 1

    package static func encode(_ ledger: Ledger) -> [UInt8] {
        var json = JSONWriter()
        ledger.write(to: &json)
        return json.bytes
    }

    package static func decode(_ bytes: [UInt8], memory: Duration) throws(LedgerDocumentError) -> Ledger {
        do throws(JSONError) {
            return try LedgerReader.read(bytes).ledger(memory: memory)
        } catch {
            throw LedgerDocumentError(reason: error.description)
        }
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
