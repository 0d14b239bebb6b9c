import CLinux
import Glibc

/// The kernel's own calls, each once.
package struct SystemCall: FileSystem {
    package init() {}

    package func open(
        _ name: [UInt8], in folder: Int32, _ flags: Int32, mode: UInt32, at path: @autoclosure () -> String
    )
        throws(SystemError) -> Int32
    {
        let all = flags | O_CLOEXEC | O_NOFOLLOW
        let result = unsafe Self.withCName(name) { name in
            Self.retrying { unsafe openat(folder, name, all, mode) }
        }
        guard result >= 0 else { throw SystemError("open", path()) }
        return result
    }

    /// After EINTR the descriptor is gone all the same (close(2)); NFS and quotas report some write errors only here.
    package func close(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        guard Glibc.close(descriptor) == 0 || errno == EINTR else { throw SystemError("close", path()) }
    }

    package func status(of name: [UInt8], in folder: Int32, at path: @autoclosure () -> String)
        throws(SystemError)
        -> FileStatus
    {
        var raw = stat()
        let result = unsafe Self.withCName(name) { name in
            Self.retrying { unsafe fstatat(folder, name, &raw, AT_SYMLINK_NOFOLLOW) }
        }
        guard result == 0 else { throw SystemError("stat", path()) }
        return FileStatus(raw)
    }

    package func status(of descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError)
        -> FileStatus
    {
        var raw = stat()
        guard Self.retrying({ unsafe fstat(descriptor, &raw) }) == 0 else { throw SystemError("fstat", path()) }
        return FileStatus(raw)
    }

    /// Never over an existing name: EEXIST instead.
    package func rename(
        _ name: [UInt8], in from: Int32, to newName: [UInt8], in to: Int32, at path: @autoclosure () -> String
    ) throws(SystemError) {
        let result = unsafe Self.withCName(name) { old in
            unsafe Self.withCName(newName) { new in
                Self.retrying { unsafe kn_rename_noreplace(from, old, to, new) }
            }
        }
        guard result == 0 else { throw SystemError("rename", path()) }
    }

    package func replace(
        _ name: [UInt8], with temporary: [UInt8], in folder: Int32, at path: @autoclosure () -> String
    )
        throws(SystemError)
    {
        let result = unsafe Self.withCName(temporary) { old in
            unsafe Self.withCName(name) { new in Self.retrying { unsafe renameat(folder, old, folder, new) } }
        }
        guard result == 0 else { throw SystemError("rename", path()) }
    }

    package func unlink(_ name: [UInt8], in folder: Int32, flags: Int32, at path: @autoclosure () -> String)
        throws(SystemError)
    {
        let result = unsafe Self.withCName(name) { name in Self.retrying { unsafe unlinkat(folder, name, flags) } }
        guard result == 0 else { throw SystemError(flags == 0 ? "unlink" : "rmdir", path()) }
    }

    package func makeFolder(_ name: [UInt8], in folder: Int32, mode: UInt32, at path: @autoclosure () -> String)
        throws(SystemError)
    {
        let result = unsafe Self.withCName(name) { name in Self.retrying { unsafe mkdirat(folder, name, mode) } }
        guard result == 0 else { throw SystemError("mkdir", path()) }
    }

    package func setMode(_ mode: UInt32, of descriptor: Int32, at path: @autoclosure () -> String)
        throws(SystemError)
    {
        guard Self.retrying({ fchmod(descriptor, mode) }) == 0 else { throw SystemError("chmod", path()) }
    }

    /// From where the descriptor stands to the end, at most `limit` bytes.
    package func read(_ descriptor: Int32, limit: Int, at path: @autoclosure () -> String) throws(SystemError)
        -> [UInt8]
    {
        // Room for any request at once; a ledger grows from there, so that its limit need not be allocated.
        var size = min(limit, 65_537)
        var all = try readPart(descriptor, size: size, at: path())
        var isAtEnd = all.count < size
        while all.count < limit, !isAtEnd {
            size = min(limit - all.count, 1 << 20)
            let part = try readPart(descriptor, size: size, at: path())
            all += part
            isAtEnd = part.count < size
        }
        return all
    }

    /// Shorter than `size` only at the end of the file.
    private func readPart(_ descriptor: Int32, size: Int, at path: @autoclosure () -> String) throws(SystemError)
        -> [UInt8]
    {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size {
                let start = unsafe buffer.baseAddress.map { unsafe $0 + count }
                let result = Self.retrying { unsafe Glibc.read(descriptor, start, size - count) }
                if result < 0 { failure = errno }
                guard result > 0 else { break }
                count += result
            }
        }
        guard failure == 0 else { throw SystemError("read", path(), code: failure) }
        return bytes
    }

    package func write(_ bytes: [UInt8], to descriptor: Int32, at path: @autoclosure () -> String)
        throws(SystemError)
    {
        var written = 0
        while written < bytes.count {
            let result = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return Self.retrying { unsafe Glibc.write(descriptor, rest.baseAddress, rest.count) }
            }
            guard result > 0 else { throw SystemError("write", path(), code: result == 0 ? EIO : errno) }
            written += result
        }
    }

    /// The byte at an offset; nil at the end of the file.
    package func byte(of descriptor: Int32, at offset: Int, path: @autoclosure () -> String) throws(SystemError)
        -> UInt8?
    {
        var byte: UInt8 = 0
        let result = Self.retrying { unsafe pread(descriptor, &byte, 1, offset) }
        guard result >= 0 else { throw SystemError("read", path()) }
        return result == 1 ? byte : nil
    }

    package func cut(_ descriptor: Int32, to size: Int, at path: @autoclosure () -> String) throws(SystemError) {
        guard Self.retrying({ ftruncate(descriptor, size) }) == 0 else { throw SystemError("ftruncate", path()) }
    }

    /// A failed fsync is never repeated: the kernel may have dropped the pages (Postgres, "fsyncgate").
    package func sync(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        guard Self.retrying({ fsync(descriptor) }) == 0 else { throw SystemError("fsync", path()) }
    }

    package func syncData(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        guard Self.retrying({ fdatasync(descriptor) }) == 0 else { throw SystemError("fdatasync", path()) }
    }

    /// False where another process holds the lock.
    package func lock(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) -> Bool {
        if Self.retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw SystemError("flock", path()) }
        return false
    }

    /// Gives a lock back though a child between fork and exec holds a copy of the descriptor.
    package func unlock(_ descriptor: Int32) {
        _ = flock(descriptor, LOCK_UN)
    }

    /// Whether somebody has the file open for writing; nil where the kernel does not let us ask (fcntl(2), F_SETLEASE).
    ///
    /// The lease is held until the descriptor is closed, so that nobody can open the file for writing meanwhile.
    package func isBeingWritten(_ descriptor: Int32) -> Bool? {
        let setLease: Int32 = 1_024
        if fcntl(descriptor, setLease, F_RDLCK) == 0 { return false }
        return errno == EAGAIN ? true : nil
    }

    package static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }

    package static func withCName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe (name + [0]).withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { preconditionFailure("a name has at least its NUL") }
                return unsafe body(start)
            }
        }
    }
}
