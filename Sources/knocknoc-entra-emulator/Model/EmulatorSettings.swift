/// What can be changed while the emulator runs.
struct EmulatorSettings: Sendable {
    /// Requests a second for the whole tenant; 0 is no limit.
    var rate = 1.0
    /// Two requests sent a second apart may arrive a little closer than that.
    var rateToleranceMilliseconds = 20
    /// "Avoid immediate retries, because all requests accrue against your usage limits" (Graph's throttling guide).
    var countsRefused = true
    var retryAfter = WaitHint()
    var latencyMilliseconds = 0
    var tokenLifetime = 3_599
    /// Some endpoints write `expires_in` as a string.
    var expiresInAsText = false
    /// The documentation asks for both permissions on a write; the field knows it with ReadWrite alone.
    var writeNeedsBothRoles = false
    var staleReadMilliseconds = 0
    /// What a write that succeeds answers: 204 as documented, or 200 or 202 as clients must also take.
    var writeStatus = 204
    /// Named locations on one page of a list; 0 is all.
    var pageSize = 0
    /// Ranges that make a write fail, compared as texts.
    var refusedRanges: Set<String> = []
    /// The real endpoint takes an assertion again while it is valid.
    var refusesReusedAssertions = false
    /// Resources tokens are given for; empty is any.
    var resources: [String] = []

    mutating func apply(_ member: JSON.Member) throws(ControlError) -> Bool {
        switch member.key {
        case "rate": rate = try member.number()
        case "rateToleranceMs": rateToleranceMilliseconds = try member.whole()
        case "countsRefused": countsRefused = try member.flag()
        case "retryAfter": retryAfter.form = try WaitHint.Form(named: try member.text())
        case "retryAfterSeconds": retryAfter.seconds = try member.number()
        case "latencyMs": latencyMilliseconds = try member.whole()
        case "tokenLifetime": tokenLifetime = try member.whole()
        case "expiresInAsText": expiresInAsText = try member.flag()
        case "writeNeedsBothRoles": writeNeedsBothRoles = try member.flag()
        case "staleReadsMs": staleReadMilliseconds = try member.whole()
        case "writeStatus":
            writeStatus = try member.whole()
            guard [200, 202, 204].contains(writeStatus) else { throw ControlError("writeStatus is 200, 202 or 204") }
        case "pageSize": pageSize = try member.whole()
        case "refusedRanges": refusedRanges = Set(try member.texts())
        case "refuseReusedAssertions": refusesReusedAssertions = try member.flag()
        case "resources": resources = try member.texts()
        default: return false
        }
        return true
    }

    var json: JSON {
        [
            "rate": .number(rate), "rateToleranceMs": .whole(rateToleranceMilliseconds),
            "countsRefused": .bool(countsRefused),
            "retryAfter": .string(retryAfter.form.rawValue), "retryAfterSeconds": .number(retryAfter.seconds),
            "latencyMs": .whole(latencyMilliseconds), "tokenLifetime": .whole(tokenLifetime),
            "expiresInAsText": .bool(expiresInAsText), "writeNeedsBothRoles": .bool(writeNeedsBothRoles),
            "staleReadsMs": .whole(staleReadMilliseconds), "writeStatus": .whole(writeStatus),
            "pageSize": .whole(pageSize),
            "refusedRanges": .texts(refusedRanges.sorted()), "refuseReusedAssertions": .bool(refusesReusedAssertions),
            "resources": .texts(resources),
        ]
    }
}

/// The forms of `Retry-After` seen or allowed (RFC 9110, section 10.2.3); decimals break the rule, and exist.
struct WaitHint: Sendable {
    enum Form: String, Sendable {
        case none
        case seconds
        case decimal
        case date

        init(named name: String) throws(ControlError) {
            guard let form = Form(rawValue: name) else {
                throw ControlError("retryAfter is none, seconds, decimal or date, not '\(name)'")
            }
            self = form
        }
    }

    var form = Form.none
    var seconds = 1.0

    func header(at now: ClockReading) -> EmulatedHeader? {
        let whole = Int(seconds.rounded(.up))
        let value: String
        switch form {
        case .none: return nil
        case .seconds: value = String(whole)
        case .decimal: value = String(seconds)
        case .date: value = now.httpText(addingSeconds: whole)
        }
        return EmulatedHeader(name: "Retry-After", value: value)
    }
}
