import Entra
import Grants

/// What can be known of the credential before anybody is asked.
struct CredentialStep {
    let findings: Findings

    func run(_ credential: Credential, now: Timestamp) {
        findings.ok(.credentialPresent, credential.kind)
        findings.ok(.credentialReadable, "it can be read and used")
        findings.ok(.credentialPrivate, "no file with a secret in it is open to every user")
        switch credential {
        case .secret(let load): look(at: try? load())
        case .certificate(let load): look(at: try? load(), now: now)
        case .federated: findings.skipRest(of: .credential, "a federated token is used")
        }
    }

    private func look(at secret: Secret?) {
        guard let secret else { return }
        if !findings.all.contains(where: { $0.check == .credentialBlanks }) {
            if secret.revealed.contains(where: \.isWhitespace) {
                findings.warn(
                    .credentialBlanks, code: .entra001, "the client secret holds blanks, which Microsoft's never do",
                    do: "Copy the Value again, without what stands around it.")
            } else {
                findings.ok(.credentialBlanks, "no blanks around or in the identifiers and the secret")
            }
        }
        if !findings.all.contains(where: { $0.check == .credentialSecretId }) {
            findings.ok(.credentialSecretId, "the secret does not look like a Secret ID")
        }
        findings.skip([.certificateDates, .certificateKey], "a client secret is used")
    }

    private func look(at certificate: SigningCertificate?, now: Timestamp) {
        guard let certificate else { return }
        let days = (certificate.notAfter - now).components.seconds / 86_400
        if days < 30 {
            findings.warn(
                .certificateDates, code: .entra001, "the certificate ends at \(certificate.notAfter), in \(days) days",
                do: "Make a new one, upload it to the application, then replace the files; no restart is needed.")
        } else {
            findings.ok(.certificateDates, "the certificate is good until \(certificate.notAfter)")
        }
        findings.ok(.certificateKey, "its private key belongs to it and is RSA of 2,048 bits or more")
        findings.skip(.credentialSecretId, "a certificate is used")
        if !findings.all.contains(where: { $0.check == .credentialBlanks }) {
            findings.ok(.credentialBlanks, "no blanks around the identifiers")
        }
    }

    /// Which check a mistake of the configuration belongs to; nil where it is not about the credential.
    static func check(forMistake text: String) -> Check? {
        let place = text.prefix { $0 != ":" && $0 != " " }
        let keys = CredentialReading.keys.map { "entra.\($0)" } + ["entraAuthentication.certificateThumbprint"]
        guard
            keys.contains(String(place))
                || ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"].contains(
                    place)
        else { return nil }
        return table.first { row in row.words.contains { text.contains($0) } }?.check ?? .credentialReadable
    }

    private static let table: [(check: Check, words: [String])] = [
        (.certificateDates, ["expired at", "not valid before"]),
        (.credentialPrivate, ["open to every user", "others may read it"]),
        (.certificateKey, ["no private key", "private key does not", "private key in", "no RSA key", " bits; "]),
        (.credentialPresent, ["is missing", "keep one credential"]),
    ]
}

extension Credential {
    fileprivate var kind: String {
        switch self {
        case .secret: "a client secret"
        case .certificate: "a certificate with its key"
        case .federated: "a federated token"
        }
    }
}
