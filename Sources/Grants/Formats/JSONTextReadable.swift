/// A text that another type reads.
package protocol JSONTextReadable: JSONReadable {
    /// What it is called where it is wrong.
    static var noun: String { get }
    init?(jsonText text: String)
}

extension JSONTextReadable {
    package init(json: JSONValue) throws(JSONError) {
        guard let text = json.text else { throw json.mistyped(Self.noun) }
        guard let value = Self(jsonText: text) else { throw JSONError(" is not \(Self.noun)") }
        self = value
    }
}
