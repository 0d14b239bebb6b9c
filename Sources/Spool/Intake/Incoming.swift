import Glibc
package import Grants
package import Linux

/// Looks through `incoming/` for what is waiting, the oldest first.
package struct Incoming {
    package struct Candidate: Hashable, Sendable {
        package let name: [UInt8]
        /// From the stamp of an earlier claim, else the modification time.
        package let since: Timestamp
        let kind: EntryKind
    }

    package struct Listing: Sendable {
        /// At most as many as were asked for.
        package var oldest: [Candidate] = []
        /// What has to wait for another look.
        package var more = 0
        /// `.why` files that came back with a retried item.
        package var notes: [[UInt8]] = []
        /// Folders of failed items that came back whole.
        package var codeFolders: [[UInt8]] = []
        /// Entries that are no requests, or cannot be moved; left alone.
        package var strays = 0
        /// Why some of them cannot be moved.
        package var immovable: [SystemError] = []
        /// What the disk did not show, to be looked at again.
        package var unseen: [SystemError] = []
    }

    private let folder: Folder
    private let immovable: Immovable

    package init(_ spool: SpoolDirectory) {
        folder = spool.incoming
        immovable = spool.immovable
    }

    /// How many notes one look takes with it; a code moved back with `*` can bring as many as it had items.
    static let noteLimit = 10_000

    /// Reads names, and times only of what has no stamp; nothing is opened.
    package func list(upTo limit: Int) throws(SystemError) -> Listing {
        var listing = Listing()
        var found: [Candidate] = []
        try folder.forEachName { name, kind in
            if !immovable.isEmpty, immovable.holds(name, in: folder) {
                listing.strays += 1
                return
            }
            switch Self.role(of: name, kind) {
            case .request:
                do throws(SystemError) {
                    found.append(Candidate(name: name, since: try arrival(of: name), kind: kind))
                } catch {
                    if error.code != ENOENT { listing.unseen.append(error) }
                }
                // A bounded memory: the younger half goes whenever twice the limit has gathered.
                if found.count >= 2 * max(limit, 1) { listing.more += found.keepOldest(limit) }
            case .note:
                if listing.notes.count < Self.noteLimit { listing.notes.append(name) } else { listing.more += 1 }
            case .codeFolder: listing.codeFolders.append(name)
            case .stray: listing.strays += 1
            }
        }
        listing.more += found.keepOldest(limit)
        listing.oldest = found
        if !immovable.isEmpty {
            immovable.keep(onlyIn: folder)
            listing.immovable = immovable.errors
        }
        return listing
    }

    private enum Role {
        case request
        case note
        case codeFolder
        case stray
    }

    private static func role(of name: [UInt8], _ kind: EntryKind) -> Role {
        if name.first == UInt8(ascii: ".") { return .stray }
        if name.hasSuffix(".json") { return .request }
        if name.hasSuffix(".json.why"), kind == .regular || kind == .unknown { return .note }
        if kind == .folder || kind == .unknown, FailureCode(rawValue: String(decoding: name, as: UTF8.self)) != nil {
            return .codeFolder
        }
        return .stray
    }

    private func arrival(of name: [UInt8]) throws(SystemError) -> Timestamp {
        if let stamped = ItemName(bytes: name) { return stamped.stamp }
        return try folder.status(of: name).modified
    }
}

extension [Incoming.Candidate] {
    /// Sorts, keeps the oldest and says how many went.
    fileprivate mutating func keepOldest(_ limit: Int) -> Int {
        sort { $0.since == $1.since ? $0.name.lexicographicallyPrecedes($1.name) : $0.since < $1.since }
        let surplus = Swift.max(0, count - limit)
        removeLast(surplus)
        return surplus
    }
}

extension [UInt8] {
    func hasSuffix(_ text: String) -> Bool {
        count >= text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
    }

    static func + (name: [UInt8], ending: String) -> [UInt8] {
        name + Array(ending.utf8)
    }
}
