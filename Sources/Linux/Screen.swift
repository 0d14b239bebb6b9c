import Glibc

/// A page that is drawn again and again in the same place, on a screen of its own that is gone afterwards.
package final class Screen {
    package enum Event {
        case nothing
        /// q, Ctrl-C, or a signal that ends a program.
        case end
    }

    private let signals: Signals
    private let keysBefore: termios?

    /// Nil where standard output is no terminal.
    package init?() throws(SystemError) {
        guard SystemCall.terminalSize() != nil else { return nil }
        // Before anything is changed, so that no signal leaves the terminal as it is in here.
        signals = try Signals()
        keysBefore = SystemCall.takeKeys()
        // The other screen, without a cursor, without wrapping (xterm's control sequences, DEC private modes).
        _ = try Output.standard("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    }

    deinit {
        _ = try? Output.standard("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        if let keysBefore { SystemCall.giveKeysBack(keysBefore) }
    }

    /// As many lines as there are rows; each is cleared to its end, then all below, so that nothing flickers.
    package func draw(_ page: String) throws(SystemError) -> Bool {
        let rows = SystemCall.terminalSize()?.rows ?? 24
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).prefix(rows)
        return try Output.standard("\u{1B}[H" + lines.joined(separator: "\u{1B}[K\n") + "\u{1B}[K\u{1B}[J")
    }

    package func wait(milliseconds: Int32) -> Event {
        let watched = [signals.descriptor] + (keysBefore == nil ? [] : [STDIN_FILENO])
        let ready = SystemCall.wait(for: watched, milliseconds: milliseconds)
        if ready.contains(signals.descriptor), signals.next() != nil { return .end }
        guard ready.contains(STDIN_FILENO) else { return .nothing }
        let interrupt: UInt8 = 3
        // Nil: the terminal is gone.
        guard let key = SystemCall.key(), key != UInt8(ascii: "q"), key != interrupt else { return .end }
        return .nothing
    }
}
