import Glibc
package import GrantCore

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
    private var folders: [String: Folder] = [:]

    package init(_ spool: SpoolDirectory) {
        self.spool = spool
    }

    /// Steps (e) to (g): the `.why` files, the renames, then fsync of the destinations, of `work`, of `incoming`.
    ///
    /// Returns the moves that could not be made, for another try; throws where an fsync failed.
    package func settle(_ moves: [Move], at now: Timestamp) throws(SystemError) -> [(Move, SystemError)] {
        guard !moves.isEmpty else { return [] }
        var touched: [String: Folder] = [:]
        var failures: [(Move, SystemError)] = []
        for move in moves {
            do throws(SystemError) {
                let folder = try place(move, at: now)
                touched[folder.path] = folder
            } catch {
                if error.call == "fsync" { throw error }
                failures.append((move, error))
            }
        }
        if moves.contains(where: \.isRetry) { try addFormerFolders(to: &touched) }
        for folder in touched.values { try folder.sync() }
        try spool.work.sync()
        try spool.incoming.sync()
        return failures
    }

    /// Makes the claims durable, so that a claim named in a ledger exists.
    package func syncWork() throws(SystemError) {
        try spool.work.sync()
    }

    private func place(_ move: Move, at now: Timestamp) throws(SystemError) -> Folder {
        do {
            return try placeOnce(move, at: now)
        } catch {
            // Somebody removed the day or code folder meanwhile: make it anew, once.
            guard error.code == ENOENT, spool.work.holds(move.claim.bytes) else { throw error }
            folders = [:]
            return try placeOnce(move, at: now)
        }
    }

    private func placeOnce(_ move: Move, at now: Timestamp) throws(SystemError) -> Folder {
        let folder = try destination(move.verdict, at: now)
        if move.isRetry { removeFormerNotes(of: move.claim.item) }
        var name = move.claim.item.bytes
        var copies = 0
        while true {
            do {
                if let why = move.why { try? folder.writeNote(name + Array(".why".utf8), Array(why.utf8), mode: 0o660) }
                try spool.work.move(move.claim.bytes, to: folder, as: name)
                return folder
            } catch {
                guard error.code == EEXIST else { throw error }
            }
            if try isSameFile(name, in: folder, as: move.claim) {
                try spool.work.remove(move.claim.bytes)
                return folder
            }
            copies += 1
            name = move.claim.item.bytes + Array(".\(copies).json".utf8)
        }
    }

    private func isSameFile(_ name: [UInt8], in folder: Folder, as claim: ClaimName) throws(SystemError) -> Bool {
        try folder.status(of: name).identity == spool.work.status(of: claim.bytes).identity
    }

    private func destination(_ verdict: Verdict, at now: Timestamp) throws(SystemError) -> Folder {
        switch verdict {
        case .done: try folder(now.day, in: spool.done, mode: SpoolLayout.dayMode)
        case .failed(let code): try folder(code.rawValue, in: spool.failed, mode: SpoolLayout.failedMode)
        }
    }

    private func folder(_ name: String, in parent: Folder, mode: UInt32) throws(SystemError) -> Folder {
        if let known = folders[name] { return known }
        let folder = try parent.folder(making: name, mode: mode)
        folders[name] = folder
        return folder
    }

    /// A retried item left some `failed/` folder; that it is gone there has to be durable too.
    private func addFormerFolders(to touched: inout [String: Folder]) throws(SystemError) {
        for folder in try codeFolders() { touched[folder.path] = folder }
    }

    private func removeFormerNotes(of item: ItemName) {
        for folder in (try? codeFolders()) ?? [] { try? folder.remove(item.bytes + Array(".why".utf8)) }
    }

    private func codeFolders() throws(SystemError) -> [Folder] {
        var found: [Folder] = []
        for name in try spool.failed.names() {
            guard let code = AgentCode(rawValue: String(decoding: name, as: UTF8.self)) else { continue }
            found.append(try folder(code.rawValue, in: spool.failed, mode: SpoolLayout.failedMode))
        }
        return found
    }
}
