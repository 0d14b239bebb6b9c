/// Whose groups are asked for, and where Graph keeps them.
package struct GroupMember: Hashable, Sendable {
    package let kind: Caller.Kind
    package let objectId: String
}
