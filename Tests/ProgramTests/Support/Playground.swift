import Foundation
import Kit
import Testing

/// A temporary folder with a configuration and a spool, and the worker on them.
final class Playground {
    private let temporary: TemporaryFolder
    let folder: URL
    private(set) var worker: Program?
    /// Lives as long as the ground, so that a test need not name it.
    var emulator: EmulatorProgram?
    private var dropped = 0

    /// What a test may want otherwise than the quick defaults.
    struct Options {
        var graph: String
        var authority: String?
        var secret = EmulatorProgram.secret
        var entra = ""
        /// In the place of the inline secret.
        var credential: String?
        var linger = "00:00:00.010"
        var settleTime = "00:00:00.200"
        var giveUpAfter = "00:00:01"
        var grace = "00:00:01"
        var requestsPerSecond = 100
        var retry = ""
        var batch = ""
        var more = ""
        var locations = """
            office: { id: "\(EmulatorProgram.office)" }, lab: { id: "\(EmulatorProgram.lab)" },
            countries: { id: "\(EmulatorProgram.countries)" }, deleted: { id: "\(EmulatorProgram.deleted)" },
            """

        init(_ emulator: EmulatorProgram) {
            graph = emulator.address
        }

        init(graph: String) {
            self.graph = graph
        }
    }

    init(_ options: Options? = nil) throws {
        temporary = try TemporaryFolder()
        folder = temporary.url
        if let options { try configure(options) }
    }

    deinit {
        worker?.kill()
    }

    func configure(_ options: Options) throws {
        let text = """
            {
              spool: "spool",
              entra: {
                tenantId: "\(EmulatorProgram.tenant)", clientId: "\(EmulatorProgram.client)",
                \(options.credential ?? "clientSecret: \"\(options.secret)\""),
                authority: "\(options.authority ?? options.graph)", graph: "\(options.graph)",
                requestsPerSecond: \(options.requestsPerSecond), \(options.entra)
              },
              namedLocations: { \(options.locations) },
              batch: { linger: "\(options.linger)", settleTime: "\(options.settleTime)", \(options.batch) },
              retry: { giveUpAfter: "\(options.giveUpAfter)", grace: "\(options.grace)",
                       initialBackoff: "00:00:00.050", maxBackoff: "00:00:00.200", \(options.retry) },
              \(options.more)
            }
            """
        let file = folder.appendingPathComponent("config.json5")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
    }

    var spool: URL { folder.appendingPathComponent("spool") }

    /// Runs a command of the program to its end.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> (status: Int32, output: String) {
        try run(arguments, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> (status: Int32, output: String) {
        try Program.run(
            "knocknoc-entra", arguments + ["--config", "config.json5"], in: folder, environment: environment)
    }

    func start(environment: [String: String] = [:]) throws {
        if !FileManager.default.fileExists(atPath: spool.path) { #expect(try run("init").status == 0) }
        let log = folder.appendingPathComponent("worker.log")
        worker = try Program(
            "knocknoc-entra", ["run", "--config", "config.json5"], in: folder, log: log, environment: environment,
            isPatient: true)
    }

    var log: String { worker?.output ?? "" }

    /// As a careful producer: built in tmp/, renamed into incoming/.
    @discardableResult
    func drop(_ text: String, as name: String? = nil) throws -> String {
        dropped += 1
        let name = name ?? "request-\(dropped).json"
        let temporary = spool.appendingPathComponent("tmp/\(UUID().uuidString)")
        try write(text, to: temporary)
        try FileManager.default.moveItem(at: temporary, to: spool.appendingPathComponent("incoming/\(name)"))
        return name
    }

    /// Builds a request in `tmp/`; the returned step moves it into `incoming/`.
    func prepare(_ text: String, as name: String) throws -> () throws -> Void {
        let temporary = spool.appendingPathComponent("tmp/\(UUID().uuidString)")
        try write(text, to: temporary)
        let target = spool.appendingPathComponent("incoming/\(name)")
        return { try FileManager.default.moveItem(at: temporary, to: target) }
    }

    /// Closed on exec: a program that another test starts at this moment must not inherit it and hold it open.
    private func write(_ text: String, to file: URL) throws {
        let descriptor = unsafe open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        try #require(descriptor >= 0)
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
    }

    /// Every file of the spool below `done/`, `failed/`, `incoming/` and `work/`, as `folder/name` without stamps.
    func places() -> [String] {
        var found: [String] = []
        for top in ["incoming", "work", "done", "failed"] {
            let root = spool.appendingPathComponent(top)
            for path in FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? [] {
                let name = path.split(separator: "/").last.map(String.init) ?? path
                guard name.contains("."), !name.hasPrefix(".") else { continue }
                let parts = ([top] + path.split(separator: "/").dropLast().map(String.init)).joined(separator: "/")
                found.append(parts + "/" + (name.split(separator: "~", maxSplits: 1).last.map(String.init) ?? name))
            }
        }
        return found.sorted()
    }

    /// `done` or the code, once the item has its verdict.
    func verdict(_ name: String) -> String? {
        for place in places() where place.hasSuffix("/" + name) {
            let parts = place.split(separator: "/").map(String.init)
            if parts[0] == "done" { return "done" }
            if parts[0] == "failed" { return parts[1] }
        }
        return nil
    }

    func expect(
        _ name: String, toEndIn verdict: String, within seconds: Double = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var seen: String?
        eventually(
            "\(name) ends in \(verdict)", within: seconds,
            {
                seen = self.verdict(name)
                return seen != nil
            }, sourceLocation: sourceLocation)
        #expect(seen == verdict, "log: \(log.suffix(1_500))", sourceLocation: sourceLocation)
    }

    /// All days of the journal.
    func journal() throws -> String {
        let root = spool.appendingPathComponent("journal")
        return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
            .map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }.joined()
    }

    /// The text beside a failed item.
    func why(_ name: String) -> String {
        let root = spool.appendingPathComponent("failed")
        for path in FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []
        where path.hasSuffix("~" + name + ".why") {
            return (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
        }
        return ""
    }
}
