import Grants

/// Graph's error envelope, as far as it is there: `{"error":{"code":…,"message":…,"innerError":{…}}}`.
struct GraphErrorBody {
    let code: String
    let message: String
    let requestId: String?

    /// Nil unless the body is an object with an `error` object that has a code: nobody but Graph answers so.
    init?(_ bytes: [UInt8]) {
        guard let error = StrictJSON.answer(bytes)?["error"], let code = Self.text(error["code"]) else { return nil }
        self.code = SafeText.line(code, limit: 80)
        message = SafeText.line(Self.text(error["message"]) ?? "", limit: 300)
        requestId = (error["innerError"] ?? error["innererror"])?["request-id"]?.text.map {
            SafeText.line($0, limit: 80)
        }
    }

    /// A string, or `{"value": "…"}` as some services write it.
    private static func text(_ value: JSONValue?) -> String? { value?.text ?? value?["value"]?.text }
}
