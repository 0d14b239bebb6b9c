import Grants

/// A request that got no whole answer: how far it came and what stopped it.
package struct TransportFailure: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The name has no address, or the resolver is broken.
        case resolve
        /// Refused, unreachable, or no route.
        case connect
        /// The proxy cannot be found or does not let us through.
        case proxy
        /// Reset or closed before an answer began.
        case reset
        /// Handshake or certificate.
        case tls
        case timeout
        /// The answer ended before its end.
        case cut
        /// The answer is not HTTP as we know it.
        case garbled
        /// The answer is larger than any that we expect.
        case tooLarge
        /// We refused to send it: a line break in a header, or plain HTTP to a host that is not this one.
        case unsendable
        case other
    }

    package enum Phase: String, Hashable, Sendable, CaseIterable {
        case dns
        case tcp
        case tls
        case request
        case body
    }

    package let kind: Kind
    package let phase: Phase
    package let curlCode: Int
    /// Of the last attempt to connect; it outlives later failures, so it only ever refines what `curlCode` says.
    package let osErrno: Int
    /// OpenSSL's X509_V_ code; 0 is well, 1 is unspecified.
    package let verifyResult: Int
    /// The proxy's answer to CONNECT, 0 without one.
    package let connectStatus: Int
    /// The status of the answer that broke off, 0 without one.
    package let status: Int
    /// curl's own words, fit for one line.
    package let message: String
    /// The server may have received the whole request, and may act on it, now or later.
    package let mayHaveTakenEffect: Bool
    /// Method and path of what was asked.
    package let asked: String

    package init(
        _ kind: Kind,
        _ phase: Phase,
        curlCode: Int = 0,
        osErrno: Int = 0,
        verifyResult: Int = 0,
        connectStatus: Int = 0,
        status: Int = 0,
        message: String = "",
        asked: String = "",
        mayHaveTakenEffect: Bool = false
    ) {
        self.kind = kind
        self.phase = phase
        self.curlCode = curlCode
        self.osErrno = osErrno
        self.verifyResult = verifyResult
        self.connectStatus = connectStatus
        self.status = status
        self.asked = asked
        self.message = SafeText.line(message.withoutUserInfo, limit: 240)
        self.mayHaveTakenEffect = mayHaveTakenEffect
    }
}
