import Entra
import FoundationEssentials
import Grants

/// Whole checks of a caller's token a second, on one core and with cached keys.
enum TokenChecks {
    /// The folder holds `discovery.json`, `keys.json` and `token`, made by `contrib/benchmark` with openssl.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 2, let seconds = Double(arguments[1]) else { return Result.usage() }
        let folder = arguments[0]
        let now = ContinuousClock.now
        var keys = SigningKeys(
            metadataAddress: "https://login.example/discovery.json", cacheDuration: .seconds(3_600), at: now)
        for name in ["discovery.json", "keys.json"] {
            guard keys.request(now: now, clientRequestId: "benchmark") != nil else {
                throw Unmeasured(description: "no request for \(name)")
            }
            _ = try keys.receive(.success(HTTPReply(status: 200, body: try bytes(folder, name))), date: date)
        }
        let rules = CallerTokenRules(
            tenantId: tenant, audience: "https://database.windows.net/", issuer: "https://sts.windows.net/\(tenant)/",
            requiredClaims: [], clockSkew: .seconds(300))
        var authentication = CallerAuthentication(
            rules: rules, keys: keys,
            groups: GroupCache(
                GraphRequests(graph: "https://graph.example"), configured: [], duration: .seconds(60), at: now))
        let token = Secret(String(decoding: try bytes(folder, "token"), as: UTF8.self))
        let rate = try Result.rate(seconds: seconds) {
            let judgement = authentication.judge(
                token, for: "office", authorizedGroups: [], since: now, date: date, at: now)
            guard case .accepted = judgement else { throw Unmeasured(description: "the token is not accepted") }
        }
        Result.print(["token_checks_per_second": rate])
    }

    /// Those that `contrib/benchmark` puts into the token.
    private static let tenant = "11111111-1111-4111-8111-111111111111"
    private static let date = Timestamp(seconds: 1_795_000_000)

    private static func bytes(_ folder: String, _ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw Unmeasured(description: "\(folder)/\(name) cannot be read")
        }
        return [UInt8](data)
    }
}
