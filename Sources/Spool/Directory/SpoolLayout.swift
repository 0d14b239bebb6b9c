import Glibc
package import Linux

/// The folders of a spool, their modes and who may enter them.
enum SpoolLayout {
    static let marker = ".spool"
    static let version = "knocknoc-entra spool, layout 1\n"
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
        Part(name: "ledger", mode: 0o700, group: nil),
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
        guard found == Array(version.utf8) else { throw .otherLayout(path) }
        return root
    }

    static let rootMode: UInt32 = 0o755
    static let failedMode: UInt32 = 0o2770
    static let dayMode: UInt32 = 0o2750
    static let noteMode: UInt32 = 0o640
}

/// Makes a spool: its folders with the right modes, then the marker that says it is one.
package enum SpoolInit {
    /// Repairs modes of a spool that is there already; the answer lists what could not be set as it should be.
    package static func run(at path: String, on files: any FileSystem = SystemCall()) throws(SystemError) -> [String] {
        let isNew = try files.makeFolder(path: path, mode: SpoolLayout.rootMode)
        let root = try Folder.open(path: path, on: files)
        if isNew { try files.setMode(SpoolLayout.rootMode, of: root.descriptor, at: path) }
        var remarks: [String] = []
        for place in SpoolLayout.places {
            if let remark = try make(place, in: root), !remarks.contains(remark) { remarks.append(remark) }
        }
        if !root.holds(Array(SpoolLayout.marker.utf8)) {
            try root.replace(SpoolLayout.marker, with: Array(SpoolLayout.version.utf8), mode: 0o644)
        }
        try root.sync()
        return remarks
    }

    /// The answer says what could not be set as it should be.
    static func make(_ place: SpoolLayout.Part, in root: Folder) throws(SystemError) -> String? {
        let folder = try root.folder(making: place.name, mode: place.mode)
        let remark = place.group.flatMap { give(folder, to: $0) }
        // After a change of group, which clears the set-group-id bit for an ordinary owner.
        try folder.files.setMode(place.mode, of: folder.descriptor, at: folder.path)
        return remark
    }

    private static func give(_ folder: Folder, to group: String) -> String? {
        guard let identifier = SystemCall.group(named: group) else {
            let folders = SpoolLayout.places.filter { $0.group == group }.map { $0.name + "/" }
            return
                "there is no group \(group) here, so \(folders.joined(separator: " and ")) stay with the present group; "
                + "`groupadd --system \(group)` and `init` again open them to its members"
        }
        do {
            try folder.files.give(folder.descriptor, toGroup: identifier, at: folder.path)
            return nil
        } catch {
            return "\(folder.path): cannot be given to the group \(group): \(error)"
        }
    }
}
