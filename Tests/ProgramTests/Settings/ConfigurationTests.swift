import Foundation
import Kit
import Testing

@testable import knocknoc_entra

@Suite(.timeLimit(.minutes(1)), .ownThread) struct ConfigurationTests {
    @Test("a relative path is relative to the configuration file, wherever the program runs", arguments: [false, true])
    func relativePaths(fromAbove: Bool) throws {
        let ground = try Playground(.init(graph: "http://127.0.0.1:1"))
        let folder = ground.folder.appendingPathComponent("config")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = try String(contentsOf: ground.folder.appendingPathComponent("config.json5"), encoding: .utf8)
        try Data(text.replacingOccurrences(of: #"spool: "spool""#, with: #"spool: "../spool""#).utf8)
            .write(to: folder.appendingPathComponent("knocknoc-entra.json5"))
        let program = try Program(
            "knocknoc-entra", fromAbove ? ["check"] : ["check", "--config", "knocknoc-entra.json5"],
            in: fromAbove ? ground.folder : folder, log: ground.folder.appendingPathComponent("check.log"))
        #expect(program.status() == 0)
        #expect(program.output.contains("spool      \(ground.spool.path)\n"), "\(program.output)")
    }

    @Test(
        "each of Microsoft's clouds has its own addresses",
        arguments: [
            ("global", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
            ("usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
            ("dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
            ("china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
        ])
    func clouds(name: String, authority: String, graph: String) throws {
        let ground = try Playground()
        let text = """
            {
              spool: "x",
              entra: { tenantId: "\(EmulatorProgram.tenant)", clientId: "\(EmulatorProgram.client)",
                       clientSecret: "s", cloud: "\(name)" },
              namedLocations: { office: { id: "\(EmulatorProgram.office)" } },
            }
            """
        let file = ground.folder.appendingPathComponent("config.json5")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let settings = try Settings.read(file.path, now: Clock.system.wall()).settings
        #expect(settings.entra.authority == authority && settings.entra.graph == graph)
    }

    @Test("every mistake is named at once, with its place and what was meant")
    func allMistakes() throws {
        let ground = try Playground()
        let text = """
            {
              spol: "x",
              entra: { tenantId: "nonsense", clientId: " 22222222-2222-4222-8222-222222222222", clientSecret: "s",
                       authority: "http://login.example", connectTimeout: "10" },
              namedLocations: { "bad name": { id: "aaaaaaaa-0000-4000-8000-000000000001" },
                                a: { id: "aaaaaaaa-0000-4000-8000-000000000001", minPrefixIPv4: 4 },
                                b: { id: "AAAAAAAA-0000-4000-8000-000000000001" } },
              batch: { maxItems: 0 }, log: { level: "loud" },
            }
            """
        let file = ground.folder.appendingPathComponent("config.json5")
        try Data(text.utf8).write(to: file)
        let (status, output) = try ground.run("check")
        #expect(status == 64)
        for word in [
            "did you mean spool", "tenantId", "https://", "hh:mm:ss", "bad name", "minPrefixIPv4", "two names",
            "maxItems", "level",
        ] {
            #expect(output.contains(word), "\(word) is missing in\n\(output)")
        }
    }
}
