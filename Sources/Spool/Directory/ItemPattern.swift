import Grants
import Linux

/// How people name items: the whole name, what the producer called it, a path, or a pattern of the shell.
package struct ItemPattern: Sendable {
    package let text: String
    private let name: [UInt8]
    /// The folders of a path, from `failed` or its like on.
    private let folders: [String]
    private let isGlob: Bool

    package init(_ text: String) {
        self.text = text
        let parts = text.split(separator: "/").map(String.init)
        name = Array((parts.last ?? "").utf8)
        let top = parts.dropLast().lastIndex { ["incoming", "work", "done", "failed", "hold"].contains($0) }
        folders = top.map { Array(parts.dropLast()[$0...]) } ?? []
        isGlob = name.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
    }

    package func matches(_ item: FoundItem) -> Bool {
        if !folders.isEmpty, folders != item.place.path { return false }
        let producerName = item.producerName
        if item.name == name || producerName == name || producerName == name + ".json" { return true }
        if item.name.percentEscaped.utf8.elementsEqual(name) { return true }
        guard isGlob else { return false }
        return SystemCall.matches(item.name, pattern: name) || SystemCall.matches(producerName, pattern: name)
    }
}
