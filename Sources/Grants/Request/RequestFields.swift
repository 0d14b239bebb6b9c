/// The fields of a request, each of the right type and form; what is not is a fault and left out.
struct RequestFields {
    enum Name: String, CaseIterable {
        case action
        case location
        case addresses
        case user
        case grantId
        case issuedAt
        case startsAt
        case expiresAt
        case durationSeconds
        case requestId
        case token
        case version
    }

    enum Kind: String, CaseIterable {
        case grant
        case revoke
        case flush
    }

    private(set) var kind: Kind?
    private(set) var location: String?
    private(set) var addresses: [JSONNode]?
    private(set) var user: String?
    private(set) var grantId: String?
    private(set) var requestId: String?
    private(set) var token: Secret?
    private(set) var issuedAt: Timestamp?
    private(set) var startsAt: Timestamp?
    private(set) var expiresAt: Timestamp?
    private(set) var duration: Duration?
    /// Also those that had a fault.
    private var given: [(name: Name, field: RequestField)] = []
    /// What the unknown fields were probably meant to be: not missing, only misspelt.
    private var misspelt: [Name] = []

    init(_ members: [JSONMember], _ faults: inout RequestFaults) {
        given.reserveCapacity(members.count)
        for member in members {
            let field = RequestField(member)
            guard let name = Name(rawValue: member.name) else {
                refuseUnknown(field, &faults)
                continue
            }
            given.append((name, field))
            read(name, field, &faults)
        }
        if isMissing(.action) {
            faults.add(.missing, "action is missing; it is \"grant\", \"revoke\" or \"flush\"")
        }
    }

    /// The field of that name, right or wrong.
    subscript(name: Name) -> RequestField? {
        given.first { $0.name == name }?.field
    }

    /// None of them is there, nor under a misspelt name, which is a fault of its own.
    func isMissing(_ names: Name...) -> Bool {
        names.allSatisfy { self[$0] == nil && !misspelt.contains($0) }
    }

    private mutating func read(_ name: Name, _ field: RequestField, _ faults: inout RequestFaults) {
        switch name {
        case .action: kind = readKind(field, &faults)
        case .location: location = readLocation(field, &faults)
        case .addresses: addresses = field.list(&faults)
        case .user: user = field.label(&faults)
        case .grantId: grantId = field.label(&faults)
        case .issuedAt: issuedAt = field.time(&faults)
        case .startsAt: startsAt = field.time(&faults)
        case .expiresAt: expiresAt = field.time(&faults)
        case .durationSeconds: duration = field.seconds(&faults)
        case .requestId: requestId = field.label(&faults)
        case .token: token = field.text(&faults).map(Secret.init)
        case .version: field.requireVersion1(&faults)
        }
    }

    private func readKind(_ field: RequestField, _ faults: inout RequestFaults) -> Kind? {
        guard let text = field.text(&faults) else { return nil }
        if let kind = Kind(rawValue: text) { return kind }
        let known = Kind.allCases.map(\.rawValue)
        let meant = Suggestion.closest(to: text, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        faults.add(.action, "\(field.title) is neither \"grant\", \"revoke\" nor \"flush\"\(meant)")
        return nil
    }

    private func readLocation(_ field: RequestField, _ faults: inout RequestFaults) -> String? {
        guard let text = field.text(&faults) else { return nil }
        let isName = text.utf8.count <= 64 && text.utf8.allSatisfy(isNameByte)
        guard isName else {
            faults.add(.value, "\(field.title) is not a name (letters, digits, _ and -, at most 64) and not a GUID")
            return nil
        }
        return text
    }

    private mutating func refuseUnknown(_ field: RequestField, _ faults: inout RequestFaults) {
        let known = Name.allCases.map(\.rawValue)
        let meant = Suggestion.closest(to: field.name, among: known)
        if let name = meant.flatMap(Name.init) { misspelt.append(name) }
        let hint = meant.map { "; did you mean \($0)?" } ?? ""
        let subject = SafeText.quoted(field.name).map { "unknown field \($0)" } ?? "a field with an unknown name"
        faults.add(.unknownField, "\(subject) (line \(field.line), column \(field.column))\(hint)")
    }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
}
