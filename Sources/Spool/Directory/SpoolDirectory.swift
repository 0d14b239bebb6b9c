import Glibc
package import Linux

/// A spool that is open for work: every folder held by its descriptor from the start, locked against a second worker.
package final class SpoolDirectory {
    package let root: Folder
    private(set) var temporary: Folder
    package let incoming: Folder
    package let work: Folder
    private(set) var done: Folder
    private(set) var failed: Folder
    let ledger: Folder
    package let journal: Folder
    package let ledgers: LedgerStore
    let immovable = Immovable()
    /// Folders in `failed/` or `done/` that cannot be opened, by their path, as they were last met.
    package internal(set) var unusable: [String: SystemError] = [:]
    /// Nothing can be written, so that the probe has to be made once it can be.
    package private(set) var isUnprobed = false
    /// Nil: the spool belongs to one host.
    private let token: LockToken?

    /// With a token the spool is taken over from whoever works on it; without one it must not be shared.
    package static func open(
        at path: String, under token: LockToken? = nil, on files: any FileSystem = SystemCall()
    ) throws(SpoolTrouble) -> SpoolDirectory {
        do {
            return try SpoolDirectory(at: path, under: token, on: files)
        } catch let error as SystemError {
            throw .cannotOpen(error)
        } catch let error as SpoolTrouble {
            throw error
        } catch {
            preconditionFailure("opening a spool throws nothing else: \(error)")
        }
    }

    private init(at path: String, under token: LockToken?, on files: any FileSystem) throws {
        self.token = token
        root = try SpoolLayout.open(path, on: files)
        if let token {
            try Takeover(of: root, under: token).run(at: path)
        } else if let last = try Takeover.current(in: root) {
            throw SpoolTrouble.shared(path, last: last)
        }
        for place in Self.missing(in: root) { _ = try? SpoolInit.make(place, in: root) }
        temporary = try root.folder("tmp")
        incoming = try root.folder("incoming")
        work = try root.folder("work")
        done = try root.folder("done")
        failed = try root.folder("failed")
        ledger = try root.folder("ledger")
        journal = try root.folder("journal")
        ledgers = LedgerStore(ledger, isShared: token != nil)
        try requireOwnership(of: incoming)
        guard try work.files.lock(work.descriptor, at: work.path) else { throw SpoolTrouble.alreadyLocked(path) }
        try upgradeMarker()
        do throws(SystemError) {
            try probe()
        } catch {
            guard error.isNoRoom else { throw error }
            try probeDry()
            isUnprobed = true
        }
    }

    deinit {
        work.files.unlock(work.descriptor)
    }

    /// Whether nobody has taken the spool over; asks the disk only where it is shared.
    package var isOurs: Bool {
        token.map { (try? Takeover.current(in: root)) == $0.number } ?? true
    }

    /// Makes folders anew that somebody removed while the worker runs, and says which; `incoming/` and `journal/` are
    /// more than a worker can replace under its feet.
    package func makeMissing() throws(SystemError) -> [String] {
        var made: [String] = []
        for place in Self.missing(in: root) where !["incoming", "journal"].contains(place.name) {
            _ = try SpoolInit.make(place, in: root)
            switch place.name {
            case "tmp": temporary = try root.folder(place.name)
            case "done": done = try root.folder(place.name)
            case "failed": failed = try root.folder(place.name)
            default: break
            }
            made.append(place.name)
        }
        return made
    }

    /// Only under the marker, so that an unmounted disk stays empty.
    private static func missing(in root: Folder) -> [SpoolLayout.Part] {
        guard root.holds(Array(SpoolLayout.marker.utf8)) else { return [] }
        return SpoolLayout.places.filter {
            SpoolLayout.replaceable.contains($0.name) && !root.holds(Array($0.name.utf8))
        }
    }

    /// From now on version 0.1 refuses this spool: it would not see the ledgers.
    private func upgradeMarker() throws(SystemError) {
        let found = try root.read(Array(SpoolLayout.marker.utf8), limit: 1_024)
        guard found != Array(SpoolLayout.version.utf8) else { return }
        try root.replace(SpoolLayout.marker, with: Array(SpoolLayout.version.utf8), mode: 0o644)
        try root.sync()
    }

    /// `incoming/` is sticky: only its owner may move other people's files out of it (or root, by CAP_FOWNER).
    private func requireOwnership(of folder: Folder) throws(SystemError) {
        let owner = try folder.status().owner
        guard owner == geteuid() || geteuid() == 0 else {
            throw SystemError(
                "rename out of", "\(folder.path), which belongs to user \(owner), not \(geteuid()): chown it",
                code: EPERM)
        }
    }

    /// Renames a file through every folder once: a bind mount or a second file system inside a spool breaks it (EXDEV).
    package func probe() throws(SystemError) {
        let stops = [incoming, work, done, work, failed]
        let name = try freeName(in: stops)
        try work.writeNote(name, Array("probe\n".utf8), mode: 0o600)
        var place = work
        for next in stops {
            do throws(SystemError) {
                try place.move(name, to: next, as: name)
            } catch {
                try? place.remove(name)
                throw error
            }
            place = next
        }
        try place.remove(name)
        isUnprobed = false
    }

    /// The same as far as it can be seen without writing: the kernel compares mounts before it looks for the file.
    private func probeDry() throws(SystemError) {
        let device = try work.status().identity.device
        for folder in [incoming, done, failed] {
            do throws(SystemError) {
                try work.move(Array(".probe-of-mounts".utf8), to: folder, as: Array(".probe-of-mounts".utf8))
            } catch {
                if error.code == EXDEV { throw error }
            }
            if try folder.status().identity.device != device {
                throw SystemError("rename", "\(work.path) → \(folder.path)", code: EXDEV)
            }
        }
    }

    /// A crash can leave one, and a producer can make a folder of that name.
    private func freeName(in folders: [Folder]) throws(SystemError) -> [UInt8] {
        var attempt = 0
        while true {
            let name = Array((attempt == 0 ? ".probe" : ".probe\(attempt)").utf8)
            var isFree = true
            for folder in folders where try !free(name, in: folder) { isFree = false }
            if isFree { return name }
            attempt += 1
        }
    }

    /// False where the name is taken by what cannot be removed.
    private func free(_ name: [UInt8], in folder: Folder) throws(SystemError) -> Bool {
        do {
            _ = try folder.status(of: name)
        } catch {
            guard error.code == ENOENT else { throw error }
            return true
        }
        do throws(SystemError) {
            try folder.remove(name)
        } catch {
            // A folder, or somebody else's; what the disk does not let go now would be left again under each next name.
            guard [ENOENT, EISDIR, EPERM, EACCES].contains(error.code) else { throw error }
            return error.code == ENOENT
        }
        return true
    }
}
