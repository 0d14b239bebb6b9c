import Glibc
import Grants
import Linux

/// Takes a shared spool out of the hands of whoever worked on it before.
///
/// That one may be stopped or cut off and wake up in the middle of a step, with every folder open. So `work/` and
/// `ledger/` are made anew, what was in them moves over, and the old ones are removed: nothing can be moved into a
/// removed folder, or out of it. The database is copied, since a descriptor follows a file wherever it moves.
struct Takeover {
    private let root: Folder
    private let token: LockToken
    private static let active = "active"
    /// The file and what SQLite keeps beside it, in the order in which a copy is made.
    private static let database = ["ledger.sqlite-wal", "ledger.sqlite"]

    init(of root: Folder, under token: LockToken) {
        (self.root, self.token) = (root, token)
    }

    /// The number under which a spool was last taken over; nil where it belongs to one host.
    static func current(in root: Folder) throws(SystemError) -> UInt64? {
        guard let bytes = try unlessGone(try root.read(Array(active.utf8), limit: 4_096)) else { return nil }
        // What cannot be read is no reason to go on.
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
            .flatMap { UInt64($0) } ?? .max
    }

    func run(at path: String) throws {
        let former = try Self.current(in: root)
        if let former, former >= token.number { throw SpoolTrouble.overtaken(path, by: former) }
        // A worker without such a number can be kept out only by its own lock, which is held until `work/` is new.
        let alone = former == nil ? try root.folder("work") : nil
        if let alone, try !alone.files.lock(alone.descriptor, at: alone.path) { throw SpoolTrouble.alreadyLocked(path) }
        defer { if let alone { alone.files.unlock(alone.descriptor) } }
        let text = "\(token.number)\n\(token.holder)\n"
        try root.replace(Self.active, with: Array(text.utf8), mode: 0o644)
        try root.sync()
        // In this order: a ledger that is still written meanwhile settles nothing without `work/`.
        for name in ["work", "ledger"] { try renew(name) }
    }

    /// What a takeover that was cut short has moved aside is found again by the next one.
    private func renew(_ name: String) throws(SystemError) {
        let prefix = ".\(name)-before-"
        do {
            // The plain rename: what a network file system knows instead of the other one does not serve for folders.
            let aside = Array("\(prefix)\(token.number)".utf8)
            try root.files.replace(aside, with: Array(name.utf8), in: root.descriptor, at: root.path(of: aside))
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        guard let place = SpoolLayout.places.first(where: { $0.name == name }) else { return }
        _ = try SpoolInit.make(place, in: root)
        let fresh = try root.folder(name)
        let numbers = try root.names().compactMap { found -> UInt64? in
            let text = String(decoding: found, as: UTF8.self)
            return text.hasPrefix(prefix) ? UInt64(text.dropFirst(prefix.count)) : nil
        }
        // The newest first: what an older folder holds beside it was written by one who had lost the lock.
        for number in numbers.sorted(by: >) { try empty("\(prefix)\(number)", into: fresh) }
        try root.sync()
    }

    private func empty(_ name: String, into fresh: Folder) throws(SystemError) {
        let old = try root.folder(name)
        try copyDatabase(from: old, to: fresh)
        while true {
            for entry in try old.names() { try hand(entry, from: old, to: fresh) }
            try fresh.sync()
            try old.sync()
            do {
                try root.removeFolder(Array(name.utf8))
                return
            } catch {
                // Its former owner has just put something there.
                guard error.code == ENOTEMPTY || error.code == EEXIST else { throw error }
            }
        }
    }

    /// The main file comes last: where it is, all of it is.
    private func copyDatabase(from old: Folder, to fresh: Folder) throws(SystemError) {
        guard let main = Self.database.last, old.holds(Array(main.utf8)), !fresh.holds(Array(main.utf8)) else { return }
        func read() throws(SystemError) -> [[UInt8]?] {
            var files: [[UInt8]?] = []
            for name in Self.database { files.append(try unlessGone(try old.read(Array(name.utf8), limit: 1 << 36))) }
            return files
        }
        var seen = try read()
        // Its former owner may be in the middle of a write, and ends as soon as it looks whose the spool is.
        while true {
            let again = try read()
            if again == seen { break }
            seen = again
        }
        for (name, bytes) in zip(Self.database, seen) {
            guard let bytes else {
                _ = try unlessGone(try fresh.remove(Array(name.utf8)))
                continue
            }
            try fresh.replace(name, with: bytes, mode: 0o640)
        }
    }

    private func hand(_ entry: [UInt8], from old: Folder, to fresh: Folder) throws(SystemError) {
        do {
            if String(decoding: entry, as: UTF8.self).hasPrefix("ledger.sqlite") { return try old.remove(entry) }
            try old.move(entry, to: fresh, as: entry)
        } catch {
            switch error.code {
            case ENOENT: return
            case EEXIST where ClaimName(bytes: entry) == nil: try old.remove(entry)
            case EEXIST:
                // A power cut can leave one file under both names.
                guard try old.status(of: entry).identity == fresh.status(of: entry).identity else { throw error }
                try old.remove(entry)
            default: throw error
            }
        }
    }
}
