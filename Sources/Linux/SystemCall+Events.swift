import CLinux
import Glibc

/// Signals, watches and the words for errors.
extension SystemCall {
    package static func reason(of code: Int32) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    }

    /// Readable when one of the signals came; they are blocked for the process.
    package static func signalDescriptor(_ signals: [Int32]) throws(SystemError) -> Int32 {
        let descriptor = unsafe signals.withUnsafeBufferPointer { list in
            unsafe kn_signal_descriptor(list.baseAddress, Int32(list.count))
        }
        guard descriptor >= 0 else { throw SystemError("signalfd", "signals") }
        return descriptor
    }

    package static func watch(_ path: String, for events: UInt32) throws(SystemError) -> Int32 {
        let notifier = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard notifier >= 0 else { throw SystemError("inotify_init", path) }
        if unsafe inotify_add_watch(notifier, path, events) >= 0 { return notifier }
        let error = SystemError("inotify_add_watch", path)
        Glibc.close(notifier)
        throw error
    }

    /// Reads a non-blocking descriptor until nothing is left; whether there was anything.
    package static func drain(_ descriptor: Int32) -> Bool {
        var saw = false
        unsafe withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            while retrying({ unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count) }) > 0 { saw = true }
        }
        return saw
    }
}
