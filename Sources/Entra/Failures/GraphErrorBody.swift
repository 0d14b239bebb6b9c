import FoundationEssentials
import Grants

/// Graph's error envelope, as far as it is there: `{"error":{"code":…,"message":…,"innerError":{…}}}`.
struct GraphErrorBody {
    let code: String
    let message: String
    let requestId: String?

    /// Nil unless the body is an object with an `error` object that has a code: nobody but Graph answers so.
    init?(_ bytes: [UInt8]) {
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(withoutByteOrderMark(bytes))),
            let code = envelope.error.code?.text
        else { return nil }
        self.code = plainText(code, limit: 80)
        message = plainText(envelope.error.message?.text ?? "", limit: 300)
        requestId = (envelope.error.innerError ?? envelope.error.innererror)?.requestId.map { plainText($0, limit: 80) }
    }
}

private struct Envelope: Decodable {
    let error: Content

    struct Content: Decodable {
        let code: LenientText?
        let message: LenientText?
        let innerError: Inner?
        let innererror: Inner?
    }

    struct Inner: Decodable {
        let requestId: String?

        enum CodingKeys: String, CodingKey {
            case requestId = "request-id"
        }

        init(from decoder: any Decoder) throws {
            let container = try? decoder.container(keyedBy: CodingKeys.self)
            requestId = try? container?.decode(String.self, forKey: .requestId)
        }
    }
}

/// A string, or `{"value": "…"}` as some services write it; anything else counts as no text.
private struct LenientText: Decodable {
    let text: String?

    private enum CodingKeys: CodingKey {
        case value
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer(), let plain = try? container.decode(String.self) {
            text = plain
        } else {
            text = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .value)
        }
    }
}
