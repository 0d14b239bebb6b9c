import Grants

/// Files that are moved aside unread: opening or quoting them could hurt.
enum UnsafeFile {
    case symbolicLink
    case notRegular
    case hardLinked
    case unreadable
    case tooLarge

    var error: Failure {
        switch self {
        case .symbolicLink:
            Failure(.spool007, "it is a symbolic link, which is never followed; drop the file itself")
        case .notRegular:
            Failure(.spool007, "it is not a regular file but a folder, FIFO, socket or device; drop a regular file")
        case .hardLinked:
            Failure(
                .spool007, "it has a second name (hard link) for over a minute; drop a file that has one name only")
        case .unreadable:
            Failure(
                .spool007,
                "the worker may not read it; `mktemp` makes files 0600 whatever the umask, so `chmod 640` it before mv")
        case .tooLarge:
            Failure(.spool001, "it is larger than 64 KiB, which no request needs")
        }
    }
}
