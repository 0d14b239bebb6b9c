import Glibc
import Grants
import Linux

/// Tells when `incoming/` may have changed; any event means "look again", none is trusted beyond that.
package final class SpoolWatch {
    /// Readable when something happened; nil where nobody would tell, so that the caller polls.
    package private(set) var descriptor: Int32?
    /// Why there is no descriptor.
    package private(set) var reasonToPoll: String?

    private let incoming: Folder

    package init(_ incoming: Folder) {
        self.incoming = incoming
        if let name = incoming.networkFileSystem {
            reasonToPoll = "\(name) does not tell what other machines change"
        } else {
            watch()
        }
    }

    private func watch() {
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        do throws(SystemError) {
            // Through the descriptor, so that it is the folder that was opened and no other.
            descriptor = try SystemCall.watch("/proc/self/fd/\(incoming.descriptor)", for: UInt32(events))
            reasonToPoll = nil
        } catch {
            isRefused = true
            reasonToPoll = "\(error); fs.inotify.max_user_instances and max_user_watches limit them"
        }
    }

    /// The kernel had no watch for us, which may change.
    private var isRefused = false

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Empties the queue of events; true where there were any, and always where nobody would tell.
    ///
    /// Where the kernel refused a watch it is asked again; what came before it gave one is found by this look.
    package func sawSomething() -> Bool {
        if let descriptor { return SystemCall.drain(descriptor) }
        if isRefused { watch() }
        return true
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
