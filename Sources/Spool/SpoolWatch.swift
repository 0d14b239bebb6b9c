import Glibc

/// Tells when `incoming/` may have changed; any event means "look again", none is trusted beyond that.
package final class SpoolWatch {
    /// Readable when something happened; nil where the kernel gives no watch, so that the caller polls.
    package let descriptor: Int32?

    package init(_ incoming: Folder) {
        let notifier = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        // Through the descriptor, so that it is the folder that was opened and no other.
        let path = "/proc/self/fd/\(incoming.descriptor)"
        if notifier >= 0, unsafe inotify_add_watch(notifier, path, UInt32(events)) >= 0 {
            descriptor = notifier
        } else {
            if notifier >= 0 { close(notifier) }
            descriptor = nil
        }
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Empties the queue of events; true where there were any.
    package func sawSomething() -> Bool {
        guard let descriptor else { return false }
        var saw = false
        while let events = try? SystemCall.read(descriptor, limit: 65_536, at: "inotify"), !events.isEmpty {
            saw = true
        }
        return saw
    }
}
