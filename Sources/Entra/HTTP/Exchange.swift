/// A request on its way.
package enum Exchange {
    package struct ID: Hashable, Sendable {
        let number: UInt64

        package init(number: UInt64) {
            self.number = number
        }
    }
}
