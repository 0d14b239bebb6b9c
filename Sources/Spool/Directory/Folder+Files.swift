import Glibc
import Grants
package import Linux

extension Folder {
    /// The bytes of a small regular file; EFBIG beyond `limit`.
    package func read(_ name: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
        let path = path(of: name)
        let file = try files.open(name, in: descriptor, O_RDONLY | O_NONBLOCK | O_NOCTTY, at: path)
        defer { files.close(file) }
        let bytes = try files.read(file, limit: limit + 1, at: path)
        guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        return bytes
    }

    /// Puts a whole file in place: temporary, fsync, rename; the caller syncs the folder.
    ///
    /// A crash leaves the old content or the new, and at most a temporary whose name begins with a dot.
    package func replace(_ name: String, with bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let temporary = Array(".\(name).new".utf8)
        do throws(SystemError) {
            try write(bytes, to: temporary, mode: mode, durably: true)
            try files.replace(Array(name.utf8), with: temporary, in: descriptor, at: path(of: Array(name.utf8)))
        } catch {
            // On a full disk half a file would keep the room that the next try needs.
            if !error.isFailedSync { try? remove(temporary) }
            throw error
        }
    }

    /// Writes a file whose loss in a power cut would not matter; what had the name before is gone, not overwritten.
    package func writeNote(_ name: [UInt8], _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        try write(bytes, to: name, mode: mode, durably: false)
    }

    /// Writes a new file and makes it durable; the folder is the caller's to sync.
    func writeWhole(_ name: [UInt8], _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        try write(bytes, to: name, mode: mode, durably: true)
    }

    /// Puts a whole file in place of the last one, for readers who take either; a power cut may lose both.
    package func publish(_ name: String, _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let temporary = Array(".\(name).new".utf8)
        try writeNote(temporary, bytes, mode: mode)
        try files.replace(Array(name.utf8), with: temporary, in: descriptor, at: path(of: Array(name.utf8)))
    }

    /// The same by its path, which may lead anywhere.
    package static func publish(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let cut = path.lastIndex(of: "/")
        let folder = try open(path: cut.map { String(path[...$0]) } ?? ".")
        try folder.publish(cut.map { String(path[path.index(after: $0)...]) } ?? path, bytes, mode: mode)
    }

    /// Always a file of our own making: an older one could be a second name of something else.
    private func write(_ bytes: [UInt8], to name: [UInt8], mode: UInt32, durably: Bool) throws(SystemError) {
        let path = path(of: name)
        let flags = O_WRONLY | O_CREAT | O_EXCL
        let file: Int32
        do {
            file = try files.open(name, in: descriptor, flags, mode: mode, at: path)
        } catch {
            guard error.code == EEXIST else { throw error }
            try remove(name)
            file = try files.open(name, in: descriptor, flags, mode: mode, at: path)
        }
        var isOpen = true
        defer { if isOpen { files.close(file) } }
        try files.setMode(mode, of: file, at: path)
        try files.write(bytes, to: file, at: path)
        if durably { try files.sync(file, at: path) }
        isOpen = false
        try files.close(file, at: path)
    }

    /// Calls `body` with each name and its kind where the file system tells it, without `.` and `..`.
    package func forEachName(_ body: ([UInt8], EntryKind) -> Void) throws(SystemError) {
        try files.forEachEntry(in: descriptor, at: path) { entry in
            body(entry.name, entry.kind)
            return true
        }
    }

    /// The names in it, at most as many as asked for.
    package func names(upTo limit: Int = .max) throws(SystemError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        guard limit > 0 else { return names }
        try files.forEachEntry(in: descriptor, at: path) { entry in
            names.append(entry.name)
            return names.count < limit
        }
        return names
    }
}
