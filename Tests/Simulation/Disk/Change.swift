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
    /// It is one half of a rename.
    let isHalf: Bool
    /// An fsync of the folder that a file left makes its new name durable, too.
    let isBound: Bool
}

extension [Change] {
    /// Adds what cannot be missing on a disk that holds these: an earlier change of the same name, and, unless a fsync
    /// of one folder alone has said otherwise, the new name of what has left its old one.
    func closed(over chosen: Set<Int>) -> Set<Int> {
        var kept = chosen
        var before = -1
        while before != kept.count {
            before = kept.count
            var names: Set<Place> = []
            var steps: Set<Int> = []
            for index in indices.reversed() {
                let change = self[index]
                let place = Place(folder: change.folder, name: change.name)
                if kept.contains(index) || names.contains(place) {
                    kept.insert(index)
                    names.insert(place)
                    if change.inode == nil { steps.insert(change.step) }
                }
            }
            for index in indices where self[index].inode != nil && steps.contains(self[index].step) {
                kept.insert(index)
            }
        }
        return kept
    }

    /// Renames that are there as a whole or not at all; the other half of what is durable already goes with it.
    func wholeSteps(_ chosen: Set<Int>) -> Set<Int> {
        let steps = Set(chosen.map { self[$0].step })
        let both = Dictionary(grouping: self, by: \.step).filter { $0.value.count > 1 }
        return Set(
            indices.filter { steps.contains(self[$0].step) || self[$0].isHalf && both[self[$0].step] == nil })
    }
}
