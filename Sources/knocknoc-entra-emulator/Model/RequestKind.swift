/// What a request is for, as the log, the counts and the faults name it.
enum RequestKind: String, Sendable, CaseIterable {
    case token
    case get
    case list
    case patch
    case create
    case delete
    case policies
    case evaluate
    case groups
    case users
    case discovery
    case keys
    case other

    private static let conditionalAccess = ["v1.0", "identity", "conditionalaccess"]

    /// Graph takes the segments of a path in any case.
    init(_ request: EmulatedRequest) {
        let path = request.segments.map { $0.lowercased() }
        if path.starts(with: RequestKind.conditionalAccess) {
            self = RequestKind(conditionalAccess: path.dropFirst(3), method: request.method)
        } else if path.starts(with: ["v1.0"]), path.last == "getmembergroups" {
            self = .groups
        } else if path.starts(with: ["v1.0", "users"]), path.count == 3, request.method == "GET" {
            self = .users
        } else if path.dropFirst().elementsEqual(["oauth2", "v2.0", "token"]) {
            self = .token
        } else if path.suffix(2) == [".well-known", "openid-configuration"] {
            self = .discovery
        } else if path.contains("discovery"), path.last == "keys" {
            self = .keys
        } else {
            self = .other
        }
    }

    private init(conditionalAccess path: ArraySlice<String>, method: String) {
        switch (path.first, path.count, method) {
        case ("namedlocations", 1, "GET"): self = .list
        case ("namedlocations", 1, "POST"): self = .create
        case ("namedlocations", 2, "GET"): self = .get
        case ("namedlocations", 2, "PATCH"): self = .patch
        case ("namedlocations", 2, "DELETE"): self = .delete
        case ("policies", 1, "GET"): self = .policies
        case ("evaluate", 1, "POST"): self = .evaluate
        default: self = .other
        }
    }
}
