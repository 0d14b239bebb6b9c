import Glibc
import Synchronization

/// A value behind a lock.
///
/// `Mutex` makes the compiler check what leaves the lock; the pthread mutex around it is for the thread sanitizer,
/// which does not see the futexes under `Mutex` on Linux and reports races where there are none.
final class Guarded<Value>: Sendable {
    private let value: Mutex<Value>
    /// The address of a pthread mutex that lives as long as this object.
    private let outer: UInt

    init(_ initial: sending Value) {
        value = Mutex(initial)
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        outer = UInt(bitPattern: mutex)
    }

    deinit {
        guard let mutex = unsafe UnsafeMutablePointer<pthread_mutex_t>(bitPattern: outer) else { return }
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
        let mutex = unsafe UnsafeMutablePointer<pthread_mutex_t>(bitPattern: outer)
        if let mutex = unsafe mutex { unsafe pthread_mutex_lock(mutex) }
        defer { if let mutex = unsafe mutex { unsafe pthread_mutex_unlock(mutex) } }
        return value.withLock(body)
    }
}
