/// What became of a grant that Graph has taken.
package enum GrantEffect: Hashable, Sendable {
    case applied
    case superseded
    case refused
}
