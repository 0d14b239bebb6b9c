import Foundation
import Kit
import Testing

/// A way for the network to fail, and what the real worker makes of it.
struct Breakage: CustomTestStringConvertible, Sendable {
    let how: String
    let code: String
    let manner: BrokenServer.Manner
    var scheme = "https"
    /// The server is a proxy, and Entra lies behind it.
    var isProxy = false
    let says: [String]

    var testDescription: String { "\(code), \(how)" }

    static let all = [
        Breakage(
            how: "a listener that never speaks", code: "ENTRA004", manner: .silent, scheme: "http",
            says: ["did not answer in time"]),
        Breakage(how: "a TLS handshake that never ends", code: "ENTRA004", manner: .silent, says: ["TLS"]),
        Breakage(
            how: "reset during the TLS handshake", code: "ENTRA000", manner: .reset, says: ["during the handshake"]),
        Breakage(
            how: "closed during the TLS handshake", code: "ENTRA000", manner: .close, says: ["during the handshake"]),
        Breakage(how: "a TLS alert", code: "ENTRA003", manner: .alert, says: ["handshake failed"]),
        Breakage(how: "another protocol on the TLS port", code: "ENTRA003", manner: .garbage, says: ["plain port"]),
        Breakage(
            how: "no HTTP but something else", code: "ENTRA054", manner: .garbage, scheme: "http",
            says: ["was not HTTP"]),
        Breakage(
            how: "closed without an answer", code: "ENTRA000", manner: .close, scheme: "http",
            says: ["before an answer began"]),
        Breakage(
            how: "a proxy that wants a login", code: "ENTRA000", manner: .proxyLogin, isProxy: true,
            says: ["407", "login"]),
        Breakage(
            how: "a proxy that forbids", code: "ENTRA000", manner: .proxyForbids, isProxy: true,
            says: ["refused the tunnel (403)"]),
        Breakage(
            how: "a proxy that finds nobody", code: "ENTRA000", manner: .proxyBadGateway, isProxy: true,
            says: ["refused the tunnel (502)"]),
        Breakage(how: "a proxy that resets", code: "ENTRA000", manner: .reset, isProxy: true, says: []),
        Breakage(
            how: "a proxy that never answers", code: "ENTRA004", manner: .silent, isProxy: true, says: ["CONNECT"]),
    ]
}

@Suite(.timeLimit(.minutes(5)), .ownThread) struct NetworkTests {
    @Test("every way in which a network fails has its code, as the worker meets it", arguments: Breakage.all)
    func broken(_ breakage: Breakage) async throws {
        let ground = try Playground()
        let server = try BrokenServer(breakage.manner)
        var options = Playground.Options(
            graph: breakage.isProxy ? "https://graph.example.invalid" : "\(breakage.scheme)://127.0.0.1:\(server.port)")
        // Only silence has to be waited for; a busy machine may take long over the others.
        let limit = breakage.manner == .silent ? "00:00:00.500" : "00:00:20"
        options.entra = #"requestTimeout: "\#(limit)", connectTimeout: "\#(limit)","#
        if breakage.isProxy { options.entra += #"proxy: "http://127.0.0.1:\#(server.port)","# }
        try await expect(breakage.code, says: breakage.says, options, on: ground)
        withExtendedLifetime(server) {}
    }

    @Test("a proxy that nobody runs, and one whose name does not resolve: ENTRA000")
    func noProxy() async throws {
        for (proxy, words) in [("http://127.0.0.1:1", "refused"), ("http://proxy.example.invalid:3128", "proxy")] {
            var options = Playground.Options(graph: "https://graph.example.invalid")
            options.entra = #"proxy: "\#(proxy)","#
            try await expect("ENTRA000", says: [words], options, on: try Playground())
        }
    }

    @Test("a name that does not resolve: ENTRA000")
    func noName() async throws {
        let options = Playground.Options(graph: "https://graph.example.invalid")
        try await expect("ENTRA000", says: ["did not resolve"], options, on: try Playground())
    }

    @Test("plain HTTP on the TLS port: ENTRA003")
    func plainOnTLS() async throws {
        let (ground, emulator) = try Playground.configured()
        let options = Playground.Options(graph: "https://127.0.0.1:\(emulator.port)")
        try await expect("ENTRA003", says: ["plain port"], options, on: ground)
        emulator.kill()
    }

    @Test(
        "a certificate that has to be refused: ENTRA003, and the note says why",
        arguments: [
            ("expired", "IP:127.0.0.1", -1, true, "expired"), ("of another name", "DNS:graph.example", 2, true, "name"),
            ("self-signed", "IP:127.0.0.1", 2, false, "self-signed"),
        ])
    func certificate(_ kind: String, names: String, days: Int, isTrusted: Bool, word: String) async throws {
        let ground = try Playground()
        let (certificate, key) = try certificate(names: names, days: days, in: ground.folder)
        let emulator = try EmulatorProgram(["--tls-cert", certificate, "--tls-key", key])
        var options = Playground.Options(emulator)
        if isTrusted { options.entra = "caFile: \"\(certificate)\"," }
        try await expect("ENTRA003", says: [word], options, on: ground)
    }

    @Test(
        "an answer that ends inside TLS: the code is that of plain HTTP",
        arguments: [("cut", "ENTRA054"), ("headersCut", "ENTRA054"), ("reset", "ENTRA000"), ("close", "ENTRA000")])
    func cutTLS(fault: String, code: String) async throws {
        let ground = try Playground()
        let (certificate, key) = try certificate(names: "IP:127.0.0.1", days: 2, in: ground.folder)
        let emulator = try EmulatorProgram(["--tls-cert", certificate, "--tls-key", key])
        try order(#"{"match":{"kind":"get"},"times":null,"do":"\#(fault)"}"#, of: emulator, in: ground.folder)
        var options = Playground.Options(emulator)
        options.entra = "caFile: \"\(certificate)\","
        try await expect(code, says: ["What to do"], options, on: ground)
    }

    private func expect(_ code: String, says: [String], _ options: Playground.Options, on ground: Playground)
        async throws
    {
        try ground.configure(options)
        let file = ground.folder.appendingPathComponent("config.json5")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        try ground.start(environment: ["https_proxy": "", "HTTPS_PROXY": "", "ALL_PROXY": "", "all_proxy": ""])
        let name = try ground.drop(grant(["8.8.8.8"]))
        try await ground.reach(code, name)
        let why = ground.why(name)
        for word in says { #expect(why.contains(word), "\(word) is missing in\n\(why)") }
        #expect(ground.log.contains("(agent error #\(code)) "))
    }

    private func certificate(names: String, days: Int, in folder: URL) throws -> (certificate: String, key: String) {
        let (file, key) = (folder.path + "/tls.pem", folder.path + "/tls.key")
        try openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=test", "-days", "\(max(days, 1))", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out",
                file,
            ])
        if days < 0 {
            // A certificate made anew from the old one, over since yesterday.
            try Data("subjectAltName=\(names)\nbasicConstraints=critical,CA:true\n".utf8).write(
                to: folder.appendingPathComponent("tls.ext"))
            try openssl(["x509", "-x509toreq", "-in", file, "-signkey", key, "-out", folder.path + "/tls.csr"])
            try openssl([
                "x509", "-req", "-in", folder.path + "/tls.csr", "-signkey", key, "-days", "\(days)", "-extfile",
                folder.path + "/tls.ext", "-out", file,
            ])
        }
        return (file, key)
    }

    /// The control interface speaks TLS as well here.
    private func order(_ fault: String, of emulator: EmulatorProgram, in folder: URL) throws {
        let request =
            "POST /_emulator/faults HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(fault.utf8.count)\r\n\r\n\(fault)"
        try Data(request.utf8).write(to: folder.appendingPathComponent("input"))
        let words = "openssl s_client -quiet -connect 127.0.0.1:\(emulator.port) <input"
        let output = try Program.shell(words, in: folder).output
        #expect(output.contains(" 204 "), "\(output)")
    }

    @discardableResult
    private func openssl(_ arguments: [String]) throws -> String {
        let (status, text) = try Program.run("/usr/bin/openssl", arguments)
        #expect(status == 0, "\(text)")
        return text
    }
}
