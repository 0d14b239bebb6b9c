import CLinux
import Glibc

/// Calls on whole directories and file systems, by path where there is no descriptor yet.
extension SystemCall {
    /// A folder by its path, which may lead through symbolic links, as /var/run does.
    package func openFolder(path: String) throws(SystemError) -> Int32 {
        let descriptor = Self.retrying { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw SystemError("open", path) }
        return descriptor
    }

    /// What a path leads to now, symbolic links followed.
    package func status(ofPath path: String) throws(SystemError) -> FileStatus {
        var raw = stat()
        guard Self.retrying({ unsafe stat(path, &raw) }) == 0 else { throw SystemError("stat", path) }
        return FileStatus(raw)
    }

    /// False where it is there already.
    package func makeFolder(path: String, mode: UInt32) throws(SystemError) -> Bool {
        if Self.retrying({ unsafe mkdir(path, mode) }) == 0 { return true }
        guard errno == EEXIST else { throw SystemError("mkdir", path) }
        return false
    }

    /// Nil where there is no such group.
    package static func group(named name: String) -> UInt32? {
        guard let entry = unsafe getgrnam(name) else { return nil }
        return unsafe entry.pointee.gr_gid
    }

    package func give(_ descriptor: Int32, toGroup group: UInt32, at path: String) throws(SystemError) {
        guard Self.retrying({ fchown(descriptor, UInt32.max, group) }) == 0 else { throw SystemError("chown", path) }
    }

    /// What an ordinary user may still take; inodes are nil where the file system makes them as it needs them.
    package func room(_ descriptor: Int32, at path: String) throws(SystemError) -> (
        bytes: UInt64, inodes: UInt64?
    ) {
        var room = kn_room()
        guard Self.retrying({ unsafe kn_room(descriptor, &room) }) == 0 else { throw SystemError("statvfs", path) }
        return (room.free_bytes, room.inodes == 0 ? nil : room.free_inodes)
    }

    package func database(_ name: [UInt8], in folder: Int32, at path: @autoclosure () -> String) -> String {
        "file:/proc/self/fd/\(folder)/" + String(decoding: name, as: UTF8.self)
    }

    package func commit(at path: String, _ end: () throws(SystemError) -> Void) throws(SystemError) { try end() }

    /// The magic number of its file system (statfs(2)).
    package static func fileSystemType(_ descriptor: Int32) -> Int64? {
        let type = Self.retrying { kn_file_system_type(descriptor) }
        return type == -1 ? nil : type
    }
}
