/// An entry of a folder as `readdir` tells it.
package struct FolderEntry {
    package let name: [UInt8]
    package let kind: EntryKind
    /// The same as in `FileStatus`, except for mount points.
    package let inode: UInt64

    package init(name: [UInt8], kind: EntryKind, inode: UInt64) {
        (self.name, self.kind, self.inode) = (name, kind, inode)
    }
}
