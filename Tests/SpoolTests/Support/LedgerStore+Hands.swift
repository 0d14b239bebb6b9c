import Linux
import SQLite

@testable import Spool

/// What no worker does to its database.
extension LedgerStore {
    func execute(_ sql: String) throws {
        try database()?.connection.execute(sql)
    }

    /// Everything stands in the main file then.
    func emptyLog() throws {
        try execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
