import Grants
import Kit

/// What a producer asks for, in the simulation's own words; addresses are numbers, so that no code of ours reads them.
struct SimulatedRequest {
    enum Kind {
        case grant
        case revokeId
        case revokeUser
        case revokeUsersAddresses
        case revokeAddresses
        case flush
        /// No request at all.
        case nonsense
    }

    let kind: Kind
    let location: String
    var user: String?
    var grantId: String?
    /// Each a block of a power of two: 0..<256 is 203.0.113.0/24, 1000 and more is 2001:db8::/64.
    var ranges: [Range<Int>] = []
    /// Before the moment at which it is dropped.
    var age = Duration.zero
    /// Whether the file says when it was issued.
    var saysWhen = true
    /// After it was issued.
    var startsAfter: Duration?
    var lasts = Duration.seconds(3_600)

    var addresses: Set<Int> { Set(ranges.flatMap(\.self)) }

    /// Without an id of the caller's own, the same user and addresses are the same grant.
    func makeKey() -> String {
        let blocks = Set(ranges).sorted { $0.lowerBound < $1.lowerBound }
        return grantId.map { "id \($0)" } ?? "\(user?.lowercased() ?? "-") \(blocks)"
    }

    func text(issuedAt: Timestamp, number: Int) -> String {
        guard kind != .nonsense else { return "nonsense \(number)" }
        var fields = [#""location":"\#(location)""#]
        if saysWhen { fields.append(#""issuedAt":"\#(issuedAt)""#) }
        switch kind {
        case .grant:
            fields.append(#""action":"grant","expiresAt":"\#(issuedAt + lasts)""#)
            if let startsAfter { fields.append(#""startsAt":"\#(issuedAt + startsAfter)""#) }
        case .flush: fields.append(#""action":"flush""#)
        default: fields.append(#""action":"revoke""#)
        }
        if let user { fields.append(#""user":"\#(user)""#) }
        if let grantId { fields.append(#""grantId":"\#(grantId)""#) }
        if !ranges.isEmpty {
            fields.append(#""addresses":[\#(ranges.map { "\"\(Self.text(of: $0))\"" }.joined(separator: ","))]"#)
        }
        return "{" + fields.joined(separator: ",") + "}"
    }

    static func text(of range: Range<Int>) -> String {
        guard range.lowerBound < 1_000 else { return "2001:DB8:0::\(String(range.lowerBound - 1_000, radix: 16))" }
        let address = "203.0.\(113 + range.lowerBound / 256).\(range.lowerBound % 256)"
        return range.count == 1 ? address : "\(address)/\(32 - range.count.trailingZeroBitCount)"
    }

    /// What Graph shows, as numbers; nil for what no request of a story can have brought.
    static func addresses(of range: String) -> Range<Int>? {
        if range.hasPrefix("2001:db8::") {
            let digits = range.dropFirst(10).prefix { $0 != "/" }
            return Int(digits, radix: 16).map { 1_000 + $0..<1_001 + $0 }
        }
        let parts = range.utf8.split { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }.compactMap {
            Int(Substring($0))
        }
        guard parts.count == 5, parts[0] == 203, parts[1] == 0 else { return nil }
        let first = (parts[2] - 113) * 256 + parts[3]
        return first..<first + 1 << (32 - parts[4])
    }

    static func addresses(of ranges: [String]) -> Set<Int> {
        var found: Set<Int> = []
        for range in ranges { if let block = addresses(of: range) { found.formUnion(block) } }
        return found
    }

    /// Whether this removal takes a range from a grant, were it issued at or after it.
    func takes(_ range: Range<Int>, of grant: SimulatedRequest) -> Bool {
        guard location == grant.location else { return false }
        let isItsUser = user != nil && user?.lowercased() == grant.user?.lowercased()
        let meets = ranges.contains { $0.overlaps(range) }
        return switch kind {
        case .grant, .nonsense: false
        case .flush: true
        case .revokeId: grantId != nil && grantId == grant.grantId
        case .revokeUser: isItsUser
        case .revokeUsersAddresses: isItsUser && meets
        case .revokeAddresses: meets
        }
    }
}

extension SimulatedRequest: CustomStringConvertible {
    var description: String {
        let who = [user.map { "of \($0)" }, grantId.map { "id \($0)" }].compactMap(\.self)
        let what = ranges.map(Self.text(of:))
        let times = kind == .grant ? ["for \(lasts)"] + (startsAfter.map { ["from \($0) on"] } ?? []) : []
        let issued = saysWhen ? ["issued \(age) ago"] : []
        return (["\(kind)", location] + who + what + times + issued).joined(separator: " ")
    }
}
