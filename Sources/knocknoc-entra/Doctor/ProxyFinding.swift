import Entra
import FoundationEssentials
import Glibc
import Grants
import Linux
import Spool

/// Which proxy the requests take, by the configuration or by the environment, without user and password.
struct ProxyFinding {
    let findings: Findings
    /// Of the configuration.
    let proxy: String?

    func run(_ urls: [String]) {
        let variables = ProcessInfo.processInfo.environment
        if let proxy {
            let text = proxy.isEmpty ? "none, by the configuration" : "\(Self.plain(proxy)), by the configuration"
            return findings.ok(.networkProxy, text)
        }
        guard urls.contains(where: { $0.hasPrefix("https://") }) else {
            return findings.ok(.networkProxy, "none: an emulator on this host is asked directly")
        }
        // As curl reads them; HTTP_PROXY is not among them for https.
        let name = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].first { !(variables[$0] ?? "").isEmpty }
        guard let name, let value = variables[name] else { return findings.ok(.networkProxy, "none is set") }
        let exceptions = variables["no_proxy"] ?? variables["NO_PROXY"] ?? ""
        findings.warn(
            .networkProxy,
            "\(Self.plain(value)), by \(name) of this shell"
                + (exceptions.isEmpty ? "" : ", but not for \(exceptions)"),
            do: "A service does not see a shell's variables: set entra.proxy, or Environment= in the unit.")
    }

    /// `http://user:password@proxy:3128` → `http://…@proxy:3128`.
    static func plain(_ proxy: String) -> String {
        guard let at = proxy.lastIndex(of: "@") else { return proxy }
        let start = proxy.firstRange(of: "://")?.upperBound ?? proxy.startIndex
        return proxy[..<start] + "…" + proxy[at...]
    }
}
