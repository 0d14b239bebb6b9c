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
