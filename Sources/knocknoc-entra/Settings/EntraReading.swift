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
        let authority = section.authority(inherited: host, cloud, tenant: tenant) ?? cloud.authority
        let graph = section.address("graph", section.string("graph")) ?? cloud.graph
        connectTimeout = section.duration("connectTimeout", .seconds(10), in: .milliseconds(100) ... .seconds(300))
        requestTimeout = section.duration("requestTimeout", .seconds(30), in: .milliseconds(100) ... .seconds(600))
        requestsPerSecond = section.decimal("requestsPerSecond", 1, in: 0.01...1_000)
        caFile = section.string("caFile").map { SettingsFile.resolve($0, in: folder) }
        if let fault = caFile.flatMap(CAFileFault.init(in:)) { section.mistake("caFile", fault.words) }
        proxy = section.string("proxy")
        if let proxy, !proxy.isEmpty, let mistake = ProxyAddress.mistake(in: proxy) {
            section.mistake("proxy", mistake)
        }
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
        let isInherited = !has(key) && inherited != nil
        let name = isInherited ? environment : key
        guard let text = isInherited ? inherited : string(key) else {
            if !has(key) { mistake(key, "is missing: the GUID shown on the app registration's Overview page") }
            return nil
        }
        if text.trimmed != text { warning(name, "has blanks around it, which were cut") }
        guard let identifier = Identifier(text.trimmed) else {
            mistake(name, "must be a GUID such as 0854951d-5fc0-4eb1-b392-9b2c9d7949c2")
            return nil
        }
        guard !identifier.isZero else {
            mistake(name, "is still the placeholder of the template; put in your own")
            return nil
        }
        return identifier.description
    }

    /// Says what is wrong with what is no https URL; http is taken on a loopback address.
    func isAddress(_ key: String, _ text: String, mayHaveQuery: Bool = false) -> Bool {
        guard let url = URL(string: text), let scheme = url.scheme, let host = url.host(), !host.isEmpty,
            ["http", "https"].contains(scheme), HTTPRequest.leads(text), url.user() == nil,
            url.query() == nil || mayHaveQuery,
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

    /// An https URL without path; http only on a loopback address.
    fileprivate func address(_ key: String, _ text: String?) -> String? {
        guard let text, isAddress(key, text) else { return nil }
        guard let path = URL(string: text)?.path(), ["", "/"].contains(path) else {
            mistake(key, "must be a host without a path, such as \"https://graph.microsoft.com\"")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The host, or the host with the tenant behind it, as the portal shows it.
    fileprivate func authority(inherited: String?, _ cloud: Cloud, tenant: String?) -> String? {
        let isInherited = !has("authority") && inherited != nil
        let key = isInherited ? "AZURE_AUTHORITY_HOST" : "authority"
        guard var text = isInherited ? inherited : string("authority") else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        if let tenant {
            text = text.withTenant(tenant)
            if text.lowercased().hasSuffix("/" + tenant) { text.removeLast(tenant.count + 1) }
        }
        guard isAddress(key, text) else { return nil }
        guard let path = URL(string: text)?.path(), path.isEmpty else {
            mistake(
                key,
                "must be a host, or a host and the tenant's id, such as \"\(cloud.authority)\": "
                    + "neither another tenant, nor /common, nor the token endpoint")
            return nil
        }
        if !has("graph"), let other = Cloud.allCases.first(where: { $0.authority == text.lowercased() }),
            other.authority != cloud.authority
        {
            mistake(key, "is that of the cloud \(other.rawValue), and entra.cloud says \(cloud.rawValue)")
        }
        return text
    }
}
