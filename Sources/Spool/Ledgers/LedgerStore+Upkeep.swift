import Glibc
package import Linux
import SQLite

/// What commands do with the database as a whole, beside a worker or without one.
extension LedgerStore {
    /// What SQLite finds wrong with it (https://sqlite.org/pragma.html#pragma_integrity_check); at most a few lines.
    package func damages() throws(SystemError) -> [String] {
        var found: [String] = []
        try database()?.connection.prepare("PRAGMA integrity_check(5)")
            .forEachRow { (row) throws(SystemError) in found.append(row.text(0)) }
        return found.filter { $0 != "ok" }
    }

    /// Copies it as of one moment into a new file, for its owner alone; EEXIST where there is one already.
    package func backUp(to path: String) throws(SystemError) {
        guard let connection = try database()?.connection else { throw SystemError("open", folder.path, code: ENOENT) }
        let cut = path.lastIndex(of: "/")
        let target = try Folder.open(path: cut.map { String(path[...$0]) } ?? ".")
        let name = Array(cut.map { path[path.index(after: $0)...].utf8 } ?? path[...].utf8)
        target.files.close(
            try target.files.open(
                name, in: target.descriptor, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600, at: path))
        do throws(SystemError) {
            try connection.prepare("VACUUM INTO ?").run([.text(path)])
            let copy = try target.files.open(name, in: target.descriptor, O_RDONLY, at: path)
            defer { target.files.close(copy) }
            try target.files.sync(copy, at: path)
            try target.sync()
        } catch {
            try? target.remove(name)
            throw error
        }
    }
}
