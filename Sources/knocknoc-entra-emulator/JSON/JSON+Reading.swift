import FoundationEssentials

extension JSON {
    init?(_ bytes: [UInt8]) {
        guard let value = JSONParser.parse(bytes) else { return nil }
        self = value
    }

    /// Reads a file written by hand: comments, trailing commas and bare keys are allowed.
    init?(json5 bytes: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        guard let value = try? decoder.decode(JSON.self, from: Data(bytes)) else { return nil }
        self = value
    }
}

extension JSON: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        // Strings come first: a long list of ranges is nearly nothing else, and a miss costs an error value.
        let single = try decoder.singleValueContainer()
        if let text = try? single.decode(String.self) {
            self = .string(text)
        } else if let keyed = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try keyed.allKeys.map { key in
                    Member(key: key.stringValue, value: try keyed.decode(JSON.self, forKey: key))
                }
            )
        } else if var list = try? decoder.unkeyedContainer() {
            var items: [JSON] = []
            while !list.isAtEnd { items.append(try list.decode(JSON.self)) }
            self = .array(items)
        } else if single.decodeNil() {
            self = .null
        } else if let flag = try? single.decode(Bool.self) {
            self = .bool(flag)
        } else {
            self = .number(try single.decode(Double.self))
        }
    }
}
