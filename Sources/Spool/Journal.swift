import Glibc
package import GrantCore

/// The audit trail: one JSON line an outcome, appended to the file of the day and made durable once a batch.
package final class Journal {
    private let folder: Folder
    private var day = ""
    private var file: Int32 = -1

    package init(_ spool: SpoolDirectory) {
        folder = spool.journal
    }

    deinit {
        if file >= 0 { close(file) }
    }

    /// Appends the lines, each ended by a newline already, then one `fdatasync`.
    package func append(_ lines: [UInt8], at now: Timestamp) throws(SystemError) {
        guard !lines.isEmpty else { return }
        try open(day: now.day)
        let path = folder.path(of: Array((day + ".ndjson").utf8))
        try SystemCall.write(lines, to: file, at: path)
        try SystemCall.syncData(file, at: path)
    }

    private func open(day today: String) throws(SystemError) {
        guard today != day || file < 0 else { return }
        let name = Array((today + ".ndjson").utf8)
        let opened = try SystemCall.open(
            name, in: folder.descriptor, O_WRONLY | O_APPEND | O_CREAT, mode: 0o640, at: folder.path(of: name))
        if file >= 0 { close(file) }
        (file, day) = (opened, today)
        try folder.sync()
    }
}
