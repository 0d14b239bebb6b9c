/// One request as it came over the wire, its body already put together.
struct EmulatedRequest: Sendable {
    let method: String
    let target: String
    let headers: [EmulatedHeader]
    let body: [UInt8]
    let isTLS: Bool
    let keepsAlive: Bool
    /// The path's parts, percent decoding done; what cannot be decoded stays as it is.
    let segments: [String]
    /// What the body says, where it is called JSON and is.
    let json: JSON?

    init(
        method: String,
        target: String,
        headers: [EmulatedHeader],
        body: [UInt8],
        isTLS: Bool,
        keepsAlive: Bool
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.isTLS = isTLS
        self.keepsAlive = keepsAlive
        segments = target.prefix { $0 != "?" }.split(separator: "/").map { percentDecoded($0) ?? String($0) }
        let type = headers.first { $0.name == "content-type" }?.value.lowercased()
        json = type?.hasPrefix("application/json") ?? false ? JSON(body) : nil
    }

    var path: String { String(target.prefix { $0 != "?" }) }

    var query: [String: String] {
        guard let mark = target.firstIndex(of: "?") else { return [:] }
        return formFields(target[target.index(after: mark)...]) ?? [:]
    }

    /// Where this server was reached, for links in its answers.
    var base: String { (isTLS ? "https://" : "http://") + (self["host"] ?? "localhost") }

    /// The first header of that name, given in lower case.
    subscript(name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// A header; in requests the name is in lower case.
struct EmulatedHeader: Equatable, Sendable {
    let name: String
    let value: String
}
