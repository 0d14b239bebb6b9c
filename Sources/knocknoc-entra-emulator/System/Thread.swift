import Glibc

/// Carries a closure through `pthread_create`.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

/// Runs the closure on a detached thread of its own; false when the system gives no more threads.
@discardableResult
func startThread(_ run: @escaping @Sendable () -> Void) -> Bool {
    let body = unsafe Unmanaged.passRetained(ThreadBody(run: run))
    var thread = pthread_t()
    let failed = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        },
        body.toOpaque()
    )
    guard failed == 0 else {
        unsafe body.release()
        return false
    }
    pthread_detach(thread)
    return true
}

func pause(milliseconds: Int) {
    guard milliseconds > 0 else { return }
    var wanted = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
    var left = timespec()
    while unsafe nanosleep(&wanted, &left) != 0 && errno == EINTR { wanted = left }
}
