import Glibc
package import GrantCore

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
        /// Requests beyond those.
        package var more = 0
        /// `.why` files that came back with a retried item.
        package var notes: [[UInt8]] = []
        /// Folders of failed items that came back whole.
        package var codeFolders: [[UInt8]] = []
    }

    private let folder: Folder

    package init(_ spool: SpoolDirectory) {
        folder = spool.incoming
    }

    /// Reads names, and times only of what has no stamp; nothing is opened.
    package func list(upTo limit: Int) throws(SystemError) -> Listing {
        var listing = Listing()
        var found: [Candidate] = []
        try folder.forEachName { name, kind in
            if name.first == UInt8(ascii: ".") { return }
            if name.hasSuffix(".json") {
                if let since = arrival(of: name) { found.append(Candidate(name: name, since: since, kind: kind)) }
            } else if name.hasSuffix(".json.why") {
                listing.notes.append(name)
            } else if kind != .regular, AgentCode(rawValue: String(decoding: name, as: UTF8.self)) != nil {
                listing.codeFolders.append(name)
            }
            // A bounded memory: the younger half goes whenever twice the limit has gathered.
            if found.count >= 2 * max(limit, 1) {
                listing.more += found.keepOldest(limit)
            }
        }
        listing.more += found.keepOldest(limit)
        listing.oldest = found
        return listing
    }

    private func arrival(of name: [UInt8]) -> Timestamp? {
        if let stamped = ItemName(bytes: name) { return stamped.stamp }
        return try? folder.status(of: name).modified
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
}
