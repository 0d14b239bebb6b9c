import Entra
import Grants

/// Entra's signing keys, where requests have to carry a token.
struct KeysStep {
    let findings: Findings
    let consultation: Consultation

    func run(_ settings: Settings) {
        guard let authentication = settings.authentication else {
            return findings.skipRest(of: .keys, "entraAuthentication is off")
        }
        do throws(ReplyVerdict) {
            let address = authentication.metadataAddress
            let document = try DiscoveryDocument.read(
                get(address), from: address, now: consultation.clock.wall())
            findings.ok(.keysMetadata, "\(address) leads to \(SafeText.line(document.keysAddress, limit: 200))")
            let keys = try WebKeySet.read(get(document.keysAddress), now: consultation.clock.wall())
            findings.ok(.keysUsable, "\(keys.keys.count) RSA keys for signatures")
        } catch {
            let isMetadata = !findings.all.contains { $0.check == .keysMetadata }
            findings.fail(isMetadata ? .keysMetadata : .keysUsable, error.error)
        }
    }

    private func get(_ url: String) -> Result<HTTPReply, TransportFailure> {
        consultation.ask(HTTPRequest(.get, url, timeouts: consultation.timeouts))
    }
}
