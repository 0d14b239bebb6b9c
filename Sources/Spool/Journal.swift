import Glibc
package import GrantCore

/// The audit trail: one JSON line an outcome, appended to the file of the day and made durable once a batch.
package final class Journal {
    private let folder: Folder
    private var name: [UInt8] = []
    private var file: Int32?

    package init(_ spool: SpoolDirectory) {
        folder = spool.journal
    }

    deinit {
        if let file { close(file) }
    }

    /// Appends the lines, each ended by a newline already, then one `fdatasync`.
    ///
    /// A write that fails half way is taken back; what a crash left of a line keeps a line of its own.
    package func append(_ lines: [UInt8], at now: Timestamp) throws(SystemError) {
        guard !lines.isEmpty else { return }
        let file = try open(day: now.day)
        let path = folder.path(of: name)
        let size = try SystemCall.status(of: file, at: path).size
        let newline = UInt8(ascii: "\n")
        let last = size > 0 ? try SystemCall.byte(of: file, at: size - 1, path: path) : newline
        do {
            try SystemCall.write(last == newline ? lines : [newline] + lines, to: file, at: path)
        } catch {
            _ = ftruncate(file, size)
            throw error
        }
        try SystemCall.syncData(file, at: path)
    }

    /// The file of the day under its name: whoever moved or removed the one that was open gets no more lines.
    private func open(day: String) throws(SystemError) -> Int32 {
        let wanted = Array((day + ".ndjson").utf8)
        if let file, wanted == name, try isInPlace(file) { return file }
        let opened = try SystemCall.open(
            wanted, in: folder.descriptor, O_RDWR | O_APPEND | O_CREAT, mode: 0o640, at: folder.path(of: wanted))
        if let file { close(file) }
        (file, name) = (opened, wanted)
        try folder.sync()
        return opened
    }

    private func isInPlace(_ file: Int32) throws(SystemError) -> Bool {
        guard let named = try? folder.status(of: name) else { return false }
        return try named.identity == SystemCall.status(of: file, at: folder.path(of: name)).identity
    }
}
