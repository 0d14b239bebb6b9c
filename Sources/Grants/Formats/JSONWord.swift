/// An enumeration of words.
package protocol JSONWord: JSONTextReadable, JSONWritable, RawRepresentable<String>, Sendable {}

extension JSONWord {
    package func write(to json: inout JSONWriter) { json.string(rawValue) }
    package static var noun: String { "a word that is known here" }
    package init?(jsonText text: String) { self.init(rawValue: text) }
}
