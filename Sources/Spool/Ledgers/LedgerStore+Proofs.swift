package import Grants
package import Linux
import SQLite

/// Requests whose submitter was proved once.
extension LedgerStore {
    /// Those that still count; the others go.
    package func proofs(at now: Timestamp) throws(SystemError) -> AcceptedRequests {
        var proofs: [(hash: [UInt8], end: Timestamp)] = []
        try database()?.connection.prepare("SELECT hash, until FROM proof WHERE until > ?")
            .forEachRow([.integer(now.microseconds)]) { (row) throws(SystemError) in
                proofs.append((row.bytes(0), Timestamp(microseconds: row.integer(1))))
            }
        return AcceptedRequests(recorded: proofs)
    }

    /// Durable when it returns.
    package func remember(_ change: AcceptedRequests.Change, at now: Timestamp) throws(SystemError) {
        try commit(at: now) { (tables) throws(SystemError) in
            for (hash, end) in change.proved { try tables.putProof.run([.bytes(hash), .integer(end.microseconds)]) }
            if let end = change.forgottenUntil {
                try tables.connection.prepare("DELETE FROM proof WHERE until <= ?").run([.integer(end.microseconds)])
            }
        }
    }
}
