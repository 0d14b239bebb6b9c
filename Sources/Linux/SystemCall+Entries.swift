import Glibc

extension SystemCall {
    /// Calls `body` with each entry but `.` and `..`, until it answers false.
    package func forEachEntry(
        in folder: Int32, at path: @autoclosure () -> String, _ body: (FolderEntry) -> Bool
    ) throws(SystemError) {
        let copy = try open(Array(".".utf8), in: folder, O_RDONLY | O_DIRECTORY, at: path())
        guard let stream = unsafe fdopendir(copy) else {
            let error = SystemError("opendir", path())
            Glibc.close(copy)
            throw error
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno == EINTR { continue }
                guard errno == 0 else { throw SystemError("readdir", path()) }
                return
            }
            let kind = EntryKind(unsafe entry.pointee.d_type)
            let inode = UInt64(unsafe entry.pointee.d_ino)
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
                    unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: strnlen(field, 256)))
                }
            }
            if name.first == UInt8(ascii: "."), name.count == 1 || name.count == 2 && name[1] == name[0] { continue }
            guard body(FolderEntry(name: name, kind: kind, inode: inode)) else { return }
        }
    }
}
