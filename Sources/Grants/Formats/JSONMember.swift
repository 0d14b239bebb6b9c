/// One name and value of an object; the place is that of the name.
package struct JSONMember: Hashable, Sendable {
    package let name: String
    package let line: Int
    package let column: Int
    package let node: JSONNode
}
