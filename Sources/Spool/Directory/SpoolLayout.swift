import Glibc
import Linux

/// The folders of a spool, their modes and who may enter them.
enum SpoolLayout {
    static let marker = ".spool"
    static let version = "knocknoc-entra spool, layout 2\n"
    /// That of version 0.1, which kept its ledgers in JSON files; a worker of ours takes it over.
    static let formerVersion = "knocknoc-entra spool, layout 1\n"
    static let submitters = "entra-submit"
    static let operators = "entra-ops"

    struct Part {
        let name: String
        let mode: UInt32
        let group: String?
    }

    /// Set-group-id so that files carry the group; sticky where producers may not remove what is not theirs.
    static let places = [
        Part(name: "tmp", mode: 0o3770, group: submitters),
        Part(name: "incoming", mode: 0o3770, group: submitters),
        Part(name: "work", mode: 0o700, group: nil),
        Part(name: "done", mode: 0o2750, group: nil),
        Part(name: "failed", mode: failedMode, group: operators),
        Part(name: "hold", mode: 0o2770, group: operators),
        Part(name: "ledger", mode: 0o2750, group: operators),
        Part(name: "journal", mode: 0o750, group: nil),
    ]

    /// What may be made anew where somebody removed it: nothing is lost with it but what that person threw away.
    static let replaceable = ["tmp", "incoming", "done", "failed", "hold", "journal"]

    /// The folder of a spool, under its marker: an unmounted disk must not look like an empty spool.
    static func open(_ path: String, on files: any FileSystem = SystemCall()) throws(SpoolTrouble) -> Folder {
        let root: Folder
        do throws(SystemError) {
            root = try Folder.open(path: path, on: files)
        } catch {
            throw error.code == ENOENT ? .missing(path) : .cannotOpen(error)
        }
        let found: [UInt8]
        do throws(SystemError) {
            found = try root.read(Array(marker.utf8), limit: 1_024)
        } catch {
            throw error.code == ENOENT ? .notInitialised(path) : .cannotOpen(error)
        }
        guard [version, formerVersion].contains(where: { Array($0.utf8) == found }) else { throw .otherLayout(path) }
        return root
    }

    static let rootMode: UInt32 = 0o755
    static let failedMode: UInt32 = 0o2770
    static let dayMode: UInt32 = 0o2750
    static let noteMode: UInt32 = 0o640
}
