import Grants
package import Linux

/// A spool as commands see it beside the worker: nothing is locked, and every step is one rename.
package struct SpoolView {
    package let path: String
    package let root: Folder

    package init(_ path: String) throws(SpoolTrouble) {
        self.path = path
        root = try SpoolLayout.open(path)
    }

    /// Puts a request in as a careful producer does: whole and on disk in `tmp/`, then one rename, never over a name.
    package func submit(_ bytes: [UInt8], as name: String) throws(SystemError) {
        let temporary = try root.folder("tmp")
        let incoming = try root.folder("incoming")
        let name = Array(name.utf8)
        try temporary.writeWhole(name, bytes, mode: 0o640)
        do throws(SystemError) {
            try temporary.move(name, to: incoming, as: name)
        } catch {
            try? temporary.remove(name)
            throw error
        }
        try incoming.sync()
    }

    /// What is known of a worker on this spool.
    package enum Presence: Hashable, Sendable {
        /// Its pid, where this process may see it.
        case runs(Int32)
        case none
        /// The kernel does not show its locks here.
        case unknown
    }

    /// By the lock on `work/`, which is only looked at: to try it could keep a worker from starting.
    package func worker() -> Presence {
        guard let work = try? root.status(of: Array("work".utf8)).identity,
            let bytes = try? Folder.open(path: "/proc").read(Array("locks".utf8), limit: 1 << 24)
        else { return .unknown }
        let major = (work.device >> 8) & 0xFFF | (work.device >> 32) & ~0xFFF
        let minor = work.device & 0xFF | (work.device >> 12) & ~0xFF
        let wanted = "\(hexadecimal(major, 2)):\(hexadecimal(minor, 2)):\(work.inode)"
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[5] == wanted else { continue }
            return .runs(Int32(words[4]) ?? 0)
        }
        return .none
    }
}
