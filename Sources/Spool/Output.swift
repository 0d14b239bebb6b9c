import Glibc

/// Text to the terminal or the log; a reader that went away is no reason to stop working.
package enum Output {
    /// False where nobody reads it any more.
    @discardableResult
    package static func standard(_ text: String) -> Bool {
        (try? SystemCall.write(Array(text.utf8), to: STDOUT_FILENO, at: "standard output")) != nil
    }

    package static func error(_ text: String) {
        try? SystemCall.write(Array(text.utf8), to: STDERR_FILENO, at: "standard error")
    }
}
