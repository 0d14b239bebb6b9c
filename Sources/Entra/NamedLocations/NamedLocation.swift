package import Grants

/// An IP-based named location as Graph shows it; its ranges stay text, since an admin may have written any form.
package struct NamedLocation: Hashable, Sendable {
    package let id: String
    package let displayName: String?
    package let isTrusted: Bool?
    /// As Graph returned them: `203.0.113.7/32`, host bits and all, or `lower-upper` for the old range types.
    package let ranges: [String]
}

extension NamedLocation {
    /// What a GET brought: the location, or why it is none.
    package static func read(
        _ result: Result<HTTPReply, TransportFailure>,
        now: Timestamp
    ) throws(ReplyVerdict) -> NamedLocation {
        let reply = try success(result, to: .get, now: now)
        guard let json = StrictJSON.answer(reply.body), let type = json["@odata.type"]?.text else {
            throw ReplyVerdict(
                reply, .notUnderstood, to: .get, now: now,
                finding: "Its content is no JSON object with an @odata.type.")
        }
        guard type.lowercased() == "#microsoft.graph.ipnamedlocation" else {
            let noun = SafeText.line(String(type.split(separator: ".").last ?? ""), limit: 60)
            throw ReplyVerdict(
                reply, .wrongType, to: .get, now: now,
                finding:
                    "The location is a \(noun), which holds no ranges that could be set. Configure the id of an IP location."
            )
        }
        do throws(JSONError) {
            return try NamedLocation(json: json)
        } catch {
            throw ReplyVerdict(
                reply, .notUnderstood, to: .get, now: now, finding: "Its content is no IP location: \(error).")
        }
    }

    private init(json: JSONValue) throws(JSONError) {
        let ranges: [RangeText] = try json.member("ipRanges")
        self.init(
            id: try json.member("id"), displayName: try json.optional("displayName"),
            isTrusted: try json.optional("isTrusted"), ranges: ranges.map(\.text))
    }
}

/// One range as Graph wrote it.
private struct RangeText: JSONReadable {
    let text: String

    init(json: JSONValue) throws(JSONError) {
        if let lower: String = try json.optional("lowerAddress") {
            text = lower + "-" + (try json.member("upperAddress") as String)
        } else {
            text = try json.member("cidrAddress")
        }
    }
}
