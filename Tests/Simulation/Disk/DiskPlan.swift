import Glibc

/// What is to happen to the disk, or to whoever uses it.
struct DiskPlan {
    enum Call: Hashable, CaseIterable {
        case open
        case close
        case status
        case rename
        case replace
        case unlink
        case makeFolder
        case setMode
        case read
        case write
        case sync
        case list
        case lock
        case room

        /// Whether it needs to write.
        var changes: Bool {
            switch self {
            case .rename, .replace, .unlink, .makeFolder, .setMode, .write, .sync: true
            case .open, .close, .status, .read, .list, .lock, .room: false
            }
        }

        /// What the kernel can answer to it; EINTR stays below this interface, which calls again.
        func canFail(with code: Int32) -> Bool {
            switch code {
            case EIO, ESTALE: true
            case ENOSPC, EDQUOT: [.write, .makeFolder, .rename, .replace, .sync].contains(self)
            // No fsync goes well again on a file system that has given up.
            case EROFS: changes && self != .sync
            // A file that its own worker may not open is SPOOL007 by contract.
            case EACCES: [.rename, .unlink, .makeFolder].contains(self)
            case EMFILE: [.open, .list].contains(self)
            case EXDEV: self == .rename
            default: false
            }
        }
    }

    struct Fault {
        let code: Int32
        /// Calls that can fail so and still go well.
        var after: Int
        var times: Int
    }

    enum Death {
        case kill
        case powerCut
    }

    var faults: [Fault] = []
    var isFull = false
    var isReadOnly = false
    /// The call before which the process ends.
    var death: (call: Int, kind: Death)?
    /// The process ends as soon as the next list is under way.
    var deathAtList: Death?

    /// The errno of a call, or nil where it goes well.
    mutating func failure(of call: Call, creates: Bool) -> Int32? {
        if isReadOnly, call.changes || creates { return EROFS }
        if isFull, [.write, .makeFolder].contains(call) || creates { return ENOSPC }
        for index in faults.indices where call.canFail(with: faults[index].code) {
            if faults[index].after > 0 {
                faults[index].after -= 1
                continue
            }
            let code = faults[index].code
            faults[index].times -= 1
            if faults[index].times == 0 { faults.remove(at: index) }
            return code
        }
        return nil
    }
}
