import Glibc
import Grants
import Linux
import SQLite

/// The open database, with the statements of a commit prepared.
final class LedgerDatabase {
    let connection: Database
    let putClock, putLocation, findLocation, countLeases: Statement
    let putLease, dropLease, putEnding, dropEnding, putTombstone, dropTombstone: Statement
    let putDeparture, dropDeparture, putListed, dropListed, putVerdict, dropVerdict, putProof: Statement

    static let name = Array("ledger.sqlite".utf8)

    /// Nil where there is none yet; EUCLEAN where the file is not one of ours.
    static func open(in folder: Folder, _ access: Database.Access) throws(SystemError) -> LedgerDatabase? {
        guard let status = try unlessGone(try folder.status(of: name)) else { return nil }
        guard status.kind == .regular, status.links == 1 else {
            throw SystemError("open", folder.path(of: name), code: EUCLEAN)
        }
        return try LedgerDatabase(in: folder, access)
    }

    private init(in folder: Folder, _ access: Database.Access) throws(SystemError) {
        let connection = try Database(in: folder, named: Self.name, access)
        guard try connection.number("PRAGMA application_id") == LedgerSchema.applicationId else {
            throw SystemError("read", folder.path(of: Self.name), code: EUCLEAN)
        }
        guard try connection.number("PRAGMA user_version") == LedgerSchema.version else {
            throw SystemError("read the tables of a newer version in", folder.path(of: Self.name), code: ENOTSUP)
        }
        self.connection = connection
        if !connection.isReadOnly { try connection.useLog() }
        func put(_ table: String, _ columns: Int) throws(SystemError) -> Statement {
            let values = Array(repeating: "?", count: columns).joined(separator: ", ")
            return try connection.prepare("INSERT OR REPLACE INTO \(table) VALUES (\(values))")
        }
        func drop(_ table: String, _ key: String) throws(SystemError) -> Statement {
            try connection.prepare("DELETE FROM \(table) WHERE location = ? AND \(key)")
        }
        putClock = try put("clock", 2)
        putLocation = try connection.prepare(
            """
            INSERT INTO location (id, name, confirmation, leases, forgotten, sentinel) VALUES (?1, ?2, ?3, 0, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET name = ?2, confirmation = ?3, forgotten = ?4, sentinel = ?5
            """)
        findLocation = try connection.prepare("SELECT number FROM location WHERE id = ?")
        countLeases = try connection.prepare("UPDATE location SET leases = leases + ? WHERE number = ?")
        putLease = try put("lease", 10)
        dropLease = try drop("lease", "key = ?")
        putEnding = try put("ending", 5)
        dropEnding = try drop("ending", "key = ?")
        putTombstone = try put("tombstone", 8)
        dropTombstone = try drop("tombstone", "scope = ? AND subject = ? AND ranges = ? AND issuedAt = ? AND item = ?")
        putDeparture = try put("departure", 4)
        dropDeparture = try drop("departure", "range = ?")
        putListed = try put("listed", 3)
        dropListed = try drop("listed", "list = ? AND range = ?")
        putVerdict = try put("settling", 3)
        dropVerdict = try drop("settling", "claim = ?")
        putProof = try put("proof", 2)
    }

    /// Makes an empty one; a crash leaves it whole or not at all.
    static func make(in folder: Folder) throws(SystemError) {
        let temporary = Array(".ledger.sqlite.new".utf8)
        try folder.writeNote(temporary, [], mode: 0o640)
        try fill(temporary, in: folder)
        try folder.move(temporary, to: folder, as: name)
        try folder.sync()
    }

    private static func fill(_ name: [UInt8], in folder: Folder) throws(SystemError) {
        let fresh = try Database(in: folder, named: name, .create)
        try fresh.inTransaction { () throws(SystemError) in
            try fresh.execute(LedgerSchema.text)
            try fresh.execute("INSERT INTO clock VALUES (1, 0)")
            try fresh.execute("PRAGMA application_id = \(LedgerSchema.applicationId)")
            try fresh.execute("PRAGMA user_version = \(LedgerSchema.version)")
        }
    }
}

extension Database {
    fileprivate convenience init(in folder: Folder, named name: [UInt8], _ access: Access) throws(SystemError) {
        let path = folder.path(of: name)
        try self.init(
            folder.files.database(name, in: folder.descriptor, at: path), at: path, on: folder.files, access)
    }

    fileprivate func number(_ query: String) throws(SystemError) -> Int64? {
        var number: Int64?
        try prepare(query).forEachRow { (row) throws(SystemError) in number = row.integer(0) }
        return number
    }
}
