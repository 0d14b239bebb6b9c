import Glibc
import Grants
package import Linux

extension SpoolDirectory {
    /// Takes in what came back with retried items: `.why` files, and `failed/CODE` folders moved whole.
    ///
    /// Nothing but notes is ever deleted. What the kernel refuses to move is left alone and reported by the next look;
    /// the answer is what the disk failed to do.
    package func absorb(_ listing: Incoming.Listing) throws(SystemError) -> [SystemError] {
        var troubles: [SystemError] = []
        for name in listing.codeFolders {
            do throws(SystemError) {
                try absorb(folder: name)
            } catch {
                try leave(name, error, &troubles)
            }
        }
        for name in listing.notes {
            do throws(SystemError) {
                try incoming.remove(name)
            } catch {
                try leave(name, error, &troubles)
            }
        }
        return troubles
    }

    /// One level, some thousand entries at a look; the folder itself goes when it is empty.
    private func absorb(folder name: [UInt8]) throws(SystemError) {
        let folder = try incoming.folder(String(decoding: name, as: UTF8.self))
        var refusal: SystemError?
        var moved = 0
        for inner in try folder.names(upTo: Incoming.noteLimit) {
            do throws(SystemError) {
                if inner.hasSuffix(".json.why") {
                    let item = Array(inner.dropLast(4))
                    if folder.holds(item) { try bringBack(item, from: folder) }
                    try folder.remove(inner)
                } else {
                    try bringBack(inner, from: folder)
                }
                moved += 1
            } catch {
                if error.code == ENOENT { continue }
                guard error.blamesEntry || error.code == EACCES || error.isLocal else { throw error }
                refusal = error
            }
        }
        // Refused once more at every look it would keep the worker from ever resting.
        if let refusal, moved == 0 { throw refusal }
        // Where its items came to, where they were, where the folder itself was: a power cut brings back none of it. What was
        // claimed out of `incoming/` meanwhile is durable in `work/` first, since no fsync of one folder covers the other.
        for place in [work, incoming, folder, failed] { try place.sync() }
        do throws(SystemError) {
            try incoming.removeFolder(name)
        } catch {
            guard error.code == ENOTEMPTY || error.code == EEXIST else { throw error }
        }
    }

    /// Where the name is taken it gets another one; the same file under both needs only one.
    private func bringBack(_ name: [UInt8], from folder: Folder) throws(SystemError) {
        var newName = name
        var copies = 0
        while true {
            do {
                try folder.move(name, to: incoming, as: newName)
                return
            } catch {
                guard error.code == EEXIST else { throw error }
            }
            if try folder.status(of: name).identity == incoming.status(of: newName).identity {
                try folder.remove(name)
                return
            }
            copies += 1
            newName = name + ".\(copies).json"
        }
    }

    private func leave(_ name: [UInt8], _ error: SystemError, _ troubles: inout [SystemError]) throws(SystemError) {
        if error.isFailedSync { throw error }
        if error.code == ENOENT { return }
        guard error.blamesEntry || error.code == EACCES, let status = try? incoming.status(of: name) else {
            troubles.append(error)
            return
        }
        immovable.note(name, status, error)
    }
}
