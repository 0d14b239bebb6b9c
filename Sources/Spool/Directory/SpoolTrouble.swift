import Glibc
import Grants
package import Linux

/// Why a spool cannot be worked on.
package enum SpoolTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case notInitialised(String)
    case otherLayout(String)
    case alreadyLocked(String)
    case shared(String, last: UInt64)
    case overtaken(String, by: UInt64)
    case cannotOpen(SystemError)

    package var description: String {
        switch self {
        case .missing(let path):
            "there is no spool at \(path); `knocknoc-entra init` makes one, or the configuration's `spool` points elsewhere"
        case .notInitialised(let path):
            "\(path) has no .spool marker: it was never made by `knocknoc-entra init`, or its disk is not mounted"
        case .otherLayout(let path):
            "\(path)/.spool names a layout that this program does not know; it was made by another version"
        case .alreadyLocked(let path):
            "another worker runs on \(path); a spool has one worker (`fuser -v \(path)/work` shows which)"
        case .shared(let path, let last):
            "\(path) is shared between hosts, and \(path)/active says who took it over last (lock token \(last)): start "
                + "the worker under its lock; or, if it is to belong to this host alone from now on, stop it everywhere "
                + "and remove that file"
        case .overtaken(let path, let number):
            "\(path) was taken over under the newer lock token \(number); \(path)/active says by whom"
        case .cannotOpen(let error) where error.code == EXDEV:
            "\(error): the spool's folders must lie on one file system, without bind mounts between them"
        case .cannotOpen(let error):
            "\(error)"
        }
    }

    /// From sysexits.h.
    package var exitCode: Int32 {
        switch self {
        case .missing, .notInitialised, .otherLayout: 66
        case .alreadyLocked, .shared, .overtaken: 75
        case .cannotOpen(let error):
            switch error.code {
            case EACCES, EPERM: 77
            case EXDEV, ENOTDIR, ENOENT: 66
            case EIO: 74
            default: 73
            }
        }
    }
}
