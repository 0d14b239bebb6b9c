import Glibc
import Linux

/// The disk as one process sees it; once the process is dead no call of it has any effect.
final class DiskSession: FileSystem {
    struct Handle {
        let node: Inode
        var position = 0
        let appends: Bool
    }

    let disk: SimulatedDisk
    private(set) var isAlive = true
    private(set) var handles: [Int32: Handle] = [:]
    private var locked: Set<UInt64> = []
    private var lastDescriptor: Int32 = 1_000
    /// A failed fsync after which the process must not go on.
    var failedSync: SystemError?
    private(set) var death: DiskPlan.Death?

    init(_ disk: SimulatedDisk) {
        self.disk = disk
    }

    func die(_ kind: DiskPlan.Death) {
        isAlive = false
        death = kind
        disk.didKill()
    }

    /// Counts a call, and lets it fail or be the last one.
    func step(_ call: DiskPlan.Call, creates: Bool = false, _ name: String, _ path: () -> String) throws(SystemError) {
        guard isAlive else { throw SystemError(name, "dead", code: EIO) }
        disk.calls += 1
        if let death = disk.plan.death, death.call <= disk.calls {
            disk.plan.death = nil
            die(death.kind)
            throw SystemError(name, "dead", code: EIO)
        }
        if let code = disk.plan.failure(of: call, creates: creates) { throw SystemError(name, path(), code: code) }
    }

    func handle(_ descriptor: Int32, _ name: String) throws(SystemError) -> Handle {
        guard let handle = handles[descriptor] else { throw SystemError(name, "descriptor \(descriptor)", code: EBADF) }
        return handle
    }

    func add(_ node: Inode, appends: Bool = false) -> Int32 {
        lastDescriptor += 1
        handles[lastDescriptor] = Handle(node: node, appends: appends)
        return lastDescriptor
    }

    func close(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        guard isAlive else { return }
        let handle = handles.removeValue(forKey: descriptor)
        if let handle, !handle.node.isFolder { try step(.close, "close", path) }
    }

    func read(_ descriptor: Int32, limit: Int, at path: @autoclosure () -> String) throws(SystemError) -> [UInt8] {
        try step(.read, "read", path)
        let handle = try handle(descriptor, "read")
        guard !handle.node.isFolder else { throw SystemError("read", path(), code: EISDIR) }
        let rest = handle.node.bytes.dropFirst(handle.position).prefix(limit)
        handles[descriptor]?.position += rest.count
        return Array(rest)
    }

    /// Where it fails, half of it may be there.
    func write(_ bytes: [UInt8], to descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        let handle = try handle(descriptor, "write")
        do {
            try step(.write, "write", path)
        } catch {
            if isAlive {
                handle.node.bytes += bytes.prefix(bytes.count / 2)
                disk.wrote(handle.node)
            }
            throw error
        }
        handle.node.bytes += bytes
        disk.wrote(handle.node)
    }

    func byte(of descriptor: Int32, at offset: Int, path: @autoclosure () -> String) throws(SystemError) -> UInt8? {
        try step(.read, "read", path)
        let bytes = try handle(descriptor, "read").node.bytes
        return offset < bytes.count ? bytes[offset] : nil
    }

    func cut(_ descriptor: Int32, to size: Int, at path: @autoclosure () -> String) throws(SystemError) {
        try step(.setMode, "ftruncate", path)
        let node = try handle(descriptor, "ftruncate").node
        node.cut(to: size)
        disk.wrote(node)
    }

    func sync(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        try sync(descriptor, "fsync", path)
    }

    func syncData(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        try sync(descriptor, "fdatasync", path)
    }

    private func sync(_ descriptor: Int32, _ name: String, _ path: () -> String) throws(SystemError) {
        let node = try handle(descriptor, name).node
        do {
            try step(.sync, name, path)
        } catch {
            if isAlive, error.isFailedSync {
                disk.dropPages(of: node)
                failedSync = error
            }
            throw error
        }
        disk.sync(node)
    }

    func lock(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) -> Bool {
        try step(.lock, "flock", path)
        return locked.insert(try handle(descriptor, "flock").node.number).inserted
    }

    func unlock(_ descriptor: Int32) {
        if let handle = handles[descriptor] { locked.remove(handle.node.number) }
    }

    func isBeingWritten(_: Int32) -> Bool? { false }

    func room(_: Int32, at path: String) throws(SystemError) -> (bytes: UInt64, inodes: UInt64?) {
        try step(.room, "statvfs") { path }
        return disk.plan.isFull ? (1 << 20, 1 << 20) : (1 << 40, 1 << 30)
    }

    func give(_: Int32, toGroup _: UInt32, at _: String) throws(SystemError) {}
}
