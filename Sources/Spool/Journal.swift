package import GrantCore

/// The audit trail: one JSON line an outcome, appended to the file of the day and made durable once a batch.
package struct Journal {
    private let file: AppendedFile

    package init(_ spool: SpoolDirectory) {
        file = AppendedFile(in: spool.journal, mode: 0o640)
    }

    /// Appends the lines, each ended by a newline already.
    package func append(_ lines: [UInt8], at now: Timestamp) throws(SystemError) {
        try file.append(lines, to: now.day + ".ndjson")
    }
}
