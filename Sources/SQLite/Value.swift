/// What stands in a column (https://sqlite.org/datatype3.html).
package enum Value {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    package static func text(orNull text: String?) -> Value { text.map(Value.text) ?? .null }
    package static func integer(orNull number: Int64?) -> Value { number.map(Value.integer) ?? .null }
}
