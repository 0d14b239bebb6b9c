/// The calls on files and folders that a spool is made of, relative to open descriptors; names are bytes, never followed.
///
/// `SystemCall` is the kernel's; a simulation puts another in its place and can let any of them fail.
package protocol FileSystem {
    /// A folder by its path, which may lead through symbolic links.
    func openFolder(path: String) throws(SystemError) -> Int32

    /// What a path leads to now, symbolic links followed.
    func status(ofPath path: String) throws(SystemError) -> FileStatus

    /// False where it is there already.
    func makeFolder(path: String, mode: UInt32) throws(SystemError) -> Bool

    func open(
        _ name: [UInt8], in folder: Int32, _ flags: Int32, mode: UInt32, at path: @autoclosure () -> String
    ) throws(SystemError) -> Int32

    /// The descriptor is gone also where this fails.
    func close(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError)

    func status(of name: [UInt8], in folder: Int32, at path: @autoclosure () -> String) throws(SystemError)
        -> FileStatus

    func status(of descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) -> FileStatus

    /// Never over an existing name: EEXIST instead.
    func rename(
        _ name: [UInt8], in from: Int32, to newName: [UInt8], in to: Int32, at path: @autoclosure () -> String
    ) throws(SystemError)

    /// Over whatever has the name.
    func replace(
        _ name: [UInt8], with temporary: [UInt8], in folder: Int32, at path: @autoclosure () -> String
    ) throws(SystemError)

    /// `flags` may say AT_REMOVEDIR.
    func unlink(_ name: [UInt8], in folder: Int32, flags: Int32, at path: @autoclosure () -> String)
        throws(SystemError)

    func makeFolder(_ name: [UInt8], in folder: Int32, mode: UInt32, at path: @autoclosure () -> String)
        throws(SystemError)

    func setMode(_ mode: UInt32, of descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError)

    func give(_ descriptor: Int32, toGroup group: UInt32, at path: String) throws(SystemError)

    /// From where the descriptor stands to the end, at most `limit` bytes.
    func read(_ descriptor: Int32, limit: Int, at path: @autoclosure () -> String) throws(SystemError) -> [UInt8]

    /// All of it, or it throws.
    func write(_ bytes: [UInt8], to descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError)

    /// The byte at an offset; nil at the end of the file.
    func byte(of descriptor: Int32, at offset: Int, path: @autoclosure () -> String) throws(SystemError) -> UInt8?

    func cut(_ descriptor: Int32, to size: Int, at path: @autoclosure () -> String) throws(SystemError)

    func sync(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError)

    func syncData(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError)

    /// What SQLite opens to get at a file of this folder, as a file URI; no rename of a folder above it matters.
    func database(_ name: [UInt8], in folder: Int32, at path: @autoclosure () -> String) throws(SystemError) -> String

    /// Ends a transaction of a database by `end`.
    func commit(at path: String, _ end: () throws(SystemError) -> Void) throws(SystemError)

    /// False where another process holds the lock.
    func lock(_ descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) -> Bool

    func unlock(_ descriptor: Int32)

    /// Whether somebody has the file open for writing; nil where it cannot be asked.
    func isBeingWritten(_ descriptor: Int32) -> Bool?

    /// Calls `body` with each entry but `.` and `..`, until it answers false.
    func forEachEntry(
        in folder: Int32, at path: @autoclosure () -> String, _ body: (FolderEntry) -> Bool
    ) throws(SystemError)

    /// What an ordinary user may still take; inodes are nil where the file system makes them as it needs them.
    func room(_ descriptor: Int32, at path: String) throws(SystemError) -> (bytes: UInt64, inodes: UInt64?)
}

extension FileSystem {
    package func open(_ name: [UInt8], in folder: Int32, _ flags: Int32, at path: @autoclosure () -> String)
        throws(SystemError) -> Int32
    {
        try open(name, in: folder, flags, mode: 0, at: path())
    }

    package func unlink(_ name: [UInt8], in folder: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        try unlink(name, in: folder, flags: 0, at: path())
    }

    /// Where nothing was written, or what was written is given up, nobody asks how it ended.
    package func close(_ descriptor: Int32) {
        try? close(descriptor, at: "")
    }
}
