import Glibc
package import Grants
package import Linux
import SQLite

/// The ledgers of all locations, in one database, and what lies beside it in `ledger/`.
package final class LedgerStore {
    /// A named location that has a ledger.
    package struct Location: Hashable, Sendable {
        let number: Int64
        package let id: String
        package let name: String
        package fileprivate(set) var confirmation: Confirmation
        package let leases: Int64
        let forgotten: Timestamp?
        let sentinel: CIDR?
    }

    let folder: Folder
    private let access: Database.Access
    private var opened: LedgerDatabase?
    /// An orderly end vouches for the lists at Graph, but not for another host that may still wake up.
    private var ignoresCleanStop = false

    /// `isShared` where other hosts see the same disk.
    init(_ folder: Folder, isShared: Bool) {
        self.folder = folder
        (access, ignoresCleanStop) = isShared ? (.writeAlone, true) : (.write, false)
    }

    /// The same for a command beside the worker.
    package init(spool path: String, writes: Bool = false) throws(SystemError) {
        folder = try Folder.open(path: path).folder("ledger")
        access = writes ? .write : .read
    }

    /// What has changed, in one transaction: a crash leaves all of it or nothing.
    package func write(_ changes: [LedgerChange], at now: Timestamp) throws(SystemError) {
        try commit(at: now) { (tables) throws(SystemError) in
            let writer = LedgerWriter(tables: tables)
            for change in changes { try writer.write(change) }
        }
    }

    /// The locations that have a ledger.
    package func locations() throws(SystemError) -> [Location] {
        guard let tables = try database() else { return [] }
        return try LedgerReader(connection: tables.connection).locations().map { location in
            var location = location
            if ignoresCleanStop && location.confirmation == .confirmed { location.confirmation = .unconfirmed }
            return location
        }
    }

    package func read(_ location: Location, memory: Duration) throws(SystemError) -> Ledger {
        guard let connection = try database()?.connection else { throw SystemError("open", folder.path, code: ENOENT) }
        // All of one moment, also beside a worker that writes.
        try connection.execute("BEGIN")
        defer { try? connection.execute("ROLLBACK") }
        let reader = LedgerReader(connection: connection)
        guard let present = try reader.locations().first(where: { $0.id == location.id }) else {
            throw SystemError("read", "\(folder.path), where \(location.name) is gone", code: ENOENT)
        }
        var ledger = try reader.read(present, memory: memory)
        ledger.confirmation = location.confirmation
        return ledger
    }

    /// The ledger of the location that has this name; nil where it has none yet.
    package func read(named name: String, memory: Duration = .zero) throws(SystemError) -> Ledger? {
        guard let location = try locations().first(where: { $0.name == name }) else { return nil }
        return try read(location, memory: memory)
    }

    /// When anything was recorded last, by the clock of that time; nil before the first.
    package func lastRecorded() throws(SystemError) -> Timestamp? {
        var recorded: Int64 = 0
        try database()?.connection.prepare("SELECT recorded FROM clock")
            .forEachRow { (row) throws(SystemError) in recorded = row.integer(0) }
        return recorded == 0 ? nil : Timestamp(microseconds: recorded)
    }

    /// Removes the ledger of a location that nobody serves any more, with what was noted beside it.
    package func drop(_ id: String, _ name: String) throws(SystemError) {
        for ending in [".found", ".adopt"] {
            _ = try unlessGone(try folder.remove(Array((name + ending).utf8)))
        }
        try commit(at: nil) { (tables) throws(SystemError) in
            try tables.connection.prepare("DELETE FROM location WHERE id = ?").run([.text(id)])
        }
    }

    /// Says that the process ended in order and knows these locations' lists at Graph.
    package func markCleanStop(_ changes: [LedgerChange], at now: Timestamp) throws(SystemError) {
        try commit(at: now) { (tables) throws(SystemError) in
            let writer = LedgerWriter(tables: tables)
            let mark = try tables.connection.prepare("UPDATE location SET confirmation = 'confirmed' WHERE id = ?")
            for change in changes {
                try writer.write(change)
                try mark.run([.text(change.id)])
            }
        }
    }

    /// From now on no list at Graph is vouched for.
    ///
    /// What was read is durable then, too: the last process may have ended between its write and its fsync.
    package func forgetCleanStop(at now: Timestamp) throws(SystemError) {
        try commit(at: now) { (tables) throws(SystemError) in
            try tables.connection.execute(
                "UPDATE location SET confirmation = 'unconfirmed' WHERE confirmation = 'confirmed'")
        }
        ignoresCleanStop = false
    }

    /// Whether anything can be written at all.
    package func probe(at now: Timestamp) throws(SystemError) {
        try commit(at: now) { (_) throws(SystemError) in }
    }

    func commit(
        at now: Timestamp?, _ work: (LedgerDatabase) throws(SystemError) -> Void
    ) throws(SystemError) {
        if try database() == nil { try LedgerDatabase.make(in: folder) }
        guard let tables = try database() else { throw SystemError("open", folder.path, code: ENOENT) }
        do {
            try tables.connection.inTransaction { () throws(SystemError) in
                try work(tables)
                if let now { try tables.putClock.run([.integer(1), .integer(now.microseconds)]) }
            }
        } catch {
            // What was opened on a disk that could only be read stays so; the next try opens it anew.
            if error.code == EROFS { opened = nil }
            throw error
        }
    }

    /// Takes over the ledgers of version 0.1; the answer names those that cannot be read.
    package func importFormer(at now: Timestamp) throws(SystemError) -> [LedgerTrouble] {
        let former = FormerLedgers(in: folder)
        var (taken, changes, troubles): ([String], [LedgerChange], [LedgerTrouble]) = ([], [], [])
        let known = Set(try locations().map(\.id))
        for name in try former.names() {
            do throws(LedgerTrouble) {
                let ledger = try former.read(name)
                // A crash may have come between the transaction and what follows it.
                if !known.contains(ledger.id) { changes.append(ledger.whole) }
                taken.append(name)
            } catch {
                troubles.append(error)
            }
        }
        if !changes.isEmpty { try write(changes, at: now) }
        if !taken.isEmpty { try former.setAside(taken) }
        return troubles
    }

    /// Opened once; nil where there is none yet.
    func database() throws(SystemError) -> LedgerDatabase? {
        if let opened { return opened }
        do {
            opened = try LedgerDatabase.open(in: folder, access)
        } catch {
            // Where nothing can be written it can still be read.
            guard access != .read, error.isNoRoom || error.isNotPermitted || error.code == ENOENT else { throw error }
            opened = try LedgerDatabase.open(in: folder, .read)
        }
        return opened
    }
}
