import Grants
import Linux

/// What lies in `incoming/` and could not be moved: it is left alone until it changes, so that it stops nobody else.
final class Immovable {
    private struct Mark {
        let identity: FileStatus.Identity
        /// A change of mode, owner, attributes or name is a reason to try again.
        let changed: Timestamp
        let error: SystemError
    }

    private var marks: [[UInt8]: Mark] = [:]

    var isEmpty: Bool { marks.isEmpty }

    var errors: [SystemError] { marks.values.map(\.error) }

    func note(_ name: [UInt8], _ status: FileStatus, _ error: SystemError) {
        marks[name] = Mark(identity: status.identity, changed: status.changed, error: error)
    }

    /// Whether it is still there as it was; forgets it where it is not.
    func holds(_ name: [UInt8], in folder: Folder) -> Bool {
        guard let mark = marks[name] else { return false }
        if let status = try? folder.status(of: name), status.identity == mark.identity, status.changed == mark.changed {
            return true
        }
        marks[name] = nil
        return false
    }

    /// Forgets what is gone.
    func keep(onlyIn folder: Folder) {
        for name in marks.keys { _ = holds(name, in: folder) }
    }
}
