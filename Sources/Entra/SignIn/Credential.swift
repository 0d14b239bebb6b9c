package import Grants

/// What this host proves itself with; loaded anew for each token, so that a rotated file needs no restart.
package enum Credential: Sendable {
    case secret(load: @Sendable () throws(Failure) -> Secret)
    case certificate(load: @Sendable () throws(Failure) -> SigningCertificate)
    /// A token of another identity provider, which Entra was told to believe.
    case federated(load: @Sendable () throws(Failure) -> Secret)

    /// `id` is a fresh GUID for the assertion, if one is made.
    func proof(for request: TokenRequest, id: String, date: Timestamp) throws(Failure) -> TokenRequest.Proof {
        switch self {
        case .secret(let load): .clientSecret(try load())
        case .certificate(let load): .assertion(try load().assertion(for: request, id: id, date: date))
        case .federated(let load): .assertion(try load().living(at: date))
        }
    }
}

extension Credential {
    /// Loads and uses it once, without sending anything, so that a configuration can be checked.
    package func check(at date: Timestamp) throws(Failure) {
        let nowhere = TokenRequest(authority: "https://localhost", tenantId: "", clientId: "", graph: "")
        _ = try proof(for: nowhere, id: "", date: date)
    }

    package static func secret(file: String) -> Credential {
        .secret { () throws(Failure) in
            try CredentialFile(path: file, noun: "client secret", limit: 4_096).readSecretText()
        }
    }

    /// Without a key file the certificate's own file holds the key.
    package static func certificate(file: String, keyFile: String?) -> Credential {
        .certificate { () throws(Failure) in
            try SigningCertificate.load(certificateFile: file, keyFile: keyFile)
        }
    }

    package static func certificate(thumbprint: Thumbprint, folder: CertificateFolder) -> Credential {
        .certificate { () throws(Failure) in try folder.find(thumbprint) }
    }

    package static func federated(file: String) -> Credential {
        .federated { () throws(Failure) in
            let token = try CredentialFile(path: file, noun: "federated token", limit: 65_536).readSecretText()
            guard token.revealed.split(separator: ".", omittingEmptySubsequences: false).count == 3 else {
                throw Failure(.entra001, "The federated token file \(file) holds no JSON web token.")
            }
            return token
        }
    }
}

extension Secret {
    /// A token whose end (exp) has not come; of one that says none, Entra is the judge.
    fileprivate func living(at date: Timestamp) throws(Failure) -> Secret {
        let parts = revealed.utf8.split(separator: UInt8(ascii: "."))
        guard parts.count == 3, let claims = Base64URL.decodeStrictly(parts[1]).flatMap(StrictJSON.answer),
            let end = claims["exp"]?.number.flatMap({ Double($0) }), end > 0, end < 253_402_300_800
        else { return self }
        let time = Timestamp(seconds: Int64(end))
        guard time > date else {
            throw Failure(
                .entra001,
                "The federated token expired at \(time); whatever writes its file has not renewed it.")
        }
        return self
    }
}
