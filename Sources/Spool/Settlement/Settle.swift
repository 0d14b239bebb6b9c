import Glibc
package import Grants
package import Linux

/// Moves items out of `work/` to where their verdict says, and makes that durable.
package final class Settle {
    package struct Move: Sendable {
        package let claim: ClaimName
        package let verdict: Verdict
        /// The plain text beside a failed item.
        package let why: String?
        package let isRetry: Bool

        package init(claim: ClaimName, verdict: Verdict, why: String?, isRetry: Bool) {
            self.claim = claim
            self.verdict = verdict
            self.why = why
            self.isRetry = isRetry
        }
    }

    private let spool: SpoolDirectory
    /// Opened anew for each batch, so that a folder that was renamed or removed meanwhile gets nothing more.
    private var folders: [Verdict: Folder] = [:]
    private var formerFolders: [Folder] = []
    /// Folders of days and codes whose names are on disk.
    private var durable: Set<FileStatus.Identity> = []

    package init(_ spool: SpoolDirectory) {
        self.spool = spool
    }

    /// Steps (e) to (g): the `.why` files, the renames, then fsync of the destinations, of `work`, of `incoming`.
    ///
    /// Returns the moves that could not be made, for another try; throws where an fsync failed.
    package func settle(_ moves: [Move], at now: Timestamp) throws(SystemError) -> [(Move, SystemError)] {
        guard !moves.isEmpty else { return [] }
        defer { (folders, formerFolders) = ([:], []) }
        if moves.contains(where: \.isRetry) { formerFolders = try codeFolders() }
        var touched: [ObjectIdentifier: Folder] = [:]
        var failures: [(Move, SystemError)] = []
        for move in moves {
            do throws(SystemError) {
                guard let folder = try place(move, at: now) else { continue }
                touched[ObjectIdentifier(folder)] = folder
            } catch {
                if error.isFailedSync { throw error }
                failures.append((move, error))
            }
        }
        for folder in touched.values { try folder.sync() }
        try spool.work.sync()
        try spool.incoming.sync()
        // A retried item left one of these; that it is gone there has to be durable too.
        for folder in formerFolders { try folder.sync() }
        return failures
    }

    /// Makes the claims durable, so that a claim named in a ledger exists.
    package func syncWork() throws(SystemError) {
        try spool.work.sync()
    }

    /// Makes every move durable that an earlier life may have made, recent days of `done/` included.
    package func syncEverything() throws(SystemError) {
        for folder in try codeFolders() { try folder.sync() }
        let days = try spool.done.names().filter(\.isDay).map { String(decoding: $0, as: UTF8.self) }
        for day in days.sorted().suffix(2) {
            try spool.usable(day, in: spool.done)?.sync()
        }
        for folder in [spool.done, spool.failed, spool.work, spool.incoming] { try folder.sync() }
    }

    /// Nil where the item is not in `work/` any more, so that nothing is left to do.
    private func place(_ move: Move, at now: Timestamp) throws(SystemError) -> Folder? {
        do {
            return try placeOnce(move, at: now)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        guard spool.work.holds(move.claim.bytes) else { return nil }
        // Somebody removed the day or code folder meanwhile: make it anew, once.
        folders[move.verdict] = nil
        return try placeOnce(move, at: now)
    }

    private func placeOnce(_ move: Move, at now: Timestamp) throws(SystemError) -> Folder {
        let folder = try destination(move.verdict, at: now)
        let item = move.claim.item.bytes
        if move.isRetry { removeFormerNotes(of: item) }
        var name = item
        var copies = 0
        while true {
            // The note comes first, so that no failed item is ever seen without; never over another item's note.
            if let why = move.why, !folder.holds(name) {
                try? folder.writeNote(name + ".why", Array(why.utf8), mode: SpoolLayout.noteMode)
            }
            do {
                try spool.work.move(move.claim.bytes, to: folder, as: name)
                return folder
            } catch {
                guard error.code == EEXIST else { throw error }
            }
            // rename(2) of two names of one file does nothing and says all is well, but for NOREPLACE.
            if try isSameFile(name, in: folder, as: move.claim) {
                try spool.work.remove(move.claim.bytes)
                return folder
            }
            copies += 1
            name = item + ".\(copies).json"
        }
    }

    private func isSameFile(_ name: [UInt8], in folder: Folder, as claim: ClaimName) throws(SystemError) -> Bool {
        try folder.status(of: name).identity == spool.work.status(of: claim.bytes).identity
    }

    private func destination(_ verdict: Verdict, at now: Timestamp) throws(SystemError) -> Folder {
        if let known = folders[verdict] { return known }
        let (parent, name, mode) =
            switch verdict {
            case .done: (spool.done, now.day, SpoolLayout.dayMode)
            case .failed(let code): (spool.failed, code.rawValue, SpoolLayout.failedMode)
            }
        let folder = try parent.folder(making: name, mode: mode)
        // One that an earlier try made and could not finish is there, and may be gone after a power cut with all in it.
        let identity = try folder.status().identity
        if !durable.contains(identity) {
            try parent.sync()
            durable.insert(identity)
        }
        folders[verdict] = folder
        return folder
    }

    /// A copy moved back instead of the item leaves the item and its note where they are.
    private func removeFormerNotes(of item: [UInt8]) {
        for folder in formerFolders where !folder.holds(item) { try? folder.remove(item + ".why") }
    }

    private func codeFolders() throws(SystemError) -> [Folder] {
        try spool.failedFolders().map(\.folder)
    }
}

extension SpoolDirectory {
    /// The folders of `failed/` that are ours; a file or a link of such a name is none.
    func failedFolders() throws(SystemError) -> [(folder: Folder, code: FailureCode)] {
        var found: [(Folder, FailureCode)] = []
        for name in try failed.names() {
            guard let code = FailureCode(rawValue: String(decoding: name, as: UTF8.self)),
                let folder = try usable(code.rawValue, in: failed)
            else { continue }
            found.append((folder, code))
        }
        return found
    }

    /// Nil for what is no folder, and for one that somebody made and closed to us: it is noted, and asked again each time.
    func usable(_ name: String, in parent: Folder) throws(SystemError) -> Folder? {
        let path = parent.path(of: Array(name.utf8))
        do throws(SystemError) {
            let folder = try parent.folder(name)
            unusable[path] = nil
            return folder
        } catch {
            unusable[path] = nil
            if [EMFILE, ENFILE, ENOMEM].contains(error.code) { throw error }
            if ![ENOENT, ENOTDIR, ELOOP].contains(error.code) { unusable[path] = error }
            return nil
        }
    }
}
