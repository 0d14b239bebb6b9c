import Glibc
import GrantCore

extension Folder {
    /// The bytes of a small regular file; EFBIG beyond `limit`.
    package func read(_ name: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
        let path = path(of: name)
        let file = try SystemCall.open(name, in: descriptor, O_RDONLY | O_NONBLOCK | O_NOCTTY, at: path)
        defer { close(file) }
        let bytes = try SystemCall.read(file, limit: limit + 1, at: path)
        guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        return bytes
    }

    /// Puts a whole file in place: temporary, fsync, rename; the caller syncs the folder.
    ///
    /// A crash leaves the old content or the new, and at most a temporary whose name begins with a dot.
    package func replace(_ name: String, with bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let temporary = Array(".\(name).new".utf8)
        try write(bytes, to: temporary, flags: O_CREAT | O_TRUNC, mode: mode, durably: true)
        try SystemCall.replace(Array(name.utf8), with: temporary, in: descriptor, at: path(of: Array(name.utf8)))
    }

    /// Writes a file whose loss in a power cut would not matter.
    package func writeNote(_ name: [UInt8], _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        try write(bytes, to: name, flags: O_CREAT | O_TRUNC, mode: mode, durably: false)
    }

    private func write(_ bytes: [UInt8], to name: [UInt8], flags: Int32, mode: UInt32, durably: Bool)
        throws(SystemError)
    {
        let path = path(of: name)
        let file = try SystemCall.open(name, in: descriptor, O_WRONLY | O_NONBLOCK | flags, mode: mode, at: path)
        var isOpen = true
        defer { if isOpen { close(file) } }
        try SystemCall.write(bytes, to: file, at: path)
        if durably { try SystemCall.sync(file, at: path) }
        isOpen = false
        // NFS and quotas report some write errors only here; after EINTR the descriptor is gone all the same (close(2)).
        guard close(file) == 0 || errno == EINTR else { throw SystemError("close", path) }
    }

    /// Calls `body` with each name and its kind where the file system tells it, without `.` and `..`.
    package func forEachName(_ body: ([UInt8], EntryKind) -> Void) throws(SystemError) {
        let copy = try SystemCall.open(Array(".".utf8), in: descriptor, O_RDONLY | O_DIRECTORY, at: path)
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            throw SystemError("opendir", path)
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let kind = EntryKind(unsafe entry.pointee.d_type)
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
                    unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: strnlen(field, 256)))
                }
            }
            if name != [UInt8(ascii: ".")] && name != Array("..".utf8) { body(name, kind) }
        }
        guard errno == 0 else { throw SystemError("readdir", path) }
    }

    package func names() throws(SystemError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        try forEachName { name, _ in names.append(name) }
        return names
    }
}

/// What `readdir` says of an entry.
package enum EntryKind: Hashable, Sendable {
    case regular
    case folder
    case other
    case unknown

    init(_ type: UInt8) {
        self =
            switch Int(type) {
            case Int(DT_REG): .regular
            case Int(DT_DIR): .folder
            case Int(DT_UNKNOWN): .unknown
            default: .other
            }
    }
}
