import Grants

/// What holds for every request of a transport.
package struct TransportOptions: Sendable {
    /// PEM certificates that are trusted beside the system's own.
    package var caFile: String?
    /// Nil: from the environment; empty: none; else a URL such as `http://proxy.example:3128`.
    package var proxy: String?
    package var userAgent: String
    /// For the emulator; `http://` to any host that is not this one is refused in every case.
    package var allowPlainHTTPOnLoopback: Bool

    package init(
        caFile: String? = nil,
        proxy: String? = nil,
        userAgent: String = "knocknoc-entra",
        allowPlainHTTPOnLoopback: Bool = false
    ) {
        self.caFile = caFile
        self.proxy = proxy
        self.userAgent = userAgent
        self.allowPlainHTTPOnLoopback = allowPlainHTTPOnLoopback
    }

    /// The body of the largest answer, a location with 2,000 ranges, is a tenth of this.
    package static let bodyLimit = 4 << 20
}

/// A user and password in a proxy's URL must not reach a log.
extension TransportOptions: Unprinted {
    package var description: String { "TransportOptions" }
}
