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

    /// A value that the run could not use, and the key or variable that has to be named for it.
    struct Unusable: CustomTestStringConvertible, Sendable {
        let key: String
        let entra: String
        var location = ""
        var environment: [String: String] = [:]
        /// Nil for what is good.
        var words: String?
        var testDescription: String { entra + location + environment.description }
    }

    private static let proxyPassword = "s3cr3t"

    @Test(
        "whatever the run could not use is refused, by the name of the key or the variable",
        arguments: [
            Unusable(key: "graph", entra: #"graph: "https://graph.microsoft.com/v1.0""#, words: "without a path"),
            Unusable(key: "graph", entra: #"graph: "https://graph.microsoft.com:99999""#, words: "must be a URL"),
            Unusable(key: "authority", entra: #"authority: "https://a.example/common""#, words: "neither"),
            Unusable(key: "authority", entra: #"authority: "https://a.example/x/oauth2/v2.0/token""#, words: "neither"),
            Unusable(key: "authority", entra: #"authority: "https://login.microsoftonline.us""#, words: "cloud usgov"),
            Unusable(key: "authority", entra: #"authority: "https://a.example/{TenantId}/""#),
            Unusable(key: "authority", entra: #"authority: "https://a.example/\#(EmulatorProgram.tenant)""#),
            Unusable(
                key: "AZURE_AUTHORITY_HOST", entra: "",
                environment: ["AZURE_AUTHORITY_HOST": "login.microsoftonline.com"],
                words: "must be a URL"),
            Unusable(
                key: "AZURE_AUTHORITY_HOST", entra: "",
                environment: ["AZURE_AUTHORITY_HOST": "https://login.chinacloudapi.cn/"], words: "cloud china"),
            Unusable(key: "proxy", entra: #"proxy: "PROXY p:8080""#, words: "must be a URL"),
            Unusable(key: "proxy", entra: #"proxy: "http://u:s3cr3t#x@p.example:8080""#, words: "%23"),
            Unusable(key: "proxy", entra: #"proxy: "http://u:s3cr3t@x@p.example:8080""#, words: "%40"),
            Unusable(key: "proxy", entra: #"proxy: "http://u:s3cr3t/x@p.example:8080""#, words: "%2F"),
            Unusable(key: "proxy", entra: #"proxy: "http://p.example:808080""#, words: "65535"),
            Unusable(key: "proxy", entra: #"proxy: "http://u:s3cr3t%40@[::1]:8080/""#),
            Unusable(key: "caFile", entra: #"caFile: "half.pem""#, words: "damaged"),
            Unusable(key: "caFile", entra: #"caFile: "ca.der""#, words: "DER"),
            Unusable(key: "caFile", entra: #"caFile: "empty.pem""#, words: "no certificate"),
            Unusable(key: "caFile", entra: #"caFile: "marked.pem""#),
            Unusable(key: "sentinelRange", entra: "", location: #"sentinelRange: "8.0.0.0/8""#, words: "more than one"),
            Unusable(key: "sentinelRange", entra: "", location: #"sentinelRange: "127.0.0.1""#, words: "loopback"),
            Unusable(key: "sentinelRange", entra: "", location: #"sentinelRange: "203.0.113.0/24""#),
            Unusable(key: "pinnedRanges", entra: "", location: #"pinnedRanges: ["127.0.0.0/8"]"#, words: "loopback"),
            Unusable(key: "pinnedRanges", entra: "", location: #"pinnedRanges: ["fe80::1"]"#, words: "link-local"),
            Unusable(key: "pinnedRanges", entra: "", location: #"pinnedRanges: ["8.0.0.0/8"]"#),
        ])
    func oneReader(_ row: Unusable) throws {
        let ground = try Playground()
        let certificate = row.key == "caFile" ? try Self.certificate(in: ground) : ""
        let files = [
            "half.pem": certificate.prefix(400) + "\n-----END CERTIFICATE-----\n", "empty.pem": "",
            "marked.pem": "\u{FEFF}" + certificate,
        ]
        for (name, text) in files {
            try Data(text.utf8).write(to: ground.folder.appendingPathComponent(name))
        }
        let text = """
            { spool: "x",
              entra: { tenantId: "\(EmulatorProgram.tenant)", clientId: "\(EmulatorProgram.client)",
                       clientSecret: "s", \(row.entra) },
              namedLocations: { office: { id: "\(EmulatorProgram.office)", \(row.location) } } }
            """
        let file = ground.folder.appendingPathComponent("config.json5")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let (status, output) = try ground.run("check", environment: row.environment)
        #expect(!output.contains(Self.proxyPassword))
        #expect((status == 64) == (row.words != nil), "\(output)")
        guard let words = row.words else { return }
        let line = output.split(separator: "\n").first { $0.contains(words) } ?? ""
        let place = row.environment.isEmpty ? ".\(row.key) (line " : "\(row.key): "
        #expect(line.contains(place), "\(output)")
    }

    /// As text; beside it lies `ca.der`.
    private static func certificate(in ground: Playground) throws -> String {
        let command =
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 && "
            + "openssl x509 -in ca.pem -outform DER -out ca.der"
        _ = try Program.run("/bin/sh", ["-c", command], in: ground.folder)
        return try String(contentsOf: ground.folder.appendingPathComponent("ca.pem"), encoding: .utf8)
    }

    @Test("a federated token that has ended is refused by its variable")
    func endedToken() throws {
        let ground = try Playground()
        let file = ground.folder.appendingPathComponent("config.json5")
        try Data(
            #"{ spool: "x", entra: { tenantId: "\#(EmulatorProgram.tenant)", clientId: "\#(EmulatorProgram.client)" }, namedLocations: { office: { id: "\#(EmulatorProgram.office)" } } }"#
                .utf8
        ).write(to: file)
        let token = ground.folder.appendingPathComponent("token")
        for (end, isGood) in [("1600000000", false), ("4000000000", true)] {
            let claims = Data(#"{"exp":\#(end)}"#.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
            try Data("e30.\(claims).e30".utf8).write(to: token)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: token.path)
            let (status, output) = try ground.run("check", environment: ["AZURE_FEDERATED_TOKEN_FILE": token.path])
            #expect((status == 0) == isGood, "\(output)")
            if !isGood { #expect(output.contains("AZURE_FEDERATED_TOKEN_FILE: The federated token expired at")) }
        }
    }
}
