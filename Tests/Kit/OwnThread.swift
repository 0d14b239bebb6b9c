import Dispatch
package import Testing

/// Runs each test on a thread of its own: one that waits for a program, a socket or a file holds up no other test.
package struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTaskExecutorPreference(OneThread()) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    package static var ownThread: Self { OwnThread() }
}

private final class OneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
