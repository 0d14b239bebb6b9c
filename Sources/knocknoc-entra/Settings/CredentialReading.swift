import Entra
import FoundationEssentials
import Grants

/// Finds the one credential that a configuration names, or that the environment holds.
struct CredentialReading {
    static let keys = [
        "clientSecret", "clientSecretFile", "certificateFile", "keyFile", "certificateThumbprint", "certificateStore",
        "federatedTokenFile",
    ]

    let section: Section
    /// Relative paths are relative to it.
    let folder: String
    /// The configuration itself, which is held to a secret file's modes when a secret stands in it.
    let file: String
    /// Where it is switched on, it may name the certificate, and must agree with the one that is named here.
    let authentication: Section?
    let now: Timestamp

    /// Nil where there is none, or none that works; the section's mistakes say why.
    func credential() -> Credential? {
        let named = [
            "clientSecret", "clientSecretFile", "certificateFile", "certificateThumbprint", "federatedTokenFile",
        ]
        .filter(section.has)
        if named.count > 1 {
            section.mistake(named[1], "stands beside \(named[0]); keep one credential")
            return nil
        }
        let thumbprint = authentication.flatMap(parsedThumbprint)
        if let authentication, thumbprint == nil, authentication.has("certificateThumbprint") { return nil }
        guard let (key, credential) = named.first.map(configured) ?? byPage(thumbprint) ?? inherited() else {
            return nil
        }
        guard let credential else { return nil }
        do {
            try credential.check(at: now)
        } catch {
            let culprit = named.isEmpty && thumbprint != nil ? authentication : section
            culprit?.mistake(key, error.detail)
            return nil
        }
        warnOfSecretId(credential, key)
        if let thumbprint, let authentication, named.first != nil {
            requireOneCertificate(credential, key, thumbprint, authentication)
        }
        return credential
    }

    /// Entra authentication asks for the thumbprint of the certificate to sign in with, unless `entra` says how.
    private func byPage(_ thumbprint: Thumbprint?) -> (String, Credential?)? {
        thumbprint.map { ("certificateThumbprint", find($0)) }
    }

    private func requireOneCertificate(
        _ credential: Credential, _ key: String, _ thumbprint: Thumbprint, _ authentication: Section
    ) {
        guard case .certificate(let load) = credential else {
            return authentication.mistake(
                "certificateThumbprint", "stands beside entra.\(key); keep one credential")
        }
        if let certificate = try? load(), !certificate.has(thumbprint) {
            authentication.mistake(
                "certificateThumbprint", "is not that of the certificate that entra.\(key) names")
        }
    }

    private func configured(_ key: String) -> (String, Credential?) {
        switch key {
        case "clientSecret": (key, inlineSecret())
        case "clientSecretFile": (key, path(key).map(Credential.secret(file:)))
        case "certificateFile": (key, path(key).map { .certificate(file: $0, keyFile: path("keyFile")) })
        case "federatedTokenFile": (key, path(key).map(Credential.federated(file:)))
        default: (key, byThumbprint())
        }
    }

    private func inlineSecret() -> Credential? {
        guard let text = section.string("clientSecret") else { return nil }
        // Git keeps no such modes, and what an emulator on this machine takes for a secret is none.
        let isRehearsal = section.string("authority")?.hasPrefix("http://") ?? false
        if let trouble = looseness(of: file), !isRehearsal { section.mistake("clientSecret", trouble) }
        guard !text.trimmed.isEmpty else {
            section.mistake("clientSecret", "is empty")
            return nil
        }
        if text.trimmed != text { section.warning("clientSecret", "has blanks around it, which were cut") }
        let secret = Secret(text.trimmed)
        return .secret { () throws(Failure) in secret }
    }

    private func byThumbprint() -> Credential? {
        parsedThumbprint(section).flatMap(find)
    }

    private func find(_ thumbprint: Thumbprint) -> Credential? {
        guard let store = path("certificateStore") else {
            section.mistake("certificateStore", "is missing: the folder that holds the certificate and its key (PEM)")
            return nil
        }
        return .certificate(thumbprint: thumbprint, folder: CertificateFolder(path: store))
    }

    private func parsedThumbprint(_ section: Section) -> Thumbprint? {
        guard let text = section.string("certificateThumbprint") else { return nil }
        do {
            let (thumbprint, warnings) = try Thumbprint.parse(text)
            for warning in warnings { section.warning("certificateThumbprint", warning) }
            return thumbprint
        } catch {
            section.mistake("certificateThumbprint", error.detail)
            return nil
        }
    }

    /// systemd's credentials, then the variables that Azure's own libraries read.
    private func inherited() -> (String, Credential?)? {
        let variables = ProcessInfo.processInfo.environment
        if let folder = variables["CREDENTIALS_DIRECTORY"],
            FileManager.default.fileExists(atPath: folder + "/client-secret")
        {
            return ("clientSecretFile", .secret(file: folder + "/client-secret"))
        }
        if let secret = variables["AZURE_CLIENT_SECRET"]?.trimmed, !secret.isEmpty {
            let secret = Secret(secret)
            return ("AZURE_CLIENT_SECRET", .secret { () throws(Failure) in secret })
        }
        if let path = variables["AZURE_CLIENT_CERTIFICATE_PATH"] {
            return ("AZURE_CLIENT_CERTIFICATE_PATH", .certificate(file: path, keyFile: nil))
        }
        if let path = variables["AZURE_FEDERATED_TOKEN_FILE"] {
            return ("AZURE_FEDERATED_TOKEN_FILE", .federated(file: path))
        }
        authentication?.mistake(
            "certificateThumbprint",
            "is missing: the SHA-1 or SHA-256 of the certificate to sign in with, or another credential under entra")
        section.mistake(
            "clientSecretFile",
            "is missing: the file that holds the client secret's Value (or certificateFile, certificateThumbprint, "
                + "federatedTokenFile, or an AZURE_ variable)")
        return nil
    }

    private func path(_ key: String) -> String? {
        section.string(key).map { SettingsFile.resolve($0, in: folder) }
    }

    private func warnOfSecretId(_ credential: Credential, _ key: String) {
        guard case .secret(let load) = credential, let secret = try? load(), Identifier(secret.revealed) != nil else {
            return
        }
        section.warning(key, "holds a GUID: this is the Secret ID, not its Value")
    }

    /// Why a file with a secret in it is too open, or nil.
    private func looseness(of path: String) -> String? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o037 != 0 else { return nil }
        return "\(path) holds a secret and has the mode \(String(mode, radix: 8)): others may read it or change it; "
            + "`chmod 640 \(path)` (or 600)"
    }
}
