import Glibc
package import Grants
package import Linux

/// The requests that were proved once, on disk: appended to, and written anew where most of it says nothing any more.
package struct AcceptedStore {
    private let folder: Folder
    private let file: AppendedFile
    private let name = "accepted-requests"

    package init(_ spool: SpoolDirectory) {
        folder = spool.ledger
        file = AppendedFile(in: spool.ledger, mode: 0o600)
    }

    /// A torn tail is left out; so is what is over.
    package func read(at now: Timestamp) throws(SystemError) -> AcceptedRequests {
        let recorded = try unlessGone(try folder.read(Array(name.utf8), limit: 1 << 26))
        return recorded.map { AcceptedRequests(recorded: $0, at: now) } ?? AcceptedRequests()
    }

    /// Durable when it returns.
    package func append(_ lines: [UInt8]) throws(SystemError) {
        try file.append(lines, to: name)
    }

    /// All of it anew; a crash leaves the old content or the new.
    package func replace(with recorded: [UInt8]) throws(SystemError) {
        try folder.replace(name, with: recorded, mode: 0o600)
        try folder.sync()
    }
}
