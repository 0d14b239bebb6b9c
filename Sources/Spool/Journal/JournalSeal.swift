import Grants

/// The record behind each batch of journal lines, a hash over the batch and over the record, which holds the one before.
///
/// Whoever changes, removes or inserts a line breaks the chain from there on.
package struct JournalSeal: Hashable, Sendable {
    package typealias Hash = @Sendable ([UInt8]) -> [UInt8]

    /// The hash of the seal before, empty at the very beginning.
    package let previous: String
    package let hash: String
    /// Everything of the record that the hash covers.
    let head: [UInt8]

    /// Seals a batch; `unsealed` says how many bytes of it an earlier life left without one.
    init(_ batch: [UInt8], unsealed: Int, previous: String, at now: Timestamp, by hash: Hash) {
        let lines = batch.dropFirst(unsealed).count { $0 == UInt8(ascii: "\n") }
        let left = unsealed > 0 ? ",\"unsealed\":\(unsealed)" : ""
        head = Array(
            "{\"time\":\"\(now)\",\"event\":\"batch\",\"lines\":\(lines)\(left),\"previous\":\"\(previous)\"".utf8)
        self.previous = previous
        self.hash = Self.digest(batch, head, hash)
    }

    /// Reads a line, without its newline; nil for any other line.
    package init?(line: some Collection<UInt8>) {
        let ending = Self.middle.count + 64 + Self.end.count
        guard line.count > ending, line.starts(with: Self.beginning) else { return nil }
        let head = Array(line.dropLast(ending))
        let tail = line.suffix(ending)
        guard tail.starts(with: Self.middle), tail.suffix(2).elementsEqual(Self.end),
            let mark = Self.place(of: Self.kind, in: head), mark < 64, let start = Self.place(of: Self.link, in: head)
        else { return nil }
        self.head = head
        hash = String(decoding: tail.dropFirst(Self.middle.count).prefix(64), as: UTF8.self)
        previous = String(decoding: head[(start + Self.link.count)...].dropLast(), as: UTF8.self)
    }

    var line: [UInt8] { head + Self.middle + Array(hash.utf8) + Self.end + [UInt8(ascii: "\n")] }

    /// Whether these are the bytes that were sealed.
    package func covers(_ batch: [UInt8], by hash: Hash) -> Bool {
        Self.digest(batch, head, hash) == self.hash
    }

    /// What an earlier life had left without a seal of its own.
    package var unsealed: Int {
        guard let start = Self.place(of: Self.left, in: head) else { return 0 }
        return Int(
            String(decoding: head[(start + Self.left.count)...].prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self))
            ?? 0
    }

    /// The last whole seal of a file, and where it ends, with its newline if that is there.
    static func last(in bytes: [UInt8]) -> (seal: JournalSeal, end: Int)? {
        let tail = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if let seal = JournalSeal(line: bytes[tail...]) { return (seal, bytes.endIndex) }
        var end = bytes.endIndex
        while let newline = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")) {
            let start = bytes[..<newline].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            if let seal = JournalSeal(line: bytes[start..<newline]) { return (seal, newline + 1) }
            end = newline
        }
        return nil
    }

    private static let beginning = Array("{\"time\":\"".utf8)
    private static let kind = Array("\",\"event\":\"batch\",".utf8)
    private static let link = Array(",\"previous\":\"".utf8)
    private static let left = Array(",\"unsealed\":".utf8)
    private static let middle = Array(",\"sha256\":\"".utf8)
    private static let end = Array("\"}".utf8)

    private static func digest(_ batch: [UInt8], _ head: [UInt8], _ hash: Hash) -> String {
        hash(batch + head).hexadecimalText
    }

    private static func place(of part: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= part.count else { return nil }
        return (0...bytes.count - part.count).first { bytes[$0...].starts(with: part) }
    }
}
