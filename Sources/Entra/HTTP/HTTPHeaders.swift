/// Header fields in the order they came; names compare without case (RFC 9110, 5.1), a name may come several times.
package struct HTTPHeaders: Hashable, Sendable {
    package private(set) var fields: [HTTPHeader]

    package init(_ fields: [HTTPHeader] = []) {
        self.fields = fields
    }

    /// The first value under that name.
    package subscript(name: String) -> String? {
        fields.first { sameName($0.name, name) }?.value
    }

    package func values(of name: String) -> [String] {
        fields.filter { sameName($0.name, name) }.map(\.value)
    }

    package mutating func append(_ field: HTTPHeader) {
        fields.append(field)
    }
}

private func sameName(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
        && zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
}

private func lowercase(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
}
