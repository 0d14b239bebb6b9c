import Glibc
package import GrantCore

/// Sorts out what an earlier life of the worker left behind, before anything new is taken.
package struct Recover {
    package struct Findings: Sendable {
        /// Their verdict was committed: their moves are finished first, before any expiry.
        package var unfinished: [(ClaimName, Verdict)] = []
        /// To be read and judged again.
        package var unjudged: [ClaimName] = []
        /// Names in `work/` that are no claims; left alone.
        package var strangers: [String] = []
        package var duplicatesRemoved = 0

        package init() {}
    }

    private let spool: SpoolDirectory

    package init(_ spool: SpoolDirectory) {
        self.spool = spool
    }

    package func run(settling: [ClaimName: Verdict]) throws(SystemError) -> Findings {
        var findings = Findings()
        var claims: [FileStatus.Identity: ClaimName] = [:]
        var hasLinks = false
        for name in try spool.work.names() where name.first != UInt8(ascii: ".") {
            guard let claim = ClaimName(bytes: name) else {
                findings.strangers.append(name.percentEscaped)
                continue
            }
            let status = try spool.work.status(of: name)
            let identity = status.identity
            hasLinks = hasLinks || status.links > 1
            guard let other = claims[identity] else {
                claims[identity] = claim
                continue
            }
            // One file under two claims: a power cut undid half of a rename; the later claim is its present life.
            let (kept, former) = claim.number > other.number ? (claim, other) : (other, claim)
            claims[identity] = kept
            try spool.work.remove(former.bytes)
            findings.duplicatesRemoved += 1
        }
        findings.duplicatesRemoved += try removeOtherNames(of: claims, hasLinks: hasLinks, settling: settling)
        for claim in claims.values.sorted(by: { $0.item.bytes.lexicographicallyPrecedes($1.item.bytes) }) {
            if let verdict = settling[claim] {
                findings.unfinished.append((claim, verdict))
            } else {
                findings.unjudged.append(claim)
            }
        }
        return findings
    }

    /// One file in several folders: `work/` stays, else what a ledger says, else `done/`, `failed/`, `incoming/`.
    private func removeOtherNames(
        of claims: [FileStatus.Identity: ClaimName], hasLinks: Bool, settling: [ClaimName: Verdict]
    ) throws(SystemError) -> Int {
        var told: [ItemName: Verdict] = [:]
        for (claim, verdict) in settling { told[claim.item] = verdict }
        var names: [FileStatus.Identity: [Place]] = [:]
        var linked = try linkedPlaces(in: openFolders())
        // A day of `done/` can hold a million files: look there only where something has a second name somewhere.
        if hasLinks || !linked.isEmpty { linked += try linkedPlaces(in: recentDays()) }
        for place in linked { names[place.identity, default: []].append(place) }
        var removed = 0
        for (identity, places) in names {
            var losers = places
            if claims[identity] == nil {
                guard places.count > 1 else { continue }
                losers.sort { $0.rank(told) < $1.rank(told) }
                losers.removeFirst()
            }
            for place in losers { try place.folder.remove(place.name) }
            removed += losers.count
        }
        return removed
    }

    private struct Place {
        let folder: Folder
        let name: [UInt8]
        let identity: FileStatus.Identity
        /// Nil in `incoming/`.
        let verdict: Verdict?

        /// The smallest stays.
        func rank(_ told: [ItemName: Verdict]) -> Int {
            guard let verdict else { return 3 }
            if let item = ItemName(bytes: name), told[item] == verdict { return 0 }
            return verdict == .done ? 1 : 2
        }
    }

    private func openFolders() throws(SystemError) -> [(Folder, Verdict?)] {
        var folders: [(Folder, Verdict?)] = [(spool.incoming, nil)]
        for name in try spool.failed.names() {
            let text = String(decoding: name, as: UTF8.self)
            guard let code = AgentCode(rawValue: text) else { continue }
            folders.append((try spool.failed.folder(text), .failed(code)))
        }
        return folders
    }

    /// A verdict is settled on the day it is given, or on the day before where midnight or a crash lay between.
    private func recentDays() throws(SystemError) -> [(Folder, Verdict?)] {
        var folders: [(Folder, Verdict?)] = []
        for day in try spool.done.names().map({ String(decoding: $0, as: UTF8.self) }).sorted().suffix(2) {
            folders.append((try spool.done.folder(day), .done))
        }
        return folders
    }

    private func linkedPlaces(in folders: [(Folder, Verdict?)]) throws(SystemError) -> [Place] {
        var found: [Place] = []
        for (folder, verdict) in folders {
            for name in try folder.names() where name.hasSuffix(".json") {
                guard let status = try? folder.status(of: name), status.kind == .regular, status.links > 1 else {
                    continue
                }
                found.append(Place(folder: folder, name: name, identity: status.identity, verdict: verdict))
            }
        }
        return found
    }
}
