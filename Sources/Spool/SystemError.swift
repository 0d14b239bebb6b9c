import Glibc

/// A system call that failed: which one, on what, and the kernel's reason.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let call: String
    /// Relative to the spool, escaped.
    package let path: String
    package let code: Int32

    package init(_ call: String, _ path: String, code: Int32 = errno) {
        self.call = call
        self.path = path
        self.code = code
    }

    package var description: String {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
        return "\(call) \(path): \(reason) (errno \(code))"
    }

    /// Nothing can be written at the moment: full, over quota or read-only; it may mend itself.
    package var isNoRoom: Bool {
        [ENOSPC, EDQUOT, EROFS].contains(code)
    }
}
