import Entra
import Grants

/// A request whose submitter is not known yet.
struct Unproved {
    enum Need: Hashable {
        /// Where the keys do come and this token's is never among them, the refusal says so.
        case keys(CallerRefusal?)
        case groups(GroupMember)

        var isForGroups: Bool {
            if case .groups = self { true } else { false }
        }

        var isForKeys: Bool { !isForGroups }

        /// A key that nobody may ever have had.
        var isForUnknownKey: Bool {
            if case .keys(.some) = self { true } else { false }
        }
    }

    var item: Item
    /// SHA-256 of its name and bytes.
    let hash: [UInt8]
    /// When this life first had it in hand: what is fetched later answers it.
    let arrival: ContinuousClock.Instant
    var need = Need.keys(nil)
    /// Else it lies in `incoming/`, on a disk where nothing can be moved.
    let isClaimed: Bool
}
