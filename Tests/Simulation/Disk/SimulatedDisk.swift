import Glibc
import Grants
import Kit
import Linux
import SQLite

/// A disk in memory: what can be seen, what is durable, and what has yet to happen to it.
///
/// It promises no more than POSIX does: a name is durable once its own folder was synced, a file's bytes once the file
/// was; what was not may be there after a power cut or not, each change for itself, but in the order of one name. Only
/// where nothing was synced a file that has left its old name has the new one, as ext4, xfs and btrfs see to.
final class SimulatedDisk {
    private(set) var nodes: [UInt64: Inode] = [:]
    private(set) var root: Inode
    /// Folders with changes that are not durable.
    private var changed: Set<UInt64> = []
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

    /// Its names come and go for themselves, unless `isBound` says that an fsync of the old folder covers the new one.
    func rename(
        _ node: Inode, _ name: Name, in source: Inode, to newName: Name, in target: Inode, isBound: Bool = false
    ) {
        beginStep()
        set(newName, in: target, to: node, isHalf: true)
        set(name, in: source, to: nil, isHalf: true, isBound: isBound)
    }

    func set(_ name: Name, in folder: Inode, to node: Inode?, isHalf: Bool = false, isBound: Bool = false) {
        let former = folder.entries[name]
        let now = clock.wall
        folder.entries[name] = node?.number
        if let former, let old = nodes[former] {
            leave(Place(folder: folder.number, name: name), old)
            old.changesOfIt += 1
            old.changed = now
        }
        if let node {
            node.places.append(Place(folder: folder.number, name: name))
            node.changesOfIt += 1
            node.changed = now
        }
        (folder.modified, folder.changed) = (now, now)
        folder.pending.append(
            Change(
                folder: folder.number, name: name, inode: node?.number, former: former, step: lastStep,
                isHalf: isHalf, isBound: isBound))
        changed.insert(folder.number)
    }

    private func leave(_ place: Place, _ node: Inode) {
        if let index = node.places.firstIndex(of: place) { node.places.remove(at: index) }
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
        node.places.append(Place(folder: folder.number, name: name))
        folder.modified = clock.wall
    }

    /// All that there is becomes durable.
    func settleAll() {
        for number in changed { nodes[number].map(harden) }
        for number in dirtyFiles { nodes[number]?.wasSynced() }
        dirtyFiles = []
    }

    /// A file's bytes, or what a folder lists; no other folder's names.
    func sync(_ node: Inode) {
        guard node.isFolder else {
            node.wasSynced()
            dirtyFiles.remove(node.number)
            return
        }
        guard !node.pending.isEmpty else { return }
        let bound = node.pending.filter(\.isBound).map(\.step)
        harden(node)
        guard !bound.isEmpty else { return }
        for folder in changed.compactMap({ nodes[$0] })
        where folder.pending.contains(where: { bound.contains($0.step) }) {
            harden(folder)
        }
    }

    /// The pages that could not be written are gone; they read as what is on disk.
    func dropPages(of node: Inode) {
        guard !node.isFolder, let synced = node.synced else { return }
        node.bytes = synced
        node.wasSynced()
        dirtyFiles.remove(node.number)
    }

    private func harden(_ folder: Inode) {
        for change in folder.pending { folder.durable[change.name] = change.inode }
        drop(folder.pending)
        folder.pending = []
        changed.remove(folder.number)
    }

    /// Changes that are durable now, or never will be.
    private func drop(_ done: [Change]) {
        for number in done.flatMap({ [$0.inode, $0.former] }).compactMap(\.self) { nodes[number]?.changesOfIt -= 1 }
        for number in done.flatMap({ [$0.inode, $0.former] }).compactMap(\.self) { forget(number) }
    }

    /// A file without a name, which no undone change can bring back.
    private func forget(_ number: UInt64) {
        guard let node = nodes[number], node.places.isEmpty, node.changesOfIt == 0,
            !node.isFolder || node.entries.isEmpty
        else { return }
        nodes[number] = nil
        dirtyFiles.remove(number)
        changed.remove(number)
        drop(node.pending)
    }

    /// What the power leaves when it fails.
    func cutPower(_ random: inout SeededRandom) {
        lost = nil
        var pending = changed.compactMap { nodes[$0] }.flatMap(\.pending)
        pending.sort { ($0.step, $0.inode == nil ? 1 : 0) < ($1.step, $1.inode == nil ? 1 : 0) }
        let seen = pending
        if Int.random(in: 0..<30, using: &random) == 0 { loseOne(&pending, &random) }
        var chosen: Set<Int> = []
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1: chosen = Set(0..<Int.random(in: 0...pending.count, using: &random))
        default:
            for index in pending.indices where Bool.random(using: &random) { chosen.insert(index) }
        }
        if hasWholeRenames { chosen = pending.wholeSteps(chosen) }
        for index in pending.closed(over: chosen).sorted() {
            nodes[pending[index].folder]?.durable[pending[index].name] = pending[index].inode
        }
        for number in changed { nodes[number]?.pending = [] }
        changed = []
        for change in seen { restore(change.name, in: change.folder) }
        drop(seen)
        for number in dirtyFiles.sorted() {
            guard let node = nodes[number] else { continue }
            node.bytes = torn(node, &random)
            node.wasSynced()
        }
        dirtyFiles = []
        changes += 1
    }

    /// Some file systems can lose both names of a file whose rename no fsync covered.
    private func loseOne(_ pending: inout [Change], _ random: inout SeededRandom) {
        let added = Set(pending.filter { $0.inode != nil }.map(\.step))
        let leaving = pending.filter { $0.inode == nil && added.contains($0.step) }
        guard let one = leaving.randomElement(using: &random) else { return }
        nodes[one.folder]?.durable[one.name] = nil
        pending.removeAll { $0.inode == one.former || $0.former == one.former }
        lost = one.former
    }

    private func restore(_ name: Name, in number: UInt64) {
        guard let folder = nodes[number] else { return }
        let (seen, durable) = (folder.entries[name], folder.durable[name])
        guard seen != durable else { return }
        let place = Place(folder: number, name: name)
        if let node = seen.flatMap({ nodes[$0] }) { leave(place, node) }
        durable.flatMap { nodes[$0] }?.places.append(place)
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
