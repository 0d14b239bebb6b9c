import FoundationEssentials
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
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(withoutByteOrderMark(bytes))) else {
            return nil
        }
        let description = body.description ?? ""
        error = plainText(body.error, limit: 60)
        words = plainText(String(Self.withoutTrace(description)), limit: 300)
        number = Self.number(in: description) ?? body.codes?.first
        traceId = body.traceId.map { plainText($0, limit: 80) }
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

private struct Body: Decodable {
    let error: String
    let description: String?
    let codes: [Int]?
    let traceId: String?

    enum CodingKeys: String, CodingKey {
        case error
        case description = "error_description"
        case codes = "error_codes"
        case traceId = "trace_id"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        error = try container.decode(String.self, forKey: .error)
        description = try? container.decode(String.self, forKey: .description)
        codes = try? container.decode([Int].self, forKey: .codes)
        traceId = try? container.decode(String.self, forKey: .traceId)
    }
}
