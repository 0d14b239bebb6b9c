/// A SHA-256 as a value that is cheap to look up.
struct Digest: Hashable, Sendable {
    private let high: UInt128
    private let low: UInt128

    init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 has 32 bytes")
        high = bytes[..<16].reduce(0) { $0 << 8 | UInt128($1) }
        low = bytes[16...].reduce(0) { $0 << 8 | UInt128($1) }
    }
}
