import Glibc

/// Text to the terminal or the log; a reader that went away is no reason to stop working.
package enum Output {
    /// False where nobody reads it any more.
    package static func standard(_ text: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try SystemCall().write(Array(text.utf8), to: STDOUT_FILENO, at: "standard output")
            return true
        } catch {
            guard error.code == EPIPE else { throw error }
            return false
        }
    }

    /// Whether standard error is what systemd.exec(5) names in `JOURNAL_STREAM` as `device:inode`; the variable alone is
    /// inherited by whatever a service starts, also where that writes elsewhere.
    package static func errorIsJournal(_ stream: String?) -> Bool {
        guard let stream, let status = try? SystemCall().status(of: STDERR_FILENO, at: "standard error") else {
            return false
        }
        return stream == "\(status.identity.device):\(status.identity.inode)"
    }

    package static func error(_ text: String) {
        try? SystemCall().write(Array(text.utf8), to: STDERR_FILENO, at: "standard error")
    }

    /// A write to a pipe without a reader then fails, in the place of ending the process.
    package static func outliveReaders() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
