import Grants
import Linux
import Spool

/// The spool, looked at beside a worker or without one.
struct SpoolStep {
    let findings: Findings
    let now: Timestamp

    func run(_ path: String) -> SpoolExamination? {
        let spool: SpoolExamination
        do throws(SystemError) {
            spool = try SpoolExamination(path)
        } catch {
            findings.fail(
                .spoolFound, "\(error)",
                do: "`knocknoc-entra init` makes it; if it is there, mount its disk or run this as its owner.")
            findings.skipRest(of: .spool, "not reached: there is no spool to look at")
            return nil
        }
        findings.ok(.spoolFound, path)
        marker(spool)
        folders(spool)
        owner(spool)
        room(spool)
        piles(spool)
        return spool
    }

    private func marker(_ spool: SpoolExamination) {
        switch spool.marker {
        case .right: findings.ok(.spoolMarker, ".spool names the layout of this version")
        case .missing:
            findings.fail(
                .spoolMarker, "\(spool.path) has no .spool marker",
                do: "Is its disk mounted? If it is new: `knocknoc-entra init`.")
        case .otherLayout:
            findings.fail(
                .spoolMarker, ".spool names a layout that this version does not know",
                do: "Run the version that made it, or make a new spool.")
        }
    }

    private func folders(_ spool: SpoolExamination) {
        let troubles = spool.places.compactMap(\.trouble)
        if troubles.isEmpty {
            findings.ok(.spoolFolders, "all \(spool.places.count) can be opened")
        } else {
            let list = troubles.map(\.description).joined(separator: "; ")
            findings.fail(.spoolFolders, list, do: "`knocknoc-entra init` as the spool's owner makes what is missing.")
        }
        let odd = spool.places.filter { $0.mode != nil && $0.mode != $0.wantedMode }
        if odd.isEmpty {
            findings.ok(.spoolModes, "as `init` sets them")
        } else {
            let list = odd.map { "\($0.name)/ has \(octal($0.mode ?? 0)), not \(octal($0.wantedMode))" }
            // Who can write there can let an address in, or read who was let in.
            let isOpen = odd.contains { ($0.mode ?? 0) & 0o007 != 0 }
            let text = list.joined(separator: ", ") + (isOpen ? "; every user of this host may enter" : "")
            findings.warn(.spoolModes, text, do: "`knocknoc-entra init` as the spool's owner sets them.")
        }
        let elsewhere = spool.places.filter(\.isOnOtherDevice).map(\.name)
        if elsewhere.isEmpty {
            findings.ok(.spoolFileSystem, "all folders lie on one file system")
        } else {
            findings.fail(
                .spoolFileSystem, "\(elsewhere.joined(separator: ", ")) lie on another file system than the spool",
                do: "Requests move by rename, so mount the spool as a whole.")
        }
    }

    private func owner(_ spool: SpoolExamination) {
        guard let incoming = spool.places.first(where: { $0.name == "incoming" }), let owner = incoming.owner else {
            return findings.skip(.spoolOwner, "incoming/ cannot be looked at")
        }
        let others = spool.places.filter { $0.owner != nil && $0.owner != owner }.map(\.name)
        if !others.isEmpty {
            findings.fail(
                .spoolOwner, "incoming/ belongs to user \(owner), and not so \(others.joined(separator: ", "))",
                do: "`chown` them to the user that the worker runs as.")
        } else if spool.user == owner || spool.user == 0 {
            findings.ok(.spoolOwner, "the folders belong to user \(owner)")
        } else {
            findings.warn(
                .spoolOwner, "the folders belong to user \(owner), and this runs as \(spool.user)",
                do: "Run the doctor as the worker's user, so that it sees what the worker sees.")
        }
    }

    private func room(_ spool: SpoolExamination) {
        let floor = SpoolHealth.Floor()
        if let free = spool.freeBytes {
            let text = "\(free >> 20) MiB are free"
            if free < floor.bytes {
                findings.fail(
                    .spoolRoom, "\(text), below \(floor.bytes >> 20): nothing new is taken",
                    do: "Make room; removals go on meanwhile.")
            } else if free < floor.bytes * 8 {
                findings.warn(.spoolRoom, text, do: "Make room before it is below \(floor.bytes >> 20) MiB.")
            } else {
                findings.ok(.spoolRoom, text)
            }
        } else {
            findings.skip(.spoolRoom, "the file system does not say")
        }
        guard let free = spool.freeInodes else {
            return findings.skip(.spoolInodes, "the file system makes inodes as it needs them, or does not say")
        }
        if free < floor.inodes {
            findings.fail(
                .spoolInodes, "\(free) inodes are free, below \(floor.inodes): nothing new is taken",
                do: "Delete files on that disk: every request takes one.")
        } else {
            findings.ok(.spoolInodes, "\(free) are free")
        }
    }

    private func piles(_ spool: SpoolExamination) {
        if let incoming = spool.pile("incoming"), let work = spool.pile("work") {
            let oldest = [incoming.oldest, work.oldest].compactMap { $0 }.min()
            let age = oldest.map { (now - $0).components.seconds } ?? 0
            let text =
                "\(incoming.count) in incoming/, \(work.count) in work/"
                + (oldest == nil ? "" : ", the oldest \(age) s")
            if age > 600 {
                findings.warn(
                    .spoolWaiting, text, do: "Look at the worker's log; the rest of this list may say what holds it up."
                )
            } else {
                findings.ok(.spoolWaiting, text)
            }
        } else {
            findings.skip(.spoolWaiting, "this user may not look into incoming/ and work/")
        }
        guard let failed = spool.failed() else {
            return findings.skip(.spoolFailed, "this user may not look into failed/")
        }
        let list = failed.map { "\($0.count) with \($0.code)" }.joined(separator: ", ")
        if failed.isEmpty {
            findings.ok(.spoolFailed, "nothing has failed")
        } else {
            findings.warn(.spoolFailed, list, do: "Each has a .why beside it; `knocknoc-entra explain CODE` says more.")
        }
    }

    private func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
