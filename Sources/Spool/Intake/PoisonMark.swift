import Glibc
package import Grants
package import Linux

/// Remembers across a crash what was being judged, so that an item that brings the worker down is found and set aside.
///
/// `work/.judging` is a list of beginnings and ends, never synced: it has to outlive the process, not the machine.
/// A beginning without its end is a crash; that of a batch accuses everything in `work/` once.
package final class PoisonMark {
    /// At so many crashes an item is given up, as SPOOL008.
    package static let crashLimit = 3

    /// An earlier life crashed over a batch: what it was judging may also still lie in `incoming/`.
    package let wasLeft: Bool
    /// Crashes of claims in `work/` that were under suspicion when this life began and have not been cleared yet.
    package private(set) var suspects: [ClaimName: Int]

    private let work: Folder
    private var current: ClaimName?
    private var file: Int32?

    package init(_ spool: SpoolDirectory) throws(SystemError) {
        work = spool.work
        guard let left = try unlessGone(try work.read(Self.name, limit: 1 << 28)) else {
            (wasLeft, suspects) = (false, [:])
            return
        }
        let history = History(left)
        wasLeft = history.openBatches > 0 || !history.crashes.isEmpty
        suspects = [:]
        for claim in try work.names().compactMap({ ClaimName(bytes: $0) }) where !history.cleared.contains(claim) {
            let crashes = (history.crashes[claim] ?? 0) + min(history.openBatches, 1)
            if crashes > 0 { suspects[claim] = crashes }
        }
    }

    deinit {
        if let file { work.files.close(file) }
    }

    /// Before items are decoded and applied; where it cannot be written the items are judged without it.
    package func begin() throws(SystemError) {
        try note("begin *")
    }

    /// Before a suspect is judged alone.
    package func begin(suspect: ClaimName) throws(SystemError) {
        try note("begin \(suspect)")
        current = suspect
    }

    /// After judging, before any wait or request.
    package func end() throws(SystemError) {
        if let current {
            self.current = nil
            try clear(current)
        } else {
            try finish("end *")
        }
    }

    /// It has to wait before it can be judged to the end; what it is suspected of stays.
    package func pause() throws(SystemError) {
        guard let current else { return }
        self.current = nil
        if suspects[current] == nil { try finish("end \(current)") } else { try note("pause \(current)") }
    }

    /// An item that is not judged any more, because it got its verdict for its crashes.
    package func clear(_ claim: ClaimName) throws(SystemError) {
        suspects[claim] = nil
        try finish("end \(claim)")
    }

    private static let name = Array(".judging".utf8)

    private func note(_ line: String) throws(SystemError) {
        let file: Int32
        if let open = self.file {
            file = open
        } else {
            let flags = O_WRONLY | O_APPEND | O_CREAT
            file = try work.files.open(Self.name, in: work.descriptor, flags, mode: 0o600, at: work.path(of: Self.name))
            self.file = file
        }
        try work.files.write(Array((line + "\n").utf8), to: file, at: work.path(of: Self.name))
    }

    /// The history is needed as long as somebody is under suspicion.
    private func finish(_ line: String) throws(SystemError) {
        guard suspects.isEmpty else { return try note(line) }
        if let file { work.files.close(file) }
        file = nil
        _ = try unlessGone(try work.remove(Self.name))
    }

    /// What the lines of an earlier life come to; damaged ones accuse nobody.
    private struct History {
        var openBatches = 0
        var crashes: [ClaimName: Int] = [:]
        var cleared: Set<ClaimName> = []

        init(_ bytes: [UInt8]) {
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
                guard words.count == 2 else { continue }
                let claim = ClaimName(escaped: String(words[1]))
                switch (words[0], claim) {
                case ("begin", let claim?):
                    crashes[claim, default: 0] += 1
                    cleared.remove(claim)
                case ("end", let claim?):
                    crashes[claim] = nil
                    cleared.insert(claim)
                case ("pause", let claim?):
                    crashes[claim] = max((crashes[claim] ?? 0) - 1, 0)
                case ("begin", nil) where words[1] == "*":
                    openBatches += 1
                case ("end", nil) where words[1] == "*":
                    openBatches -= 1
                default: continue
                }
            }
        }
    }
}
