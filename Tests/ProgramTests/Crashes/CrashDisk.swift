/// The spool as a disk may hold it: every name that a file has, and which changes an fsync has covered.
///
/// After a power cut each uncovered rename is kept, lost or half there (both names), each for itself; an fsync covers
/// the entries of its folder only. What stands here is what the files' paths are, such as `work/…~i1.json#…`.
struct CrashDisk {
    /// One rename or, without `to`, one unlink.
    struct Change: Hashable {
        let from: String
        let to: String?
        var removalIsDurable = false
        var additionIsDurable = false
    }

    /// The names that are on disk for sure, and what has happened since.
    struct Names: Hashable {
        var base: Set<String>
        var changes: [Change] = []

        var visible: Set<String> {
            var names = base
            for change in changes {
                names.remove(change.from)
                if let to = change.to { names.insert(to) }
            }
            return names
        }
    }

    var items: [Int: Names] = [:]
    /// Ledgers and the mark of a clean stop: the content that is durable, then what was put in its place since.
    var files: [String: [[UInt8]?]] = [:]

    mutating func change(_ item: Int, from: String, to: String?) {
        items[item]?.changes.append(Change(from: from, to: to))
    }

    mutating func put(_ bytes: [UInt8]?, as path: String) {
        files[path, default: [nil]].append(bytes)
    }

    /// The entries of one folder are durable.
    mutating func sync(_ folder: String) {
        for (item, names) in items where !names.changes.isEmpty { items[item] = names.synced(folder) }
        if folder == "ledger" { files = files.mapValues { $0.suffix(1) } }
    }
}

extension CrashDisk.Names {
    func synced(_ folder: String) -> Self {
        var changes = changes
        for index in changes.indices {
            if folderOf(changes[index].from) == folder { changes[index].removalIsDurable = true }
            if changes[index].to.map(folderOf) == folder { changes[index].additionIsDurable = true }
            if changes[index].to == nil { changes[index].additionIsDurable = changes[index].removalIsDurable }
        }
        close(&changes)
        var base = base
        while let first = changes.first, first.removalIsDurable, first.additionIsDurable {
            base.remove(first.from)
            if let to = first.to { base.insert(to) }
            changes.removeFirst()
        }
        return Self(base: base, changes: changes)
    }

    /// A removal on disk means that its addition is; the changes of one name keep their order.
    private func close(_ changes: inout [CrashDisk.Change]) {
        var before: [CrashDisk.Change] = []
        while before != changes {
            before = changes
            for index in changes.indices {
                if changes[index].removalIsDurable { changes[index].additionIsDurable = true }
                for earlier in changes.indices.prefix(index) {
                    let (old, new) = (changes[earlier], changes[index])
                    let durable = [
                        new.removalIsDurable ? new.from : nil, new.additionIsDurable ? new.to : nil,
                    ].compactMap(\.self)
                    if durable.contains(old.from) { changes[earlier].removalIsDurable = true }
                    if let to = old.to, durable.contains(to) { changes[earlier].additionIsDurable = true }
                }
            }
        }
    }

    /// Every set of names that a power cut may leave.
    var possible: [Set<String>] {
        var found: Set<Set<String>> = []
        extend(base, kept: [], into: &found)
        return found.sorted { $0.sorted().joined(separator: "|") < $1.sorted().joined(separator: "|") }
    }

    private func extend(_ names: Set<String>, kept: [CrashDisk.Change], into found: inout Set<Set<String>>) {
        guard kept.count < changes.count else {
            var closed = kept
            close(&closed)
            if closed == kept { found.insert(names) }
            return
        }
        let change = changes[kept.count]
        for (removed, added) in [(false, false), (false, true), (true, true)] {
            if change.to == nil && removed != added { continue }
            if change.removalIsDurable && !removed || change.additionIsDurable && !added { continue }
            var next = names
            if added, let to = change.to { next.insert(to) }
            if removed { next.remove(change.from) }
            var choice = change
            (choice.removalIsDurable, choice.additionIsDurable) = (removed, added)
            extend(next, kept: kept + [choice], into: &found)
        }
    }
}

func folderOf(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
}
