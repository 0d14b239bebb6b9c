/// An app registration with its credentials and its consented application permissions.
struct App: Sendable {
    struct AppSecret: Sendable {
        let value: String
        let isExpired: Bool
    }

    let clientID: String
    var secrets: [AppSecret] = []
    var roles: [String] = []
    /// Registered certificates, DER.
    var certificates: [[UInt8]] = []
    /// Assertions of another identity provider that a federated credential accepts, word for word.
    var federatedTokens: [String] = []
    var isDisabled = false
    var isServicePrincipalMissing = false
}

extension App {
    init(_ json: JSON) throws(ControlError) {
        guard let id = json["clientId"]?.text else { throw ControlError("an app needs a clientId") }
        self.init(clientID: id.lowercased())
        for member in json.members ?? [] where member.key != "clientId" {
            guard try apply(member) else { throw ControlError("an app has no '\(member.key)'") }
        }
    }

    /// Takes over one setting; false when it is not one of an app's.
    mutating func apply(_ member: JSON.Member) throws(ControlError) -> Bool {
        switch member.key {
        case "roles": roles = try member.texts()
        case "secrets": secrets = try member.items { (item) throws(ControlError) in try AppSecret(item) }
        case "certificates":
            certificates = try member.items { (item) throws(ControlError) in
                guard let pem = item.text, let der = certificateDER(pem: pem) else {
                    throw ControlError("certificates takes PEM texts")
                }
                return der
            }
        case "federatedTokens": federatedTokens = try member.texts()
        case "disabled": isDisabled = try member.flag()
        case "servicePrincipalMissing": isServicePrincipalMissing = try member.flag()
        default: return false
        }
        return true
    }
}

extension App.AppSecret {
    /// A value alone, or an object that may say that it has expired.
    init(_ json: JSON) throws(ControlError) {
        guard let value = json.text ?? json["value"]?.text else { throw ControlError("a secret needs a value") }
        self.init(value: value, isExpired: json["expired"]?.flag ?? false)
    }
}
