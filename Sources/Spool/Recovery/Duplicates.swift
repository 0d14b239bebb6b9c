import Grants
import Linux

/// Finds files that a power cut left under two names, as some file systems do with half a rename (btrfs).
struct Duplicates {
    /// The names of one file outside `work/`, and how many there should be.
    private struct Found {
        var places: [FiledName] = []
        let links: Int
    }

    private let spool: SpoolDirectory
    /// What the ledgers say of each item, the latest claim first.
    private let told: [ItemName: [Verdict]]

    init(_ spool: SpoolDirectory, settling: [ClaimName: Verdict]) {
        self.spool = spool
        var told: [ItemName: [Verdict]] = [:]
        for (claim, verdict) in settling.sorted(by: { $0.key.number > $1.key.number }) {
            told[claim.item, default: []].append(verdict)
        }
        self.told = told
    }

    /// The names to remove: `work/` stays, else what a ledger says, else `done/`, `failed/`, `incoming/`.
    ///
    /// Only names of one item count as such: a second name that somebody gave a file is not ours to remove.
    func losers(against claims: [FileStatus.Identity: Claimed]) throws(SystemError) -> [FiledName] {
        var found = claims.mapValues { Found(links: $0.otherLinks) }
        try collect(in: spool.incoming, verdict: nil, into: &found)
        for (folder, code) in try spool.failedFolders() {
            do throws(SystemError) {
                try collect(in: folder, verdict: .failed(code), into: &found)
            } catch {
                guard error.isLocal else { throw error }
                spool.unusable[folder.path] = error
            }
        }
        var losers = try producersNames(of: found)
        try collectDone(into: &found)
        for (identity, file) in found {
            if let claim = claims[identity]?.claim {
                losers += file.places.filter { $0.belongs(to: claim.item) }
            } else if let kept = winner(of: file.places), let item = kept.item {
                losers += file.places.filter { $0 != kept && $0.belongs(to: item) }
            }
        }
        return losers
    }

    /// `tmp/` loses against everything: what was moved out of it is no producer's any more, whatever its name there.
    ///
    /// Left with two names the item would be refused as a hard link.
    private func producersNames(of found: [FileStatus.Identity: Found]) throws(SystemError) -> [FiledName] {
        var places: [FiledName] = []
        guard !found.isEmpty else { return places }
        for name in try spool.temporary.names() {
            guard let status = try? spool.temporary.status(of: name), found[status.identity] != nil else { continue }
            places.append(FiledName(folder: spool.temporary, name: name, verdict: nil))
        }
        return places
    }

    private func winner(of places: [FiledName]) -> FiledName? {
        for place in places.sorted(by: { $0.rank < $1.rank }) {
            guard let item = place.item else { continue }
            for verdict in told[item] ?? [] {
                if let said = places.first(where: { $0.verdict == verdict && $0.belongs(to: item) }) { return said }
            }
        }
        return places.filter { $0.verdict != nil }.min { $0.rank < $1.rank }
    }

    private func collect(
        in folder: Folder, verdict: Verdict?, into found: inout [FileStatus.Identity: Found]
    ) throws(SystemError) {
        for name in try folder.names() where name.hasSuffix(".json") {
            guard let status = try? folder.status(of: name), status.kind == .regular, status.links > 1 else { continue }
            let place = FiledName(folder: folder, name: name, verdict: verdict)
            found[status.identity, default: Found(links: status.links)].places.append(place)
        }
    }

    /// Days can hold a million files: only names whose inode is sought are looked at, and only while some are.
    private func collectDone(into found: inout [FileStatus.Identity: Found]) throws(SystemError) {
        var sought: Set<UInt64> = []
        for (identity, file) in found where file.places.count < file.links { sought.insert(identity.inode) }
        guard !sought.isEmpty else { return }
        let days = try spool.done.names().filter { $0.isDay }.sorted { $1.lexicographicallyPrecedes($0) }
        for day in days {
            guard let folder = try? spool.done.folder(String(decoding: day, as: UTF8.self)) else { continue }
            var names: [[UInt8]] = []
            try folder.files.forEachEntry(in: folder.descriptor, at: folder.path) { entry in
                if sought.contains(entry.inode) { names.append(entry.name) }
                return true
            }
            for name in names {
                guard let status = try? folder.status(of: name), found[status.identity] != nil else { continue }
                found[status.identity]?.places.append(FiledName(folder: folder, name: name, verdict: .done))
                sought.remove(status.identity.inode)
            }
            if sought.isEmpty { return }
        }
    }
}

extension FiledName: Equatable {
    static func == (left: FiledName, right: FiledName) -> Bool {
        left.folder === right.folder && left.name == right.name
    }

    /// The smallest stays.
    fileprivate var rank: Int {
        switch verdict {
        case .done: 0
        case .failed: 1
        case nil: 2
        }
    }

    /// Nil in `incoming/` before the first claim; a copy (`….json.1.json`) counts as the item it shares the name with.
    fileprivate var item: ItemName? {
        var base = name.dropLast(5)
        while let last = base.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { base.removeLast() }
        let original = Array(base.dropLast())
        return ItemName(bytes: original.hasSuffix(".json") && base.last == UInt8(ascii: ".") ? original : name)
    }

    /// Whether it is a name that this item had or gets: its own, that of a copy, or its producer's.
    fileprivate func belongs(to item: ItemName) -> Bool {
        if name == item.bytes || name.starts(with: item.bytes + ".") { return true }
        guard verdict == nil else { return false }
        return ItemName(claiming: name, arrived: item.stamp, random: 0).producerName.elementsEqual(item.producerName)
    }
}

extension [UInt8] {
    /// Eight digits, as the folders of `done/` are called.
    var isDay: Bool {
        count == 8 && allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
