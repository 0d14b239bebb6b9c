import Grants

/// The token endpoint's error: `{"error":"invalid_client","error_description":"AADSTS7000215: …",…}`.
package struct OAuthErrorBody {
    let error: String
    /// Entra's own words without the trace lines.
    let words: String
    /// The number after AADSTS, only ever used to word a message.
    package let number: Int?
    let traceId: String?

    /// Nil unless the body is an object with an `error` text: nobody but an OAuth endpoint answers so.
    package init?(_ bytes: [UInt8]) {
        guard let json = StrictJSON.answer(bytes), let error = json["error"]?.text else { return nil }
        let description = json["error_description"]?.text ?? ""
        self.error = SafeText.line(error, limit: 60)
        words = SafeText.line(String(Self.withoutTrace(description)), limit: 300)
        let codes: [Int]? = try? json.optional("error_codes")
        number = Self.number(in: description) ?? codes?.first
        traceId = json["trace_id"]?.text.map { SafeText.line($0, limit: 80) }
    }

    /// `AADSTS7000215: Invalid client secret provided. … Trace ID: …` up to the trace.
    private static func withoutTrace(_ text: String) -> Substring {
        guard let trace = text.firstRange(of: "Trace ID:") else { return text[...] }
        return text[..<trace.lowerBound]
    }

    private static func number(in text: String) -> Int? {
        guard let prefix = text.firstRange(of: "AADSTS") else { return nil }
        return Int(text[prefix.upperBound...].prefix { $0.isASCII && $0.isNumber }.prefix(9))
    }
}
