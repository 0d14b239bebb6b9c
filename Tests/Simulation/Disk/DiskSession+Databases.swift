import Glibc
import Linux

/// Databases: SQLite itself keeps each in memory, and a transaction is durable or has not happened.
extension DiskSession {
    func database(_ name: [UInt8], in folder: Int32, at path: @autoclosure () -> String) throws(SystemError) -> String {
        try step(.open, "open", path)
        guard let node = disk.child(Name(name), of: try handle(folder, "open").node) else {
            throw SystemError("open", path(), code: ENOENT)
        }
        return try disk.database(of: node)
    }

    /// A failed fsync tells nothing about what is on disk.
    func commit(at path: String, _ end: () throws(SystemError) -> Void) throws(SystemError) {
        try step(.write, "write") { path }
        do {
            try step(.sync, "fsync") { path }
        } catch {
            if isAlive, error.isFailedSync {
                failedSync = error
                if disk.calls.isMultiple(of: 2) { try end() }
            }
            throw error
        }
        disk.noteChange()
        try end()
    }
}
