import Foundation
import Testing

/// One of the built programs, running.
final class Program {
    private let process = Process()
    let log: URL

    /// The programs lie beside the test bundle.
    static func path(_ name: String) -> URL {
        let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
        let folder = bundle?.deletingLastPathComponent() ?? Bundle.main.bundleURL
        return folder.appendingPathComponent(name)
    }

    init(_ name: String, _ arguments: [String], in folder: URL, log: URL, environment: [String: String] = [:]) throws {
        self.log = log
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        process.executableURL = Self.path(name)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        var all = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("AZURE_") && !$0.key.hasPrefix("KNOCKNOC_")
        }
        all.merge(environment) { _, new in new }
        process.environment = all
        try process.run()
    }

    deinit {
        kill()
    }

    var isRunning: Bool { process.isRunning }

    var identifier: Int32 { process.processIdentifier }

    var output: String {
        (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    /// As a power switch would.
    func kill() {
        guard process.isRunning else { return }
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func signal(_ number: Int32) {
        _ = Glibc.kill(process.processIdentifier, number)
    }

    /// SIGTERM, then the exit status.
    func stop() -> Int32 {
        if process.isRunning { process.terminate() }
        return status()
    }

    /// Waits for the end.
    func status() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// Waits until something is so; says what was waited for where it never comes.
func eventually(
    _ what: String, within seconds: Double = 20, _ condition: () throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) rethrows {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
        let isLast = Date() >= end
        if try condition() { return }
        guard !isLast else {
            Issue.record("never came: \(what)", sourceLocation: sourceLocation)
            return
        }
        usleep(5_000)
    }
}
