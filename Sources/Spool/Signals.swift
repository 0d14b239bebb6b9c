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
        // SIGIO tells that somebody wants to write a file under a lease of ours; SIGXFSZ becomes EFBIG.
        for ignored in [SIGPIPE, SIGXFSZ, SIGIO] { _ = signal(ignored, SIG_IGN) }
        let wanted = [SIGTERM, SIGINT, SIGHUP]
        descriptor = unsafe wanted.withUnsafeBufferPointer { list in
            unsafe kn_signal_descriptor(list.baseAddress, Int32(list.count))
        }
        guard descriptor >= 0 else { throw SystemError("signalfd", "signals") }
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
