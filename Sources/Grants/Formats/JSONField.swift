/// One member, and where its value belongs.
package struct JSONField<Root> {
    let write: (Root, inout JSONWriter) -> Void
    let read: (inout Root, JSONValue) throws(JSONError) -> Void

    package init<Value: JSONWritable & JSONReadable>(_ name: String, _ path: WritableKeyPath<Root, Value>) {
        write = { root, json in json.member(name, root[keyPath: path]) }
        read = { (root, json) throws(JSONError) in root[keyPath: path] = try json.member(name) }
    }

    /// Nil: it is left out.
    package init<Value: JSONWritable & JSONReadable>(_ name: String, _ path: WritableKeyPath<Root, Value?>) {
        write = { root, json in json.member(name, root[keyPath: path]) }
        read = { (root, json) throws(JSONError) in root[keyPath: path] = try json.optional(name) }
    }
}
