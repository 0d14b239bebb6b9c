/// A request that is over, one way or the other.
package struct Completion: Sendable {
    package let id: Exchange.ID
    package let result: Result<HTTPReply, TransportFailure>

    package init(id: Exchange.ID, result: Result<HTTPReply, TransportFailure>) {
        (self.id, self.result) = (id, result)
    }
}
