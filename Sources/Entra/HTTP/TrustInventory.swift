/// How many certificates this host trusts, and from which files.
package struct TrustInventory: Hashable, Sendable {
    /// Nil where this libcurl has no file of its own to look in.
    package let systemFile: String?
    package let systemCount: Int
    /// Of the configured file; nil where none is configured.
    package let ownCount: Int?

    package init(caFile: String?) {
        systemFile = systemBundlePath()
        systemCount = systemFile.map(Self.count) ?? 0
        ownCount = caFile.map(Self.count)
    }

    /// 0 where the file cannot be read as well.
    private static func count(in path: String) -> Int {
        Certificate.all(in: contents(of: path) ?? []).count
    }
}
