import Foundation
import Glibc
package import Testing

/// Waits until something is so; says what was waited for where it never comes.
package func eventually(
    _ what: String, within seconds: Double = 60, _ condition: () throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) rethrows {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        // The last look that counts begins when the time is over, however long it takes.
        let isLast = ContinuousClock.now >= end
        if try condition() { return }
        guard !isLast else {
            Issue.record("never came: \(what)", sourceLocation: sourceLocation)
            return
        }
        usleep(5_000)
    }
}

/// The same of what can only be asked for asynchronously.
package func reached(
    _ what: String, within seconds: Double = 60, every pause: Duration = .milliseconds(10),
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        let isLast = ContinuousClock.now >= end
        if try await condition() { return }
        guard !isLast else {
            Issue.record("never came: \(what)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: pause)
    }
}
