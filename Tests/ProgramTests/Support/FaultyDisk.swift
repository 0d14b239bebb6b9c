import Foundation
import Kit
import Testing

/// Makes chosen calls of a worker on its spool fail, as long as it is told to.
struct FaultyDisk {
    let environment: [String: String]
    private let switchFile: URL

    /// The spool has to be there already; `part` limits the calls to paths that hold it.
    init(_ ground: Playground, _ calls: [String], in part: String = "", with code: Int32) throws {
        switchFile = ground.folder.appendingPathComponent("disk-fails")
        environment = [
            "LD_PRELOAD": try Self.library.get().path, "CP_DIR": ground.spool.path,
            "CP_ONLY": calls.joined(separator: ","),
            "CP_NAME": part, "CP_WHILE": switchFile.path, "CP_AT": "1", "CP_FOR": "all", "CP_ERR": "\(code)",
        ]
    }

    func fail() throws { try Data().write(to: switchFile) }

    func mend() throws { try FileManager.default.removeItem(at: switchFile) }

    /// All that changes a disk.
    static let writes = ["create", "write", "rename", "unlink", "mkdir", "chmod", "link", "ftruncate"]

    /// Compiled once a test run; it is what `contrib/torture` preloads.
    static let library = Result {
        let source = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Torture/crashpoint.c")
        let library = FileManager.default.temporaryDirectory.appendingPathComponent(
            "crashpoint-\(UUID().uuidString).so")
        let words = ["clang", "-shared", "-fPIC", "-O1", "-o", library.path, source.standardized.path, "-ldl"]
        let (status, output) = try Program.run("/usr/bin/env", words)
        try #require(status == 0, "clang compiles \(source.path): \(output)")
        return library
    }
}

extension Playground {
    /// A worker whose disk can be made to fail.
    static func onFaultyDisk(
        _ calls: [String], in part: String = "", with code: Int32, isFailing: Bool = false
    ) throws -> (Playground, EmulatorProgram, FaultyDisk) {
        let (ground, emulator) = try configured()
        #expect(try ground.run("init").status == 0)
        let disk = try FaultyDisk(ground, calls, in: part, with: code)
        if isFailing { try disk.fail() }
        try ground.start(environment: disk.environment)
        return (ground, emulator, disk)
    }

    /// The exit status, once the worker has ended by itself.
    func ended() async throws -> Int32? {
        try await reached("it ends") { worker?.isRunning == false }
        return worker?.isRunning == false ? worker?.status() : nil
    }

    /// How often an event was logged.
    func count(of event: String) -> Int {
        log.split(whereSeparator: { $0 == " " || $0 == "\n" }).count { $0 == "event=\(event)" }
    }
}
