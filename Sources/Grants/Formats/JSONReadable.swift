/// What can be made of its form in JSON; members that it does not know are stepped over.
package protocol JSONReadable {
    /// Throws what is wrong, with the way to it.
    init(json: JSONValue) throws(JSONError)
}

extension JSONValue {
    /// A member that has to be there.
    package func member<Value: JSONReadable>(_ name: String) throws(JSONError) -> Value {
        guard isObject else { throw JSONError(" is \(kind), not an object") }
        guard let value = self[name] else { throw JSONError("\(name) is missing") }
        do throws(JSONError) { return try Value(json: value) } catch { throw error.inside(name) }
    }

    /// A member that may be left out, or be null.
    package func optional<Value: JSONReadable>(_ name: String) throws(JSONError) -> Value? {
        guard isObject else { throw JSONError(" is \(kind), not an object") }
        switch self[name] {
        case nil, .null: return nil
        default: return try member(name) as Value
        }
    }

    func mistyped(_ wanted: String) -> JSONError {
        JSONError(self == .null ? " is null" : " is \(kind), not \(wanted)")
    }
}

extension JSONError {
    /// The same seen from outside a member or an element.
    fileprivate func inside(_ place: String) -> JSONError {
        let isJoined = message.hasPrefix(" ") || message.hasPrefix("[")
        return JSONError(place + (isJoined ? "" : ".") + message)
    }
}

extension String: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        guard let text = json.text else { throw json.mistyped("a string") }
        self = text
    }
}

extension Bool: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        guard case .bool(let value) = json else { throw json.mistyped("true or false") }
        self = value
    }
}

extension Int: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        guard case .number(let text) = json, let number = Int(text) else { throw json.mistyped("a whole number") }
        self = number
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        guard case .array(let nodes) = json else { throw json.mistyped("an array") }
        self = []
        reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            do throws(JSONError) { append(try Element(json: node.value)) } catch { throw error.inside("[\(index)]") }
        }
    }
}

extension Dictionary: JSONReadable where Key == String, Value: JSONReadable {
    package init(json: JSONValue) throws(JSONError) {
        guard case .object(let members) = json else { throw json.mistyped("an object") }
        self = [:]
        for member in members {
            do throws(JSONError) {
                self[member.name] = try Value(json: member.node.value)
            } catch {
                throw error.inside(member.name)
            }
        }
    }
}

extension Timestamp: JSONTextReadable {
    package static var noun: String { "an RFC 3339 time" }
    package init?(jsonText text: String) { self.init(rfc3339: text) }
}

extension CIDR: JSONTextReadable {
    package static var noun: String { "a range of addresses" }
    package init?(jsonText text: String) {
        guard let range = try? CIDR(text) else { return nil }
        self = range
    }
}

extension ItemName: JSONTextReadable {
    package static var noun: String { "the name of an item" }
    package init?(jsonText text: String) { self.init(escaped: text) }
}
