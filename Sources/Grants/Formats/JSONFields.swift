/// What is written and read by one list of its members; what is left out keeps its default.
package protocol JSONFields: JSONWritable, JSONReadable {
    init()
    static var fields: [JSONField<Self>] { get }
}

extension JSONFields {
    package init(json: JSONValue) throws(JSONError) {
        self.init()
        for field in Self.fields { try field.read(&self, json) }
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            for field in Self.fields { field.write(self, &json) }
        }
    }
}

/// One member, and where its value belongs.
package struct JSONField<Root> {
    fileprivate let write: (Root, inout JSONWriter) -> Void
    fileprivate let read: (inout Root, JSONValue) throws(JSONError) -> Void

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
