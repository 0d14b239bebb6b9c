package import Grants

/// The body that replaces a location's ranges and touches neither its name nor its trust flag.
package enum NamedLocationPatch {
    /// From canonical CIDR texts; `@odata.type` comes first, as OData's readers want it.
    package static func body(_ ranges: some Sequence<String>) -> [UInt8] {
        var bytes = Array(##"{"@odata.type":"#microsoft.graph.ipNamedLocation","ipRanges":["##.utf8)
        var isFirst = true
        for range in ranges {
            precondition(range.utf8.allSatisfy(isCIDRByte), "a range that is no CIDR text")
            if !isFirst { bytes.append(0x2C) }
            isFirst = false
            bytes += range.utf8.contains(0x3A) ? startOfIPv6 : startOfIPv4
            bytes += range.utf8
            bytes += endOfRange
        }
        bytes += endOfList
        return bytes
    }

    /// Nil when Graph took the list; an answer of 200 or 202 has to bear its signature and no error.
    package static func refusal(
        _ result: Result<HTTPReply, TransportFailure>,
        now: Timestamp
    ) -> ReplyVerdict? {
        switch result {
        case .failure(let failure): ReplyVerdict(failure, to: .patch)
        case .success(let reply):
            switch reply.status {
            case 204: nil
            case 200, 202: reply.isTaken ? nil : ReplyVerdict(reply, to: .patch, now: now)
            default: ReplyVerdict(reply, to: .patch, now: now)
            }
        }
    }

    private static func isCIDRByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2E, 0x2F, 0x30...0x39, 0x3A, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    private static let startOfIPv4 = Array(##"{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":""##.utf8)
    private static let startOfIPv6 = Array(##"{"@odata.type":"#microsoft.graph.iPv6CidrRange","cidrAddress":""##.utf8)
    private static let endOfRange = Array(#""}"#.utf8)
    private static let endOfList = Array("]}".utf8)
}

extension HTTPReply {
    fileprivate var isTaken: Bool {
        guard headers["request-id"] != nil else { return false }
        let isBlank = StrictJSON.withoutByteOrderMark(body).allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard !isBlank else { return true }
        guard let json = StrictJSON.answer(body) else { return false }
        return json.isObject && json["error"] == nil
    }
}
