import Glibc

private let rangeLimit = 2_000
private let shortestPrefix = 8
private let ipv4Type = "#microsoft.graph.iPv4CidrRange"
private let ipv6Type = "#microsoft.graph.iPv6CidrRange"

/// The list as it will be stored: every text verbatim, host bits and all.
func acceptedRanges(_ value: JSON, refused: Set<String>) throws(GraphError) -> [JSON] {
    guard let items = value.items else { throw .badRequest(reason: "ipRanges is not a list") }
    guard !items.isEmpty else { throw .badRequest(reason: "ipRanges is empty") }
    guard items.count <= rangeLimit else { throw .badRequest(reason: "\(items.count) ranges, more than 2000") }
    var ranges: [JSON] = []
    ranges.reserveCapacity(items.count)
    for item in items { ranges.append(try acceptedRange(item, refused: refused)) }
    return ranges
}

private func acceptedRange(_ item: JSON, refused: Set<String>) throws(GraphError) -> JSON {
    guard item.members != nil else { throw .badRequest(reason: "a range is not an object") }
    guard let type = item["@odata.type"]?.text else {
        // An abstract type cannot be made from nothing; this comes from the OData reader, not from the service.
        throw GraphError(
            code: "Request_BadRequest",
            message: "A value without a type name was found and no expected type is available. When the model is "
                + "specified, each value in the payload must have a type which can be either specified in the payload, "
                + "explicitly by the caller or implicitly inferred from the parent value."
        )
    }
    guard type == ipv4Type || type == ipv6Type else { throw .badRequest(reason: "range type \(type)") }
    guard let text = item["cidrAddress"]?.text else { throw .badRequest(reason: "a range without cidrAddress") }
    guard let network = Network(text) else { throw .badRequest(reason: "'\(text)' is not a CIDR") }
    guard network.prefix >= shortestPrefix else { throw .badRequest(reason: "'\(text)' is wider than /8") }
    // IPv6 under the IPv4 type is known to work, and common; the reverse is not.
    guard network.isIPv6 || type == ipv4Type else { throw .badRequest(reason: "'\(text)' typed as IPv6") }
    guard !refused.contains(text) else { throw .badRequest(reason: "'\(text)' is on the list of refused ranges") }
    return ["@odata.type": .string(type), "cidrAddress": .string(text)]
}

/// An address block; host bits may be set.
struct Network: Sendable {
    let address: [UInt8]
    let prefix: Int

    var isIPv6: Bool { address.count == 16 }

    init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let address = addressBytes(String(halves[0])),
            halves[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let prefix = Int(halves[1]), prefix <= address.count * 8
        else { return nil }
        self.address = address
        self.prefix = prefix
    }

    func contains(_ other: [UInt8]) -> Bool {
        guard other.count == address.count else { return false }
        for bit in 0..<prefix {
            let mask = UInt8(0x80) >> (bit % 8)
            if address[bit / 8] & mask != other[bit / 8] & mask { return false }
        }
        return true
    }
}

/// Four or sixteen bytes; nil for anything the C library's strict reader does not take.
func addressBytes(_ text: String) -> [UInt8]? {
    let isIPv6 = text.contains(":")
    var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
    let read = unsafe bytes.withUnsafeMutableBytes { raw in
        unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, raw.baseAddress)
    }
    return read == 1 ? bytes : nil
}
