/// A request on its way.
package enum Exchange {
    package struct ID: Hashable, Sendable {
        let number: UInt64

        package init(number: UInt64) {
            self.number = number
        }
    }
}

/// A request that is over, one way or the other.
package struct Completion: Sendable {
    package let id: Exchange.ID
    package let result: Result<HTTPReply, TransportFailure>

    package init(id: Exchange.ID, result: Result<HTTPReply, TransportFailure>) {
        (self.id, self.result) = (id, result)
    }
}
