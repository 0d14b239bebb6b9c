import CLinux
import Glibc

/// Signals as something to wait for beside files and sockets.
package final class Signals {
    package enum Kind: Hashable, Sendable {
        /// SIGTERM, SIGINT: stop in order.
        case stop
        /// SIGHUP: read the configuration again.
        case reload
    }

    package let descriptor: Int32

    /// Blocks the signals for the whole process, so it has to come before any thread; ignores those that would kill it.
    package init() throws(SystemError) {
        // SIGXFSZ becomes EFBIG.
        for ignored in [SIGPIPE, SIGXFSZ] { _ = signal(ignored, SIG_IGN) }
        descriptor = try SystemCall.signalDescriptor([SIGTERM, SIGINT, SIGHUP])
    }

    deinit {
        close(descriptor)
    }

    package func next() -> Kind? {
        switch kn_next_signal(descriptor) {
        case SIGTERM, SIGINT: .stop
        case SIGHUP: .reload
        default: nil
        }
    }
}
