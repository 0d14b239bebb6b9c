/// One name that came, went or was replaced and is not durable yet.
struct Change {
    let folder: UInt64
    let name: Name
    /// Nil: the name went.
    let inode: UInt64?
    /// What had the name before.
    let former: UInt64?
    /// Both halves of a rename have the same number.
    let step: Int
}

extension [Change] {
    /// Adds what cannot be missing on a disk that holds these: an earlier change of the same name, and the new name of
    /// what has left its old one.
    func closed(over chosen: Set<Int>) -> Set<Int> {
        var kept = chosen
        var before = -1
        while before != kept.count {
            before = kept.count
            var names: Set<Place> = []
            var steps: Set<Int> = []
            for index in indices.reversed() {
                let change = self[index]
                if kept.contains(index) || names.contains(Place(change)) {
                    kept.insert(index)
                    names.insert(Place(change))
                    if change.inode == nil { steps.insert(change.step) }
                }
            }
            for index in indices where self[index].inode != nil && steps.contains(self[index].step) {
                kept.insert(index)
            }
        }
        return kept
    }

    private struct Place: Hashable {
        let folder: UInt64
        let name: Name

        init(_ change: Change) {
            (folder, name) = (change.folder, change.name)
        }
    }
}
