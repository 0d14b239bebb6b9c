import Glibc
import Grants
import Linux

/// A file of lines that only grows: a batch is one write and one `fdatasync`.
final class AppendedFile {
    private let folder: Folder
    private let mode: UInt32
    private var name: [UInt8] = []
    private var file: Int32?
    private var isFresh = false

    init(in folder: Folder, mode: UInt32) {
        (self.folder, self.mode) = (folder, mode)
    }

    deinit {
        if let file { folder.files.close(file) }
    }

    /// What goes behind the lines: by the size of the file, what ends a torn line, and whether it was opened just now.
    typealias Tail = (_ size: Int, _ lead: [UInt8], _ isFresh: Bool) throws(SystemError) -> [UInt8]

    /// Appends the lines, each ended by a newline already; returns the size of the file.
    ///
    /// A write that fails half way is taken back; what a crash left of a line keeps a line of its own.
    @discardableResult
    func append(_ lines: [UInt8], to name: String, ending: Tail = { _, _, _ in [] }) throws(SystemError) -> Int {
        isFresh = false
        let file = try open(Array(name.utf8))
        let path = folder.path(of: self.name)
        let size = try folder.files.status(of: file, at: path).size
        let newline = UInt8(ascii: "\n")
        let last = size > 0 ? try folder.files.byte(of: file, at: size - 1, path: path) : newline
        let lead = last == newline ? [] : [newline]
        let bytes = lead + lines + (try ending(size, lead, isFresh))
        do {
            try folder.files.write(bytes, to: file, at: path)
        } catch {
            try? folder.files.cut(file, to: size, at: path)
            throw error
        }
        try folder.files.syncData(file, at: path)
        return size + bytes.count
    }

    /// The file under its name: whoever moved, replaced or removed the one that was open gets no more lines.
    private func open(_ wanted: [UInt8]) throws(SystemError) -> Int32 {
        if let file, wanted == name, try isInPlace(file) { return file }
        let opened = try folder.files.open(
            wanted, in: folder.descriptor, O_RDWR | O_APPEND | O_CREAT, mode: mode, at: folder.path(of: wanted))
        if let file { folder.files.close(file) }
        (file, name, isFresh) = (opened, wanted, true)
        try folder.sync()
        return opened
    }

    private func isInPlace(_ file: Int32) throws(SystemError) -> Bool {
        guard let named = try? folder.status(of: name) else { return false }
        return try named.identity == folder.files.status(of: file, at: folder.path(of: name)).identity
    }
}
