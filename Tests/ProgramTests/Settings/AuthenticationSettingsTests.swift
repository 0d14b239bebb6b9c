import Foundation
import Kit
import Testing

/// The section entraAuthentication, as `check` judges it.
@Suite(.timeLimit(.minutes(3)), .ownThread) struct AuthenticationSettingsTests {
    private static let other = "33333333-3333-4333-8333-333333333333"

    private func check(
        _ section: String?, groups: String = "", top: String = "", credential: String? = nil,
        prepare: (Playground) throws -> Void = { _ in }
    ) throws -> (status: Int32, output: String) {
        var options = Playground.Options(graph: "http://127.0.0.1:1")
        options.credential = credential
        options.locations = "office: { id: \"\(EmulatorProgram.office)\", authorizedGroups: [\(groups)] },"
        let ground = try Playground(options)
        try prepare(ground)
        let file = ground.folder.appendingPathComponent("config.json5")
        let text = try String(contentsOf: file, encoding: .utf8)
        let added = (section.map { "entraAuthentication: { \($0) }," } ?? "") + top
        let changed = text.replacingOccurrences(of: "{\n  spool:", with: "{ \(added)\n  spool:")
        #expect(changed != text || added.isEmpty)
        try Data(changed.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
        return try ground.run("check")
    }

    @Test("switched on, every other setting has a default or is named")
    func defaults() throws {
        let (status, output) = try check(#"enabled: true, requiredClaims: "tid={TenantId};roles=Submit""#)
        #expect(status == 0, "\(output)")
        #expect(
            output.contains(
                "issued by https://sts.windows.net/\(EmulatorProgram.tenant)/ for https://database.windows.net/"))
    }

    @Test("all settings of the page are taken, with the tenant in the place of {TenantId}")
    func all() throws {
        let (status, output) = try check(
            #"""
            enabled: true, tenantId: "\#(EmulatorProgram.tenant.uppercased())", clientId: "\#(EmulatorProgram.client)",
            audience: "api://x", issuer: "https://login.microsoftonline.com/{TenantId}/v2.0",
            authority: "http://127.0.0.1:1/{TenantId}/",
            metadataAddress: "https://login.example/{tenantid}/.well-known/openid-configuration?appid=x",
            requiredClaims: "tid={TenantId};roles=Submit;", clockSkew: "00:00:00", jwksKeysCacheDuration: "00:00:00",
            entraGroupCacheDuration: "00:00:00",
            """#)
        #expect(status == 0, "\(output)")
        #expect(
            output.contains("issued by https://login.microsoftonline.com/\(EmulatorProgram.tenant)/v2.0 for api://x"))
    }

    @Test(
        "what is malformed, missing or contradictory is a mistake that names it",
        arguments: [
            (#"enabled: "yes""#, "enabled"), ("audience: \"x\"", "enabled"), ("enabled: true", "anyTokenOfTenant"),
            (#"enabled: true, requiredClaims: "tid={TenantId};ver;aud=x""#, "anybody in it could open office"),
            (#"enabled: true, tenantId: "\#(other)""#, "differs from entra.tenantId"),
            (#"enabled: true, clientId: "\#(other)""#, "differs from entra.clientId"),
            (#"enabled: true, tenantId: "x""#, "entraAuthentication.tenantId"),
            (
                #"enabled: true, authority: "https://login.microsoftonline.com/{TenantId}/""#,
                "differs from that of entra"
            ),
            (#"enabled: true, authority: "http://login.example/""#, "https://"),
            (#"enabled: true, audience: """#, "entraAuthentication.audience"),
            ("enabled: true, audience: 7", "audience"),
            (#"enabled: true, issuer: "x""#, "entraAuthentication.issuer"),
            (#"enabled: true, issuer: "https://sts.windows.net/""#, "does not hold the tenant's id"),
            (#"enabled: true, issuer: "https://sts.windows.net/{Tenant}/""#, "{Tenant}, which stands for nothing"),
            (#"enabled: true, metadataAddress: "http://login.example/x""#, "https://"),
            (#"enabled: true, metadataAddress: "x""#, "must be a URL"),
            (#"enabled: true, requiredClaims: "=x""#, "a value without a name"),
            (#"enabled: true, requiredClaims: ["tid"]"#, "entraAuthentication.requiredClaims"),
            (#"enabled: true, clockSkew: "5""#, "hh:mm:ss"), (#"enabled: true, clockSkew: 0"#, "clockSkew"),
            (#"enabled: true, jwksKeysCacheDuration: "x""#, "jwksKeysCacheDuration"),
            (#"enabled: true, entraGroupCacheDuration: "x""#, "entraGroupCacheDuration"),
            (#"enabled: true, certificateThumbprint: "zz""#, "no hex digit"),
            (#"enabled: true, requiredclaims: "x""#, "did you mean requiredClaims"),
            (#"enabled: false, requiredclaims: "x""#, "did you mean requiredClaims"),
            (#"enabeld: true"#, "did you mean enabled"),
        ])
    func mistakes(section: String, words: String) throws {
        let (status, output) = try check(section)
        #expect(status == 64)
        #expect(output.contains(words), "\(output)")
    }

    @Test(
        "what makes some tokens different from others is enough, or saying that nothing does",
        arguments: [
            (#"requiredClaims: "roles=Submit""#, ""), ("anyTokenOfTenant: true", ""),
            ("", "\"99999999-0000-4000-8000-000000000001\""), (#"requiredClaims: "", anyTokenOfTenant: true"#, ""),
        ])
    func narrowed(setting: String, groups: String) throws {
        let (status, output) = try check("enabled: true, \(setting)", groups: groups)
        #expect(status == 0, "\(output)")
    }

    @Test("switched off, the rest is ignored whatever it says")
    func off() throws {
        let (status, output) = try check(
            #"enabled: false, tenantId: 7, issuer: "", clockSkew: "x", certificateThumbprint: "zz""#)
        #expect(status == 0, "\(output)")
    }

    @Test("groups without authentication are a mistake, and a warning where it was switched off by hand")
    func groupsAlone() throws {
        let group = "\"99999999-0000-4000-8000-000000000001\""
        let leftOut = try check(nil, groups: group)
        #expect(leftOut.status == 64 && leftOut.output.contains("needs entraAuthentication"), "\(leftOut.output)")
        let off = try check("enabled: false", groups: group)
        #expect(off.status == 0 && off.output.contains("warning"), "\(off.output)")
        let name = try check("enabled: true", groups: #""Sales""#)
        #expect(name.status == 64 && name.output.contains(#""Sales" is none"#), "\(name.output)")
    }

    @Test(
        "allowedOwners are uids, and never nobody",
        arguments: [
            ("[1000, 0]", 0, "good"), ("[]", 64, "nobody could submit"), ("[\"alice\"]", 64, "id -u"),
            ("[-1]", 64, "uids"),
            ("[4294967295]", 64, "uids"), ("1000", 64, "list of uids"), ("null", 0, "good"),
        ] as [(String, Int32, String)])
    func owners(value: String, expected: Int32, words: String) throws {
        let (status, output) = try check(nil, top: "allowedOwners: \(value),")
        #expect(status == expected)
        #expect(output.contains(words), "\(output)")
    }

    @Test("the page's thumbprint is the credential, or has to be that of the one that is named")
    func thumbprint() throws {
        let on = #"enabled: true, anyTokenOfTenant: true"#
        var thumbprint = ""
        func withCertificate(_ section: (String) -> String, _ credential: String) throws -> (Int32, String) {
            let ground = try Playground()
            let certificate = try TestCertificate(in: ground.folder)
            thumbprint = try certificate.thumbprint()
            let result = try check(section(thumbprint), credential: credential) { fresh in
                for file in ["certificate.pem", "key.pem"] {
                    try FileManager.default.copyItem(
                        at: ground.folder.appendingPathComponent(file), to: fresh.folder.appendingPathComponent(file))
                }
            }
            return (result.status, result.output)
        }
        let mine = { (thumbprint: String) in "\(on), certificateThumbprint: \"\u{200E}\(thumbprint)\"" }
        let wrong = { (_: String) in "\(on), certificateThumbprint: \"\(String(repeating: "0", count: 40))\"" }
        let store = #"certificateStore: ".""#
        let files = #"certificateFile: "certificate.pem", keyFile: "key.pem""#
        for (section, credential, status, words) in [
            (mine, store, 0, "U+200E at character 1"), (mine, files, 0, "good"),
            (wrong, store, 64, "entraAuthentication.certificateThumbprint (line 1): None of the"),
            (wrong, files, 64, "is not that of the certificate"), (mine, "caFile: null", 64, "certificateStore"),
            (mine, #"clientSecret: "s""#, 64, "stands beside entra.clientSecret"),
            ({ (_: String) in on }, "caFile: null", 64, "entraAuthentication.certificateThumbprint"),
        ] as [((String) -> String, String, Int32, String)] {
            let (found, output) = try withCertificate(section, credential)
            #expect(found == status && output.contains(words), "\(credential): \(output)")
        }
    }
}
