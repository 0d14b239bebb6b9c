/// One known field of a request; reading it gives a value, or a fault that says what was expected.
struct RequestField {
    let name: String
    let node: JSONNode
    let line: Int
    let column: Int

    init(_ member: JSONMember) {
        (name, node, line, column) = (member.name, member.node, member.line, member.column)
    }

    /// For messages: which field, and where.
    var title: String { "\(name) (line \(line), column \(column))" }

    func text(_ faults: inout RequestFaults) -> String? {
        guard case .string(let text) = node.value else { return mistyped("a string", &faults) }
        guard !text.isEmpty else {
            faults.add(.value, "\(title) is empty; write a value or leave the field out")
            return nil
        }
        return text
    }

    /// A name that goes to logs and journal as it is.
    func label(_ faults: inout RequestFaults) -> String? {
        guard let text = text(&faults) else { return nil }
        let length = text.utf8.count
        guard length <= 256 else {
            faults.add(.value, "\(title) has \(length) bytes; 256 are allowed")
            return nil
        }
        guard text.utf8.allSatisfy(SafeText.isPrintable) || !text.unicodeScalars.contains(where: SafeText.breaksLine)
        else {
            faults.add(.value, "\(title) contains a control character")
            return nil
        }
        return text
    }

    func time(_ faults: inout RequestFaults) -> Timestamp? {
        guard let text = text(&faults) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            faults.add(.value, "\(title) is not an RFC 3339 time; write it like 2026-11-21T07:00:00Z")
            return nil
        }
        return time
    }

    func seconds(_ faults: inout RequestFaults) -> Duration? {
        guard case .number(let text) = node.value else { return mistyped("a whole number such as 28800", &faults) }
        let isWhole = text.utf8.allSatisfy { (0x30...0x39).contains($0) } && text != "0"
        guard isWhole else {
            faults.add(.value, "\(title) is not a whole number above 0; write it like 28800")
            return nil
        }
        guard let seconds = Int64(text), seconds <= longestSeconds else {
            faults.add(.value, "\(title) is above \(longestSeconds), ten years")
            return nil
        }
        return .seconds(seconds)
    }

    func list(_ faults: inout RequestFaults) -> [JSONNode]? {
        guard case .array(let nodes) = node.value else {
            return mistyped("an array of strings such as [\"203.0.113.7\"]", &faults)
        }
        guard !nodes.isEmpty else {
            faults.add(.value, "\(title) is empty; list addresses or leave the field out")
            return nil
        }
        guard nodes.count <= mostAddresses else {
            faults.add(.value, "\(title) lists \(nodes.count) addresses; \(mostAddresses) are allowed")
            return nil
        }
        return nodes
    }

    func requireVersion1(_ faults: inout RequestFaults) {
        guard case .number(let text) = node.value else {
            let _: String? = mistyped("the number 1", &faults)
            return
        }
        if text != "1" { faults.add(.value, "\(title) is not 1, the only version there is") }
    }

    private func mistyped<Value>(_ expected: String, _ faults: inout RequestFaults) -> Value? {
        let hint = node.value == .null ? "; leave the field out where there is no value" : ""
        faults.add(.value, "\(title) is \(node.value.kind), not \(expected)\(hint)")
        return nil
    }
}

private let longestSeconds: Int64 = 10 * 365 * 86_400
/// As many ranges as a named location holds.
private let mostAddresses = 2_000
