import CLinux

extension SystemCall {
    package static func notify(_ socket: String, _ text: String) -> Bool {
        unsafe withCName(Array(socket.utf8)) { path in
            let bytes = Array(text.utf8)
            return unsafe bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress else { return false }
                return unsafe kn_notify(path, start.assumingMemoryBound(to: CChar.self), buffer.count) == 0
            }
        }
    }
}

/// The service manager that started this program, as sd_notify(3) speaks to it; without one every word is dropped.
package struct ServiceManager: Sendable {
    /// `$NOTIFY_SOCKET`: a path, or an abstract name that begins with `@`.
    private let socket: String?
    /// How long it waits for a sign of life; nil where it does not watch this process.
    package let watchdog: Duration?

    package init(environment: [String: String], pid: Int32) {
        socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == pid } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdog = socket == nil || !isMeant ? nil : microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil }
    }

    package var isThere: Bool { socket != nil }

    /// False where nobody listens.
    @discardableResult
    package func tell(_ assignments: [String]) -> Bool {
        guard let socket else { return false }
        return SystemCall.notify(socket, assignments.joined(separator: "\n"))
    }

    /// By the clock that the manager orders reloads with.
    package static var monotonicMicroseconds: UInt64 { kn_monotonic_microseconds() }
}
