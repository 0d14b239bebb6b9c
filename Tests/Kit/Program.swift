package import Foundation
import Glibc
import Synchronization

/// A program that runs as a child: one of those beside the test bundle, or one that a path names.
package final class Program: Sendable {
    package let identifier: Int32
    /// Where it writes what it says, where that is a file.
    package let log: URL
    private let said: Int32
    private let ended = Mutex<Int32?>(nil)
    private static let starting = NSLock()

    package struct CannotStart: Error {
        package let name: String
        package let code: Int32
    }

    /// What is called by a name lies beside the test bundle.
    package static func path(_ name: String) -> String {
        name.contains("/") ? name : ownFolder + "/" + name
    }

    private static let ownFolder: String = {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: link ?? CommandLine.arguments[0]).deletingLastPathComponent().path
    }()

    /// Without a log, what it says is kept in a pipe, to be read line by line or as a whole.
    ///
    /// What a patient one is told before it listens waits until it does, instead of ending it.
    package init(
        _ name: String, _ arguments: [String], in folder: URL? = nil, log: URL? = nil,
        environment: [String: String] = [:], isPatient: Bool = false
    ) throws {
        // Else a child that another thread starts just then would hold our pipe open.
        Self.starting.lock()
        defer { Self.starting.unlock() }
        var ends: [Int32] = [-1, -1]
        if let log {
            ends[1] = unsafe open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        } else {
            _ = unsafe pipe(&ends)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        defer { close(ends[1]) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        // A thread of ours may block signals, which a child would inherit and then never hear.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var blocked = sigset_t()
        unsafe sigemptyset(&blocked)
        if isPatient { for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&blocked, number) } }
        unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // `env` goes to the folder; what is meant for the program alone it gets as words, not in its own environment.
        let settings = environment.map { "\($0.key)=\($0.value)" }
        let line = ["/usr/bin/env", "-C", folder?.path ?? "."] + settings + [Self.path(name)] + arguments
        var words = unsafe line.map { unsafe strdup($0) } + [nil]
        var inherited = unsafe Self.inherited.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe inherited.indices { unsafe free(inherited[index]) }
        }
        var started = pid_t()
        let code = unsafe posix_spawn(&started, line[0], &actions, &attributes, &words, &inherited)
        self.log = log ?? URL(filePath: "/dev/null")
        said = ends[0]
        identifier = started
        guard code == 0 else {
            ended.withLock { $0 = 127 }
            throw CannotStart(name: name, code: code)
        }
    }

    deinit {
        kill()
        if said >= 0 { close(said) }
    }

    private static let inherited = ProcessInfo.processInfo.environment
        .filter { !$0.key.hasPrefix("AZURE_") && !$0.key.hasPrefix("KNOCKNOC_") }.map { "\($0.key)=\($0.value)" }

    /// To its end; what it said, and how it ended.
    @discardableResult
    package static func run(
        _ name: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let program = try Program(name, arguments, in: folder, environment: environment)
        let output = program.rest()
        return (program.status(), output)
    }

    /// A line of bash, likewise.
    @discardableResult
    package static func shell(_ line: String, in folder: URL? = nil) throws -> (status: Int32, output: String) {
        try run("/bin/bash", ["-c", line], in: folder)
    }

    package var isRunning: Bool { wait(WNOHANG) == nil }

    /// What stands in its log.
    package var output: String { String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self) }

    /// The next line that it says into the pipe, waited for; or what there is at the end.
    package func line() -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(said, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// All that it still says into the pipe until its end.
    package func rest() -> String {
        let handle = FileHandle(fileDescriptor: said, closeOnDealloc: false)
        return String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// As a power switch would.
    package func kill() {
        guard isRunning else { return }
        signal(SIGKILL)
        _ = status()
    }

    /// Once waited for, the number may be another process's.
    package func signal(_ number: Int32) {
        ended.withLock { if $0 == nil { _ = Glibc.kill(identifier, number) } }
    }

    /// Asks it to end and waits for that.
    package func stop(with number: Int32 = SIGTERM) -> Int32 {
        signal(number)
        return status()
    }

    /// Waits for the end; 128 and more is a signal, as a shell says it.
    package func status() -> Int32 { wait(0) ?? 0 }

    private func wait(_ options: Int32) -> Int32? {
        if let known = ended.withLock({ $0 }) { return known }
        if options == 0 {
            // Not yet reaped, so that others may still ask for it and signal it meanwhile.
            var information = unsafe siginfo_t()
            while unsafe waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        }
        return ended.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
            known = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
            return known
        }
    }
}
