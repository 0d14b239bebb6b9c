import Entra
import FoundationEssentials
import Grants
import Spool

extension EntraSettings {
    private static let keys =
        CredentialReading.keys + [
            "tenantId", "clientId", "cloud", "authority", "graph", "caFile", "proxy", "connectTimeout",
            "requestTimeout", "requestsPerSecond",
        ]

    /// Nil where an id, a secret or an address is missing or wrong; the section's mistakes say which.
    init?(_ top: Section, folder: String, file: String, authentication: Section?, now: Timestamp) {
        guard top.has("entra") else {
            top.mistake("entra", "is missing: tenantId, clientId and a credential")
            return nil
        }
        let section = top.section("entra", keys: Self.keys)
        let tenant = section.identifier("tenantId", environment: "AZURE_TENANT_ID")
        let client = section.identifier("clientId", environment: "AZURE_CLIENT_ID")
        let credential = CredentialReading(
            section: section, folder: folder, file: file, authentication: authentication, now: now
        ).credential()
        let cloud = section.choice("cloud", Cloud.global)
        let host = ProcessInfo.processInfo.environment["AZURE_AUTHORITY_HOST"]?.trimmed
        let authority = section.address("authority", inherited: host) ?? cloud.authority
        let graph = section.address("graph") ?? cloud.graph
        connectTimeout = section.duration("connectTimeout", .seconds(10), in: .milliseconds(100) ... .seconds(300))
        requestTimeout = section.duration("requestTimeout", .seconds(30), in: .milliseconds(100) ... .seconds(600))
        requestsPerSecond = section.decimal("requestsPerSecond", 1, in: 0.01...1_000)
        caFile = section.string("caFile").map { SettingsFile.resolve($0, in: folder) }
        if let caFile, !FileManager.default.isReadableFile(atPath: caFile) {
            section.mistake("caFile", "cannot be read: \(SettingsFile.reason(caFile))")
        }
        proxy = section.string("proxy")
        guard let tenant, let client, let credential else { return nil }
        (tenantId, clientId, self.credential) = (tenant, client, credential)
        self.authority = authority
        self.graph = graph
    }
}

/// Microsoft's clouds: where tokens come from and where Graph is.
private enum Cloud: String, CaseIterable {
    case global
    case usgov
    case dod
    case china

    var authority: String {
        switch self {
        case .global: "https://login.microsoftonline.com"
        case .usgov, .dod: "https://login.microsoftonline.us"
        case .china: "https://login.chinacloudapi.cn"
        }
    }

    var graph: String {
        switch self {
        case .global: "https://graph.microsoft.com"
        case .usgov: "https://graph.microsoft.us"
        case .dod: "https://dod-graph.microsoft.us"
        case .china: "https://microsoftgraph.chinacloudapi.cn"
        }
    }
}

extension Section {
    /// A GUID, trimmed with a warning; from the environment where the key is left out.
    fileprivate func identifier(_ key: String, environment: String) -> String? {
        let inherited = ProcessInfo.processInfo.environment[environment]
        guard let text = string(key) ?? (has(key) ? nil : inherited) else {
            if !has(key) { mistake(key, "is missing: the GUID shown on the app registration's Overview page") }
            return nil
        }
        if text.trimmed != text { warning(key, "has blanks around it, which were cut") }
        guard let identifier = Identifier(text.trimmed) else {
            mistake(key, "must be a GUID such as 0854951d-5fc0-4eb1-b392-9b2c9d7949c2")
            return nil
        }
        guard !identifier.isZero else {
            mistake(key, "is still the placeholder of the template; put in your own")
            return nil
        }
        return identifier.description
    }

    /// Says what is wrong with what is no https URL; http is taken on a loopback address.
    func isAddress(_ key: String, _ text: String, mayHaveQuery: Bool = false) -> Bool {
        guard let url = URL(string: text), let scheme = url.scheme, let host = url.host(), !host.isEmpty,
            ["http", "https"].contains(scheme), url.user() == nil, url.query() == nil || mayHaveQuery,
            url.fragment() == nil
        else {
            mistake(key, "must be a URL such as \"https://graph.microsoft.com\"")
            return false
        }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard scheme == "https" || ["localhost", "::1"].contains(bare) || bare.hasPrefix("127.") else {
            mistake(key, "must begin with https:// (http:// is for an emulator on a loopback address)")
            return false
        }
        return true
    }

    /// An https URL without its last slash; http only on a loopback address.
    fileprivate func address(_ key: String, inherited: String? = nil) -> String? {
        guard let text = string(key) ?? (has(key) ? nil : inherited) else { return nil }
        guard isAddress(key, text) else { return nil }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
