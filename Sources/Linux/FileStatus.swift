import Glibc

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
        package let device: UInt64
        package let inode: UInt64

        package init(device: UInt64, inode: UInt64) {
            (self.device, self.inode) = (device, inode)
        }
    }

    /// Since 1970, as the file system keeps it; a producer may set any it likes.
    package struct Time: Hashable, Sendable {
        package let seconds: Int64
        package let nanoseconds: Int64

        package init(seconds: Int64, nanoseconds: Int64) {
            (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
        }
    }

    package let kind: Kind
    package let identity: Identity
    package let links: Int
    package let size: Int
    package let owner: UInt32
    /// The permission bits.
    package let mode: UInt32
    package let lastModified: Time
    package let lastChanged: Time
    package let lastAccessed: Time

    package init(
        kind: Kind, identity: Identity, links: Int, size: Int, owner: UInt32, mode: UInt32, lastModified: Time,
        lastChanged: Time, lastAccessed: Time
    ) {
        (self.kind, self.identity, self.links, self.size) = (kind, identity, links, size)
        (self.owner, self.mode) = (owner, mode)
        (self.lastModified, self.lastChanged, self.lastAccessed) = (lastModified, lastChanged, lastAccessed)
    }

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
        lastModified = Time(raw.st_mtim)
        lastChanged = Time(raw.st_ctim)
        lastAccessed = Time(raw.st_atim)
    }
}

extension FileStatus.Time {
    init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
