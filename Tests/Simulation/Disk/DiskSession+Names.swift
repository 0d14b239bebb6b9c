import Glibc
import Linux

/// Calls on names and folders.
extension DiskSession {
    func openFolder(path: String) throws(SystemError) -> Int32 {
        try step(.open, "open") { path }
        guard let node = disk.find(path), node.isFolder else { throw SystemError("open", path, code: ENOENT) }
        return add(node)
    }

    func status(ofPath path: String) throws(SystemError) -> FileStatus {
        try step(.status, "stat") { path }
        guard let node = disk.find(path) else { throw SystemError("stat", path, code: ENOENT) }
        return node.status
    }

    func makeFolder(path: String, mode: UInt32) throws(SystemError) -> Bool {
        guard disk.find(path) == nil else { return false }
        disk.beginStep()
        disk.set(Name(path), in: disk.root, to: disk.make(isFolder: true, mode: mode))
        return true
    }

    func open(
        _ name: [UInt8], in folder: Int32, _ flags: Int32, mode: UInt32, at path: @autoclosure () -> String
    ) throws(SystemError) -> Int32 {
        let parent = try handle(folder, "open").node
        let known = name == [UInt8(ascii: ".")] ? parent : disk.child(Name(name), of: parent)
        try step(.open, creates: known == nil && flags & O_CREAT != 0, "open", path)
        if let known {
            if flags & O_EXCL != 0 { throw SystemError("open", path(), code: EEXIST) }
            if flags & O_DIRECTORY != 0, !known.isFolder { throw SystemError("open", path(), code: ENOTDIR) }
            return add(known, appends: flags & O_APPEND != 0)
        }
        guard flags & O_CREAT != 0 else { throw SystemError("open", path(), code: ENOENT) }
        let node = disk.make(isFolder: false, mode: mode)
        disk.beginStep()
        disk.set(Name(name), in: parent, to: node)
        return add(node, appends: flags & O_APPEND != 0)
    }

    func status(of name: [UInt8], in folder: Int32, at path: @autoclosure () -> String) throws(SystemError)
        -> FileStatus
    {
        try step(.status, "stat", path)
        guard let node = disk.child(Name(name), of: try handle(folder, "stat").node) else {
            throw SystemError("stat", path(), code: ENOENT)
        }
        return node.status
    }

    func status(of descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) -> FileStatus {
        try step(.status, "fstat", path)
        return try handle(descriptor, "fstat").node.status
    }

    func rename(
        _ name: [UInt8], in from: Int32, to newName: [UInt8], in to: Int32, at path: @autoclosure () -> String
    ) throws(SystemError) {
        try step(.rename, "rename", path)
        let (source, target) = (try handle(from, "rename").node, try handle(to, "rename").node)
        guard let node = disk.child(Name(name), of: source) else { throw SystemError("rename", path(), code: ENOENT) }
        guard target.entries[Name(newName)] == nil else { throw SystemError("rename", path(), code: EEXIST) }
        disk.rename(node, Name(name), in: source, to: Name(newName), in: target)
        disk.didMove(node, target, Name(newName))
    }

    func replace(
        _ name: [UInt8], with temporary: [UInt8], in folder: Int32, at path: @autoclosure () -> String
    ) throws(SystemError) {
        try step(.replace, "rename", path)
        let parent = try handle(folder, "rename").node
        guard let node = disk.child(Name(temporary), of: parent) else {
            throw SystemError("rename", path(), code: ENOENT)
        }
        disk.rename(node, Name(temporary), in: parent, to: Name(name), in: parent)
    }

    func unlink(_ name: [UInt8], in folder: Int32, flags: Int32, at path: @autoclosure () -> String)
        throws(SystemError)
    {
        let call = flags == 0 ? "unlink" : "rmdir"
        try step(.unlink, call, path)
        let parent = try handle(folder, call).node
        guard let node = disk.child(Name(name), of: parent) else { throw SystemError(call, path(), code: ENOENT) }
        if node.isFolder != (flags != 0) { throw SystemError(call, path(), code: node.isFolder ? EISDIR : ENOTDIR) }
        if !node.entries.isEmpty { throw SystemError(call, path(), code: ENOTEMPTY) }
        disk.beginStep()
        disk.set(Name(name), in: parent, to: nil)
    }

    func makeFolder(_ name: [UInt8], in folder: Int32, mode: UInt32, at path: @autoclosure () -> String)
        throws(SystemError)
    {
        try step(.makeFolder, "mkdir", path)
        let parent = try handle(folder, "mkdir").node
        guard parent.entries[Name(name)] == nil else { throw SystemError("mkdir", path(), code: EEXIST) }
        disk.beginStep()
        disk.set(Name(name), in: parent, to: disk.make(isFolder: true, mode: mode))
    }

    func setMode(_ mode: UInt32, of descriptor: Int32, at path: @autoclosure () -> String) throws(SystemError) {
        try step(.setMode, "chmod", path)
        try handle(descriptor, "chmod").node.mode = mode
    }

    /// The oldest first, so that every run is the same.
    func forEachEntry(
        in folder: Int32, at path: @autoclosure () -> String, _ body: (FolderEntry) -> Bool
    ) throws(SystemError) {
        try step(.list, "readdir", path)
        let entries = try handle(folder, "readdir").node.entries.sorted {
            $0.value == $1.value ? $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) : $0.value < $1.value
        }
        for (name, number) in entries {
            let kind: EntryKind = disk.nodes[number]?.isFolder ?? false ? .folder : .regular
            guard body(FolderEntry(name: name.bytes, kind: kind, inode: number)) else { return }
        }
    }
}
