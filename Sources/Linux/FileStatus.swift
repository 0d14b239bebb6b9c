import Glibc
package import GrantCore

/// What `fstat` says of a file, as far as the spool cares.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case regular
        case folder
        case symbolicLink
        case other(String)
    }

    /// The same file under any name.
    package struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    package let kind: Kind
    package let identity: Identity
    package let links: Int
    package let size: Int
    package let owner: UInt32
    /// The permission bits.
    package let mode: UInt32
    package let modified: Timestamp
    package let changed: Timestamp
    package let accessed: Timestamp

    init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .other("a FIFO")
            case S_IFSOCK: .other("a socket")
            default: .other("a device")
            }
        identity = Identity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
        links = Int(raw.st_nlink)
        size = Int(raw.st_size)
        owner = raw.st_uid
        mode = raw.st_mode & 0o7777
        modified = Timestamp(raw.st_mtim)
        changed = Timestamp(raw.st_ctim)
        accessed = Timestamp(raw.st_atim)
    }
}

extension Timestamp {
    /// Kept within 1970 to 9999: a producer may set any time that the file system holds, far beyond what a name can say.
    init(_ time: timespec) {
        let seconds = min(max(Int64(time.tv_sec), 0), 253_402_300_799)
        self.init(microseconds: seconds * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
