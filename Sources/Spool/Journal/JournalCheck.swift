package import Linux

/// Holds the journal against its seals, without the worker.
package struct JournalCheck {
    package private(set) var days: [String] = []
    package private(set) var batches = 0
    package private(set) var lines = 0
    /// What is not as it was written, and where.
    package private(set) var faults: [String] = []
    /// What a crash explains.
    package private(set) var remarks: [String] = []

    private let hash: JournalSeal.Hash
    private var previous: String?

    package init(_ spool: SpoolView, hash: @escaping JournalSeal.Hash) throws(SystemError) {
        self.hash = hash
        let folder = try spool.root.folder("journal")
        let names = try folder.names().filter(\.isJournalDay).sorted { $0.lexicographicallyPrecedes($1) }
        for (index, name) in names.enumerated() {
            let day = String(decoding: name.prefix(8), as: UTF8.self)
            days.append(day)
            check(try folder.read(name, limit: 1 << 32), of: day, isLast: index == names.count - 1)
        }
    }

    private mutating func check(_ bytes: [UInt8], of day: String, isLast: Bool) {
        var (start, number, batchStart) = (0, 0, 0)
        while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            if let seal = JournalSeal(line: bytes[start..<newline]) {
                check(seal, Array(bytes[batchStart..<start]), at: "\(day).ndjson line \(number)")
                batchStart = newline + 1
            } else {
                lines += 1
            }
            start = newline + 1
        }
        guard batchStart < bytes.count else { return }
        let text = "\(day).ndjson ends with \(bytes.count - batchStart) bytes that no seal covers"
        if isLast {
            remarks.append("\(text): a batch that a crash tore, or one that is being written; the next one seals them")
        } else {
            faults.append("\(text), and a later day follows")
        }
    }

    private mutating func check(_ seal: JournalSeal, _ batch: [UInt8], at place: String) {
        batches += 1
        if let previous, previous != seal.previous {
            faults.append("\(place): the seal before it is missing or another; something was removed or put in before")
        } else if previous == nil, !seal.previous.isEmpty {
            remarks.append("\(place): what came before is not here any more (retention)")
        }
        if !seal.covers(batch, by: hash) {
            faults.append("\(place): the lines before this seal are not those it was made for")
        }
        if seal.unsealed > 0 {
            remarks.append(
                "\(place): \(seal.unsealed) bytes that a crash had left without a seal were sealed afterwards")
        }
        previous = seal.hash
    }
}

extension [UInt8] {
    /// `20261120.ndjson`.
    package var isJournalDay: Bool {
        count == 15 && hasSuffix(".ndjson") && Array(prefix(8)).isDay
    }
}
