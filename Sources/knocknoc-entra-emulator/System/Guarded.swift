import Foundation
import Synchronization

/// A value behind a lock.
///
/// `Mutex` makes the compiler check what leaves the lock; the other lock around it is for the thread sanitizer, which does
/// not see the futexes under `Mutex` on Linux and reports races where there are none.
final class Guarded<Value>: Sendable {
    private let value: Mutex<Value>
    private let outer = NSLock()

    init(_ initial: sending Value) {
        value = Mutex(initial)
    }

    func withLock<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
        outer.lock()
        defer { outer.unlock() }
        return value.withLock(body)
    }
}
