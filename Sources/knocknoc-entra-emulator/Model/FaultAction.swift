/// What goes wrong.
///
/// In the first group the request is never dealt with; in the second it is, and the reply suffers.
enum FaultAction: Sendable {
    case status(FaultStatus)
    case reset
    case close
    case stall(milliseconds: Int)
    case garbage
    case html
    case redirect(String)
    case throttle(WaitHint)
    case claimsChallenge(claims: JSON, revokes: Bool)

    case delay(milliseconds: Int)
    case cut
    case headersCut
    case applyThenReset
    case applyThenClose
    case applyThenStall(milliseconds: Int)
    /// The connection is closed without an answer, unless one is given.
    case landLater(milliseconds: Int, answer: FaultStatus?)

    /// A fault is one flat object: `do` names it, its parameters stand beside it.
    init(_ json: JSON) throws(ControlError) {
        let milliseconds = json["ms"]?.whole ?? 60_000
        switch json["do"]?.text {
        case "status": self = .status(try FaultStatus(json))
        case "reset": self = .reset
        case "close": self = .close
        case "stall": self = .stall(milliseconds: milliseconds)
        case "garbage": self = .garbage
        case "html": self = .html
        case "redirect": self = .redirect(json["location"]?.text ?? "https://login.microsoftonline.com/")
        case "throttle":
            let form = try WaitHint.Form(named: json["retryAfter"]?.text ?? "none")
            self = .throttle(WaitHint(form: form, seconds: json["seconds"]?.number ?? 1))
        case "claimsChallenge":
            let asked: JSON = ["access_token": ["acrs": ["essential": true, "value": "cp1"]]]
            self = .claimsChallenge(claims: json["claims"] ?? asked, revokes: json["revoke"]?.flag ?? true)
        case "delay": self = .delay(milliseconds: milliseconds)
        case "cut": self = .cut
        case "headersCut": self = .headersCut
        case "applyThenReset": self = .applyThenReset
        case "applyThenClose": self = .applyThenClose
        case "applyThenStall": self = .applyThenStall(milliseconds: milliseconds)
        case "landLater":
            let answer = json["status"] == nil ? nil : try FaultStatus(json)
            self = .landLater(milliseconds: json["ms"]?.whole ?? 200, answer: answer)
        case let name: throw ControlError("no fault '\(name ?? "")'; say what to do with \"do\"")
        }
    }
}

/// A status on order, with Graph's or the token endpoint's own body unless another is given.
struct FaultStatus: Sendable {
    let status: Int
    let code: String?
    let message: String?
    let number: Int?
    let suberror: String?
    let headers: [EmulatedHeader]
    let body: [UInt8]?
    /// As a proxy answers: without Graph's headers.
    let isUnsigned: Bool

    init(_ json: JSON) throws(ControlError) {
        guard let status = json["status"]?.whole, (200...599).contains(status) else {
            throw ControlError("a status fault needs a status from 200 to 599")
        }
        self.status = status
        code = json["code"]?.text
        message = json["message"]?.text
        isUnsigned = json["unsigned"]?.flag ?? false
        number = json["aadsts"]?.whole
        suberror = json["suberror"]?.text
        headers = (json["headers"]?.members ?? []).compactMap { member in
            member.value.text.map { EmulatedHeader(name: member.key, value: $0) }
        }
        body =
            switch json["body"] {
            case nil: nil
            case .string(let text)?: Array(text.utf8)
            case let value?: value.bytes
            }
    }
}
