import Glibc
import Grants
import Kit
import Linux
import SQLite

/// A disk in memory: what can be seen, what is durable, and what has yet to happen to it.
///
/// It promises no more than ext4, xfs and btrfs do: a name is durable once its folder was synced, a file's bytes once the
/// file was; what was not may be there after a power cut or not, each change for itself, but in the order of one name.
final class SimulatedDisk {
    private(set) var nodes: [UInt64: Inode] = [:]
    private(set) var root: Inode
    private(set) var pending: [Change] = []
    private var dirtyFiles: Set<UInt64> = []
    private var lastNumber: UInt64 = 1
    private var lastStep = 0
    /// One connection holds each database of the disk, by its file's inode.
    private var databases: [UInt64: Database] = [:]
    private let identity = UInt64.random(in: 0 ... .max)
    let clock: SimulatedClock
    var plan = DiskPlan()
    /// Calls of all lives.
    var calls = 0
    /// Grows with everything that changes what can be seen.
    private(set) var changes = 0
    /// Tells of each rename: the folder's path it led to, and the name.
    var didMove: (_ inode: Inode, _ folder: Inode, _ name: Name) -> Void = { _, _, _ in }

    /// A power cut leaves no half of a rename.
    ///
    /// While nothing can be written such a second name is taken for a link (SPOOL007), so stories with a disk that
    /// fails wait for second names that are removed before anything is claimed.
    var hasWholeRenames = false
    /// A file that the last power cut left without a name.
    private(set) var lost: UInt64?
    /// The process is no more.
    var didKill: () -> Void = {}

    init(_ clock: SimulatedClock) {
        self.clock = clock
        root = Inode(number: 1, isFolder: true, mode: 0o755, owner: geteuid(), at: clock.wall)
        nodes[1] = root
    }

    func make(isFolder: Bool, mode: UInt32) -> Inode {
        lastNumber += 1
        let node = Inode(number: lastNumber, isFolder: isFolder, mode: mode, owner: geteuid(), at: clock.wall)
        nodes[lastNumber] = node
        return node
    }

    func child(_ name: Name, of folder: Inode) -> Inode? {
        folder.entries[name].flatMap { nodes[$0] }
    }

    /// Relative to the root, without a leading slash.
    func find(_ path: String) -> Inode? {
        path.split(separator: "/").reduce(root as Inode?) { folder, part in
            folder.flatMap { child(Name(String(part)), of: $0) }
        }
    }

    /// The address of the database that a file stands for.
    func database(of node: Inode) throws(SystemError) -> String {
        let uri = "file:/disk-\(identity)-\(node.number)?vfs=memdb"
        if databases[node.number] == nil {
            databases[node.number] = try Database(uri, at: "disk", on: SystemCall(), .create)
        }
        return uri
    }

    func noteChange() { changes += 1 }

    func beginStep() {
        lastStep += 1
        changes += 1
    }

    func set(_ name: Name, in folder: Inode, to node: Inode?) {
        let former = folder.entries[name]
        folder.entries[name] = node?.number
        node?.links += 1
        if let former, let old = nodes[former] {
            old.links -= 1
            old.changed = clock.wall
        }
        node?.changed = clock.wall
        folder.modified = clock.wall
        folder.changed = clock.wall
        pending.append(
            Change(folder: folder.number, name: name, inode: node?.number, former: former, step: lastStep))
    }

    func wrote(_ node: Inode) {
        changes += 1
        node.modified = clock.wall
        node.changed = clock.wall
        dirtyFiles.insert(node.number)
    }

    /// By somebody who has synced file and folder.
    func addDurably(_ name: Name, in folder: Inode, _ node: Inode) {
        changes += 1
        folder.entries[name] = node.number
        folder.durable[name] = node.number
        node.links += 1
        folder.modified = clock.wall
    }

    /// All that there is becomes durable.
    func settleAll() {
        harden(Set(pending.indices))
        for number in dirtyFiles { nodes[number].map { $0.synced = $0.bytes } }
        dirtyFiles = []
    }

    func sync(_ node: Inode) {
        guard node.isFolder else {
            node.synced = node.bytes
            dirtyFiles.remove(node.number)
            return
        }
        guard pending.contains(where: { $0.folder == node.number }) else { return }
        harden(pending.closed(over: Set(pending.indices.filter { pending[$0].folder == node.number })))
    }

    /// The pages that could not be written are gone; they read as what is on disk.
    func dropPages(of node: Inode) {
        guard !node.isFolder, let synced = node.synced else { return }
        node.bytes = synced
        dirtyFiles.remove(node.number)
    }

    private func harden(_ chosen: Set<Int>) {
        var rest: [Change] = []
        for (index, change) in pending.enumerated() {
            guard chosen.contains(index) else {
                rest.append(change)
                continue
            }
            nodes[change.folder]?.durable[change.name] = change.inode
        }
        let removed = chosen.compactMap { pending[$0].former }
        pending = rest
        for number in removed { forget(number) }
    }

    /// A file without a name, which no undone change can bring back.
    private func forget(_ number: UInt64) {
        guard let node = nodes[number], node.links == 0, !node.isFolder || node.entries.isEmpty,
            !pending.contains(where: { $0.inode == number || $0.former == number })
        else { return }
        nodes[number] = nil
        dirtyFiles.remove(number)
    }

    /// What the power leaves when it fails.
    func cutPower(_ random: inout SeededRandom) {
        lost = nil
        let seen = pending
        if Int.random(in: 0..<30, using: &random) == 0 { loseOne(&random) }
        var chosen: Set<Int> = []
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1: chosen = Set(0..<Int.random(in: 0...pending.count, using: &random))
        default:
            for index in pending.indices where Bool.random(using: &random) { chosen.insert(index) }
        }
        if hasWholeRenames { chosen = wholeSteps(chosen) }
        harden(pending.closed(over: chosen))
        pending = []
        for change in seen { restore(change.name, in: change.folder) }
        for number in dirtyFiles.sorted() {
            guard let node = nodes[number] else { continue }
            node.bytes = torn(node, &random)
            node.synced = node.bytes
        }
        dirtyFiles = []
        changes += 1
    }

    /// Renames that are there as a whole or not at all.
    private func wholeSteps(_ chosen: Set<Int>) -> Set<Int> {
        let open = Set(pending.filter { $0.inode != nil }.map(\.step))
        let steps = Set(chosen.map { pending[$0].step })
        // The other half of what is durable already goes with it.
        return Set(pending.indices.filter { steps.contains(pending[$0].step) || !open.contains(pending[$0].step) })
    }

    /// Some file systems can lose both names of a file whose rename no fsync covered.
    private func loseOne(_ random: inout SeededRandom) {
        let leaving = pending.filter { change in
            change.inode == nil && pending.contains { $0.step == change.step && $0.inode != nil }
        }
        guard let one = leaving.randomElement(using: &random) else { return }
        nodes[one.folder]?.durable[one.name] = nil
        pending.removeAll { $0.inode == one.former || $0.former == one.former }
        lost = one.former
    }

    private func restore(_ name: Name, in number: UInt64) {
        guard let folder = nodes[number] else { return }
        let (seen, durable) = (folder.entries[name], folder.durable[name])
        guard seen != durable else { return }
        seen.flatMap { nodes[$0] }?.links -= 1
        durable.flatMap { nodes[$0] }?.links += 1
        folder.entries[name] = durable
    }

    /// The old content, the new, or a part of what was appended.
    private func torn(_ node: Inode, _ random: inout SeededRandom) -> [UInt8] {
        let base = node.synced ?? []
        if Bool.random(using: &random) { return base }
        guard node.bytes.starts(with: base) else { return node.bytes }
        return Array(node.bytes[..<Int.random(in: base.count...node.bytes.count, using: &random)])
    }
}
