/// What the common AADSTS numbers mean to a client that signs in by itself; only for wording, Microsoft may renumber.
enum EntraNumber {
    static func sentence(_ number: Int) -> String? {
        switch number {
        // The secret.
        case 7_000_215:
            "The client secret is wrong. Paste the secret's Value, not its Secret ID; a new one takes minutes."
        case 7_000_222: "The client secret has expired. Make a new one under Certificates & secrets."
        case 7_000_216, 7_000_218: "The request held neither secret nor assertion. Configure one credential."
        // The application.
        case 700_016:
            "No application with this client ID in this tenant. Compare clientId and tenantId with the portal."
        case 70_001, 700_011:
            "The application is not known in this tenant or is disabled. Compare clientId with the portal."
        case 7_000_112: "The application is disabled. Enable it under Enterprise applications."
        case 7_000_229: "The application has no service principal in this tenant. Make its enterprise application."
        case 65_001, 650_052, 650_056, 650_057: "The application lacks consent or a permission. Grant admin consent."
        // The tenant.
        case 90_002:
            "There is no such tenant, or it lives in another cloud. Compare tenantId and cloud with the portal."
        case 50_059, 50_128, 90_019: "The tenant ID names no tenant. Compare tenantId with the portal."
        case 90_038, 900_382, 900_432: "The tenant belongs to another national cloud. Set cloud accordingly."
        case 50_001, 500_011:
            "This tenant does not know this Graph. Compare cloud, or graph, with where the tenant lives."
        case 28_002, 70_011, 1_002_012: "The scope is not one of this tenant's Graph. Compare the setting graph."
        // Certificate and assertion.
        case 700_027: "The certificate is not registered with the application. Upload it; a new one takes minutes."
        case 700_024: "The assertion is outside its time: this host's clock is wrong. Look at time synchronisation."
        case 50_012: "The assertion is not meant for this token endpoint, or its signature is wrong."
        case 50_032, 500_032: "The certificate's key is too weak. Make one with RSA of 2,048 bits or more."
        case 700_030: "The certificate's subject is not authorised for this application."
        case 70_021, 700_211, 700_212, 700_213, 700_223:
            "No federated credential of the application matches issuer, subject and audience of the token file."
        case 700_229: "The token file holds a token of a kind that Entra does not take for federation."
        // Policies and pace.
        case 53_003, 530_032, 530_035: "Conditional Access blocks this sign-in, perhaps this host's own address."
        case 50_196: "The same request came too often. It is asked less often now."
        case 90_055: "The tenant is being throttled."
        // Entra's own bad days, and requests that it cannot read.
        case 90_033, 50_033, 90_006, 90_012, 90_024, 90_090, 90_091, 50_087, 40_010: "A fault at Entra that passes."
        case 90_036, 90_092, 50_000: "A fault at Entra."
        case 90_013, 90_014, 900_144, 9_002_313, 90_023:
            "Entra could not read the request. Check tenantId and clientId."
        default: nil
        }
    }
}
