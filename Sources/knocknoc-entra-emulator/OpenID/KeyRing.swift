/// The tenant's signing keys, made when they are first needed.
struct KeyRing: Sendable {
    private(set) var current: RSAKey
    /// The signer before the last roll.
    private(set) var previous: RSAKey?
    /// A key that no document ever lists.
    let foreign: RSAKey
    private(set) var isPreviousPublished = false

    init?() {
        guard let current = KeyRing.newKey(), let foreign = KeyRing.newKey() else { return nil }
        self.current = current
        self.foreign = foreign
    }

    var published: [RSAKey] { [current] + (isPreviousPublished ? [previous].compactMap { $0 } : []) }

    /// A planned rollover goes on listing the old key; an emergency does not.
    mutating func roll(keepingOld: Bool) {
        guard let next = KeyRing.newKey() else { return }
        previous = current
        current = next
        isPreviousPublished = keepingOld
    }

    func key(named name: String) -> RSAKey? {
        switch name {
        case "current": current
        case "old": previous
        case "foreign": foreign
        default: nil
        }
    }

    private static func newKey() -> RSAKey? { RSAKey.generate(commonName: "accounts.accesscontrol.windows.net") }
}

extension State {
    /// Making keys takes a moment, so it is not done at the start.
    mutating func keyRing() -> KeyRing? {
        if keys == nil { keys = KeyRing() }
        return keys
    }
}
