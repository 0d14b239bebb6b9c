import Foundation
import Linux
import SQLite

/// The database of a spool, under hands that have no business there.
extension Playground {
    private var database: URL { spool.appendingPathComponent("ledger/ledger.sqlite") }

    func changeLedger(_ sql: String) throws {
        let database = try Database("file:\(database.path)", at: "ledger", on: SystemCall(), .write)
        try database.execute(sql + "; PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// The numbers that a query returns.
    func askLedger(_ query: String) throws -> [Int64] {
        var numbers: [Int64] = []
        let database = try Database("file:\(database.path)", at: "ledger", on: SystemCall(), .read)
        try database.prepare(query).forEachRow { (row) throws(SystemError) in numbers.append(row.integer(0)) }
        return numbers
    }

    /// Of a worker that has stopped.
    func copyLedger() throws -> Data {
        try changeLedger("SELECT 1")
        return try Data(contentsOf: database)
    }

    func putLedger(_ bytes: Data) throws {
        for ending in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + ending) }
        try bytes.write(to: database)
    }
}
