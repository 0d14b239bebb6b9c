/// In quotes, where it is short and printable ASCII: all that a message may repeat of a file.
package func quoted(_ text: String, limit: Int = 40) -> String? {
    let bytes = text.utf8
    guard !bytes.isEmpty, bytes.count <= limit, bytes.allSatisfy({ (0x20...0x7e).contains($0) && $0 != 0x22 }) else {
        return nil
    }
    return "\"\(text)\""
}
