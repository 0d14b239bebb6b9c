import Glibc

/// Tells when `incoming/` may have changed; any event means "look again", none is trusted beyond that.
package final class SpoolWatch {
    /// Readable when something happened; nil where nobody would tell, so that the caller polls.
    package let descriptor: Int32?
    /// Why there is no descriptor.
    package let reasonToPoll: String?

    package init(_ incoming: Folder) {
        if let name = incoming.networkFileSystem {
            descriptor = nil
            reasonToPoll = "\(name) does not tell what other machines change"
            return
        }
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        // Through the descriptor, so that it is the folder that was opened and no other.
        descriptor = SystemCall.watch("/proc/self/fd/\(incoming.descriptor)", for: UInt32(events))
        reasonToPoll = descriptor == nil ? "the kernel gives no inotify watch (fs.inotify.max_user_watches)" : nil
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Empties the queue of events; true where there were any.
    package func sawSomething() -> Bool {
        descriptor.map { SystemCall.drain($0) } ?? false
    }
}

extension Folder {
    /// The kind of network file system it lies on; nil on a local one (statfs(2), linux/magic.h).
    package var networkFileSystem: String? {
        switch SystemCall.fileSystemType(descriptor) {
        case 0x6969: "NFS"
        case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "CIFS"
        case 0x00C3_6400: "Ceph"
        case 0x6B41_4653, 0x5346_414F: "AFS"
        case 0x0102_1997: "9p"
        case 0x7375_7245: "Coda"
        case 0x0116_1970: "GFS2"
        case 0x7461_636F: "OCFS2"
        case 0x6573_5546: "FUSE"
        default: nil
        }
    }
}
