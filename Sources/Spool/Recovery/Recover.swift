import Glibc
package import Grants
package import Linux

/// Sorts out what an earlier life of the worker left behind, before anything new is taken.
package struct Recover {
    package struct Findings {
        /// Their verdict was committed: their moves are finished first, before any expiry.
        package var unfinished: [(ClaimName, Verdict)] = []
        /// To be read and judged again.
        package var unjudged: [ClaimName] = []
        /// Names in `work/` that are no claims; left alone.
        package var strangers: [String] = []
        /// Second names, which go before anything else is written.
        fileprivate(set) var duplicates: [FiledName] = []

        package init() {}
    }

    private let spool: SpoolDirectory

    package init(_ spool: SpoolDirectory) {
        self.spool = spool
    }

    package func run(settling: [ClaimName: Verdict]) throws(SystemError) -> Findings {
        var findings = Findings()
        var losers: [FiledName] = []
        var claims: [FileStatus.Identity: Claimed] = [:]
        /// The disk does not show them at the moment, which is found out again when they are read.
        var unseen: [ClaimName] = []
        for name in try spool.work.names() where name.first != UInt8(ascii: ".") {
            guard let claim = ClaimName(bytes: name) else {
                findings.strangers.append(name.percentEscaped)
                continue
            }
            let status: FileStatus
            do throws(SystemError) {
                status = try spool.work.status(of: name)
            } catch {
                if error.code == ENOENT { continue }
                guard error.isLocal else { throw error }
                unseen.append(claim)
                continue
            }
            guard let known = claims[status.identity] else {
                claims[status.identity] = Claimed(claim: claim, otherLinks: status.links - 1)
                continue
            }
            // One file under two claims: a power cut undid half of a rename; the later claim is its present life.
            let other = known.claim
            let (kept, former) = claim.number > other.number ? (claim, other) : (other, claim)
            claims[status.identity] = Claimed(claim: kept, otherLinks: known.otherLinks - 1)
            losers.append(FiledName(folder: spool.work, name: former.bytes, verdict: nil))
        }
        let duplicates = Duplicates(spool, settling: settling)
        losers += try duplicates.losers(against: claims.filter { $0.value.otherLinks > 0 })
        findings.duplicates = losers
        let kept = claims.values.map(\.claim) + unseen
        for claim in kept.sorted(by: { $0.item.bytes.lexicographicallyPrecedes($1.item.bytes) }) {
            if let verdict = settling[claim] {
                findings.unfinished.append((claim, verdict))
            } else {
                findings.unjudged.append(claim)
            }
        }
        return findings
    }
}

extension Recover.Findings {
    /// Durably, since the ledger may forget soon what decided between them.
    package func removeDuplicates() throws(SystemError) {
        for loser in duplicates {
            _ = try unlessGone(try loser.folder.remove(loser.name))
        }
        var synced: Set<ObjectIdentifier> = []
        for loser in duplicates where synced.insert(ObjectIdentifier(loser.folder)).inserted {
            try loser.folder.sync()
        }
    }
}

extension SpoolDirectory {
    /// What lies in `work/`, the oldest claim first.
    package func claims() throws(SystemError) -> [ClaimName] {
        try work.names().compactMap(ClaimName.init(bytes:)).sorted { $0.number < $1.number }
    }
}
