extension RequestFields {
    /// The addresses as ranges, sorted and each once; nil where there are none or one is at fault.
    ///
    /// The policy refuses what is granted, never what is revoked: an address that is there must be able to leave.
    func ranges(for policy: AddressPolicy?, _ faults: inout RequestFaults) -> [CIDR]? {
        guard let addresses else { return nil }
        var ranges: [CIDR] = []
        ranges.reserveCapacity(addresses.count)
        for (index, node) in addresses.enumerated() {
            guard case .string(let text) = node.value else {
                faults.add(.value, "addresses[\(index)] is \(node.value.kind), not a string")
                continue
            }
            do throws(AddressError) {
                ranges.append(try range(text, policy))
            } catch {
                faults.add(.address, fault(index, text, error.reason))
            }
        }
        guard ranges.count == addresses.count else { return nil }
        return sortedOnce(ranges)
    }

    private func range(_ text: String, _ policy: AddressPolicy?) throws(AddressError) -> CIDR {
        let written = try CIDR(text)
        guard let policy else { return written }
        let range = policy.widened(written, wasBare: !text.utf8.contains(UInt8(ascii: "/")))
        guard kind == .grant else { return range }
        // As written first, since that is what its writer knows.
        if range != written, let refusal = policy.refusal(of: written) { throw AddressError(refusal) }
        if let refusal = policy.refusal(of: range) { throw AddressError(refusal) }
        return range
    }

    private func fault(_ index: Int, _ text: String, _ reason: String) -> String {
        guard let shown = SafeText.quoted(text), !reason.hasPrefix(text) else {
            return "addresses[\(index)]: \(reason)"
        }
        return "addresses[\(index)] \(shown): \(reason)"
    }

    private func sortedOnce(_ ranges: [CIDR]) -> [CIDR] {
        var result: [CIDR] = []
        result.reserveCapacity(ranges.count)
        for range in ranges.sorted() where range != result.last { result.append(range) }
        return result
    }
}
