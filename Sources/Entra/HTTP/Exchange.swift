/// A request on its way.
package enum Exchange {
    package struct ID: Hashable, Sendable {
        let number: UInt64
    }
}

/// A request that is over, one way or the other.
package struct Completion: Sendable {
    package let id: Exchange.ID
    package let result: Result<HTTPReply, TransportFailure>
}
