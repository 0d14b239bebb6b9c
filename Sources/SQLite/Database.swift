import CSQLite
import Glibc
package import Linux

/// A connection to an SQLite database, for one thread (https://sqlite.org/c3ref/intro.html).
///
/// What SQLite says becomes a `SystemError`: with the errno of the call that failed, where one did; EUCLEAN where the
/// file is damaged; "fsync" as the call where what was written may not be on disk.
@safe package final class Database {
    package enum Access {
        case read
        case write
        /// For a disk that other hosts see too: no memory is shared, and nobody else can open it.
        case writeAlone
        /// A file that is thrown away unless all goes well.
        case create
    }

    let handle: OpaquePointer
    private let path: String
    private let files: any FileSystem

    /// `uri` is a file URI (https://sqlite.org/uri.html); `path` is what errors say.
    package init(_ uri: String, at path: String, on files: any FileSystem, _ access: Access) throws(SystemError) {
        (self.path, self.files) = (path, files)
        let flags = access == .read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        var opened: OpaquePointer?
        let result = unsafe sqlite3_open_v2(uri, &opened, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened = unsafe opened else { throw SystemError("open", path, code: ENOMEM) }
        unsafe handle = opened
        guard result == SQLITE_OK else { throw unsafe Database.error(result, opened, path) }
        unsafe sqlite3_extended_result_codes(opened, 1)
        unsafe sqlite3_busy_timeout(opened, 5_000)
        switch access {
        case .read, .write: break
        case .writeAlone: try execute("PRAGMA locking_mode = EXCLUSIVE")
        case .create: try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL")
        }
    }

    /// Also where it was to be written and the file system does not let it.
    package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

    /// From now on a transaction is one write to a log and one fsync (https://sqlite.org/wal.html).
    package func useLog() throws(SystemError) {
        // Readers without the right to make the two files beside it need them also while nobody writes.
        _ = unsafe kn_sqlite_keep_wal(handle)
        try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    }

    deinit {
        unsafe sqlite3_close_v2(handle)
    }

    /// Statements without values, one after the other.
    package func execute(_ sql: String) throws(SystemError) {
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Rows that the last statement added, changed or removed.
    package var changes: Int64 { unsafe sqlite3_changes64(handle) }

    package func prepare(_ sql: String) throws(SystemError) -> Statement {
        try Statement(sql, self)
    }

    /// All of it is durable when it returns, or none of it will ever be seen.
    package func inTransaction(_ work: () throws(SystemError) -> Void) throws(SystemError) {
        try execute("BEGIN IMMEDIATE")
        do throws(SystemError) {
            try work()
            try files.commit(at: path) { () throws(SystemError) in try execute("COMMIT") }
        } catch {
            // Some failures have rolled it back already.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    func check(_ result: Int32) throws(SystemError) {
        guard result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW else {
            throw unsafe Database.error(result, handle, path)
        }
    }

    /// Result codes: https://sqlite.org/rescode.html.
    private static func error(_ result: Int32, _ handle: OpaquePointer, _ path: String) -> SystemError {
        let reason = unsafe sqlite3_system_errno(handle)
        switch result & 0xFF {
        case SQLITE_IOERR:
            let isSync = [4, 5].contains(result >> 8)
            return SystemError(isSync ? "fsync" : "write", path, code: reason == 0 ? EIO : reason)
        case SQLITE_FULL: return SystemError("write", path, code: ENOSPC)
        case SQLITE_READONLY: return SystemError("write", path, code: EROFS)
        case SQLITE_PERM, SQLITE_AUTH: return SystemError("open", path, code: EACCES)
        case SQLITE_CANTOPEN: return SystemError("open", path, code: reason == 0 ? ENOENT : reason)
        case SQLITE_BUSY, SQLITE_LOCKED: return SystemError("lock", path, code: EBUSY)
        case SQLITE_NOMEM: return SystemError("read", path, code: ENOMEM)
        case SQLITE_CORRUPT, SQLITE_NOTADB: return SystemError("read", path, code: EUCLEAN)
        default:
            return SystemError("use (\(unsafe String(cString: sqlite3_errmsg(handle))))", path, code: EINVAL)
        }
    }
}
