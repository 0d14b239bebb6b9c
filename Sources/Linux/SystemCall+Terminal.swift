import Glibc

/// What a command asks of the terminal and of names.
extension SystemCall {
    /// fnmatch(3): `*`, `?` and `[…]`; case counts.
    package static func matches(_ name: [UInt8], pattern: [UInt8]) -> Bool {
        unsafe withCName(pattern) { pattern in
            unsafe withCName(name) { name in unsafe fnmatch(pattern, name, 0) == 0 }
        }
    }

    /// Columns and rows; nil where standard output is no terminal.
    package static func terminalSize() -> (columns: Int, rows: Int)? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// Keys come at once, unseen and without their signals.
    ///
    /// The answer is how it was; nil where no terminal is read.
    static func takeKeys() -> termios? {
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        var changed = before
        changed.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        return unsafe tcsetattr(STDIN_FILENO, TCSANOW, &changed) == 0 ? before : nil
    }

    static func giveKeysBack(_ before: termios) {
        var before = before
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
    }

    /// A key that was pressed; nil where none was.
    package static func key() -> UInt8? {
        var byte: UInt8 = 0
        return unsafe Glibc.read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
    }

    /// Waits for any of these to be readable.
    package static func wait(for descriptors: [Int32], milliseconds: Int32) -> [Int32] {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
        return count > 0 ? polled.filter { $0.revents != 0 }.map(\.fd) : []
    }
}

/// The terminal that a command writes to, if it is one.
package enum Terminal {
    package static var width: Int? { SystemCall.terminalSize()?.columns }

    /// Whether somebody reads errors as they come.
    package static var isErrorShown: Bool { isatty(STDERR_FILENO) == 1 }
}
