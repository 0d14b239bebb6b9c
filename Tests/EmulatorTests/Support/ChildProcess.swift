import Glibc
import Synchronization

/// A run of the built program, or another, with its output in a pipe.
final class ChildProcess: Sendable {
    let process: pid_t
    private let output: Int32
    private let status = Mutex<Int32?>(nil)

    struct CannotStart: Error {}

    init(_ arguments: [String], program: String = ChildProcess.emulator) throws(CannotStart) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw CannotStart() }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        unsafe posix_spawn_file_actions_addclose(&actions, ends[0])
        unsafe posix_spawn_file_actions_addclose(&actions, ends[1])
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var started = pid_t()
        let failed = unsafe posix_spawn(&started, program, &actions, nil, words, environ)
        close(ends[1])
        guard failed == 0 else {
            close(ends[0])
            throw CannotStart()
        }
        process = started
        output = ends[0]
    }

    deinit {
        // Once waited for, the number may be another process's.
        if status.withLock({ $0 == nil }) {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        close(output)
    }

    /// The executable lies beside the test bundle.
    static let emulator: String = {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let length = unsafe buffer.withUnsafeMutableBytes { raw in
            guard let start = raw.baseAddress else { return 0 }
            return unsafe readlink("/proc/self/exe", start.assumingMemoryBound(to: CChar.self), raw.count)
        }
        let path = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { return "knocknoc-entra-emulator" }
        return path[..<slash] + "/knocknoc-entra-emulator"
    }()

    /// Waits for a line, or for the end of the output.
    func firstLine() -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func stop(with signal: Int32) -> Int32 {
        kill(process, signal)
        return exitStatus()
    }

    /// Waits for the end; 128 and more is a signal, as a shell says it.
    func exitStatus() -> Int32 {
        status.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
            let result = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
            known = result
            return result
        }
    }
}
