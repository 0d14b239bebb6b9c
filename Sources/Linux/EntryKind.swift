import Glibc

/// What `readdir` says of an entry.
package enum EntryKind: Hashable, Sendable {
    case regular
    case folder
    case other
    case unknown

    init(_ type: UInt8) {
        self =
            switch Int(type) {
            case Int(DT_REG): .regular
            case Int(DT_DIR): .folder
            case Int(DT_UNKNOWN): .unknown
            default: .other
            }
    }
}
