import Foundation
import Glibc

/// The system calls that this process makes while `body` runs, one a line; meant for a process of its own.
struct Strace {
    static let path = "/usr/bin/strace"

    static var isAvailable: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: path)
    }

    static func record(_ calls: String, _ body: () throws -> Void) throws -> [String] {
        let output = "/tmp/strace-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let tracer = try Process.run(
            URL(filePath: path),
            arguments: ["-f", "-y", "-q", "-e", "trace=\(calls)", "-o", output, "-p", String(getpid())])
        while isUntraced { usleep(1_000) }
        try body()
        // It inherits the blocked signals of the thread that starts it, so nothing milder ends it; lines are on disk by then.
        kill(tracer.processIdentifier, SIGKILL)
        tracer.waitUntilExit()
        return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Of the thread that runs the body: strace attaches to one thread after the other.
    private static var isUntraced: Bool {
        let status = (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)) ?? ""
        return status.contains("TracerPid:\t0\n")
    }
}
