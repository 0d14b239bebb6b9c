import Entra
import Grants

@testable import knocknoc_entra

/// What Graph answers, and the settings of the worker on the stage.
extension CrashStage {
    static let token = HTTPReply(
        status: 200, body: Array(#"{"token_type":"Bearer","expires_in":86400,"access_token":"x"}"#.utf8))
    static let location = HTTPReply(
        status: 200,
        body: Array(##"{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"x","ipRanges":[]}"##.utf8))

    static func settings(spool: String) throws -> Settings {
        let id = "aaaaaaaa-0000-4000-8000-000000000001"
        let policy = LocationPolicy(name: "office", id: id, maxGrantDuration: .seconds(86_400))
        var settings = Settings(
            spool: spool,
            entra: EntraSettings(
                tenantId: id, clientId: id, credential: .secret { () throws(Failure) in Secret("x") },
                authority: "http://127.0.0.1:9",
                graph: "http://127.0.0.1:9", requestsPerSecond: 1_000),
            locations: ["office": LocationSettings(policy: policy, sentinelRange: try CIDR(CrashItem.sentinel))])
        settings.batch = BatchSettings(linger: .zero, settleTime: .milliseconds(100))
        settings.retry = RetrySettings(
            giveUpAfter: .milliseconds(300), grace: .milliseconds(300), initialBackoff: .milliseconds(10),
            maxBackoff: .milliseconds(100))
        settings.log.level = .error
        return settings
    }
}
