import Glibc

/// A system call that failed: which one, on what, and the kernel's reason.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let call: String
    /// Relative to the spool, escaped.
    package let path: String
    package let code: Int32

    /// The path is put together only here, after `errno` was read.
    package init(_ call: String, _ path: @autoclosure () -> String, code: Int32 = errno) {
        self.call = call
        self.path = path()
        self.code = code
    }

    package var description: String {
        "\(call) \(path): \(SystemCall.reason(of: code)) (errno \(code))"
    }

    /// This user may not; another may.
    package var isNotPermitted: Bool {
        code == EACCES || code == EPERM
    }

    /// Nothing can be written at the moment: full, over quota or read-only; it may mend itself.
    package var isNoRoom: Bool {
        [ENOSPC, EDQUOT, EROFS].contains(code)
    }

    /// What was not synced may be lost although it still reads well (fsync(2), EIO).
    ///
    /// EROFS says that the file system has given up (ext4 after an error): until it is mounted anew no later fsync
    /// succeeds, so none can be taken for this one, and lists that only remove can still be sent.
    package var isFailedSync: Bool {
        (call == "fsync" || call == "fdatasync") && code != EROFS
    }

    /// What was read is not what was written: it does not pass by itself.
    package var isDamage: Bool {
        code == EUCLEAN || code == ENOTSUP
    }

    /// The disk or its server does not give this one thing at the moment; its neighbours need not wait.
    package var isLocal: Bool {
        code == EIO || code == ESTALE
    }

    /// The kernel refuses this one entry, not its folder: immutable, a mount point, somebody's full folder.
    package var blamesEntry: Bool {
        [EPERM, EBUSY, EISDIR, ENOTDIR, ENOTEMPTY, ELOOP, ENAMETOOLONG].contains(code)
    }
}

/// Nil where what is looked for is not there, or not any more.
package func unlessGone<Value>(_ look: @autoclosure () throws(SystemError) -> Value) throws(SystemError) -> Value? {
    do throws(SystemError) {
        return try look()
    } catch {
        if error.code == ENOENT { return nil }
        throw error
    }
}
