package import Linux

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
