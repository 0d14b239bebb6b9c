/// A ledger as it stands in `ledger/<location>.json`.
package enum LedgerDocument {
    static let version = 1

    package static func encode(_ ledger: Ledger) -> [UInt8] {
        var json = JSONWriter()
        ledger.write(to: &json)
        return json.bytes
    }

    /// Throws why it cannot be read.
    package static func decode(_ bytes: [UInt8], memory: Duration) throws(JSONError) -> Ledger {
        try Ledger(json: try StrictJSON.parse(bytes).value, memory: memory)
    }
}
