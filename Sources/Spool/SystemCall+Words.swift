import Glibc

/// What a command asks of the terminal and of names.
extension SystemCall {
    /// fnmatch(3): `*`, `?` and `[…]`; case counts.
    static func matches(_ name: [UInt8], pattern: [UInt8]) -> Bool {
        unsafe withCName(pattern) { pattern in
            unsafe withCName(name) { name in unsafe fnmatch(pattern, name, 0) == 0 }
        }
    }

    /// Nil where standard output is no terminal.
    static func terminalWidth() -> Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// The terminal that a command writes to, if it is one.
package enum Terminal {
    package static var width: Int? { SystemCall.terminalWidth() }
}
