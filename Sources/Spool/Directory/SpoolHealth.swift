import Glibc
package import Linux

/// Whether the spool still is what was opened, and has room: to be asked every few seconds.
package struct SpoolHealth {
    /// Below this nothing new is claimed, so that what is claimed can be settled.
    package struct Floor: Hashable, Sendable {
        package let bytes: UInt64
        package let inodes: UInt64

        package init(bytes: UInt64 = 16 << 20, inodes: UInt64 = 1_000) {
            self.bytes = bytes
            self.inodes = inodes
        }
    }

    package struct Report: Hashable, Sendable {
        package var freeBytes: UInt64 = 0
        /// Nil where the file system makes inodes as it needs them.
        package var freeInodes: UInt64?
        package var trouble: Trouble?
    }

    package enum Trouble: Error, Hashable, Sendable, CustomStringConvertible {
        /// The path leads elsewhere now: mounted over, unmounted, renamed or removed.
        case replaced(String)
        case noMarker(String)
        case tooFewBytes(free: UInt64, floor: UInt64)
        case tooFewInodes(free: UInt64, floor: UInt64)
        case unknown(SystemError)

        /// It may end by itself; otherwise the worker has to stop, since it works where nobody looks.
        package var isShortage: Bool {
            switch self {
            case .tooFewBytes, .tooFewInodes: true
            case .replaced, .noMarker, .unknown: false
            }
        }

        package var description: String {
            switch self {
            case .replaced(let path):
                "\(path) is not the folder any more that was opened: it was moved, removed, or something is mounted over it"
            case .noMarker(let path): "\(path) has lost its .spool marker"
            case .tooFewBytes(let free, let floor): "only \(free) bytes are free on the spool's disk, below \(floor)"
            case .tooFewInodes(let free, let floor): "only \(free) inodes are free on the spool's disk, below \(floor)"
            case .unknown(let error): error.description
            }
        }
    }

    private let spool: SpoolDirectory
    private let floor: Floor

    package init(_ spool: SpoolDirectory, floor: Floor = Floor()) {
        self.spool = spool
        self.floor = floor
    }

    package func check() -> Report {
        var report = Report()
        do throws(SystemError) {
            let room = try spool.work.files.room(spool.work.descriptor, at: spool.work.path)
            (report.freeBytes, report.freeInodes) = (room.bytes, room.inodes)
            report.trouble = try replacement() ?? shortage(report)
        } catch {
            report.trouble = .unknown(error)
        }
        return report
    }

    private func replacement() throws(SystemError) -> Trouble? {
        let root = spool.root
        do throws(SystemError) {
            guard try root.files.status(ofPath: root.path).identity == root.status().identity else {
                return .replaced(root.path)
            }
        } catch {
            guard [ENOENT, ENOTDIR].contains(error.code) else { throw error }
            return .replaced(root.path)
        }
        guard root.holds(Array(SpoolLayout.marker.utf8)) else { return .noMarker(root.path) }
        for (name, folder) in spool.folders {
            do throws(SystemError) {
                guard try root.status(of: Array(name.utf8)).identity == folder.status().identity else {
                    return .replaced(folder.path)
                }
            } catch {
                guard error.code == ENOENT else { throw error }
                return .replaced(folder.path)
            }
        }
        return nil
    }

    private func shortage(_ report: Report) -> Trouble? {
        if report.freeBytes < floor.bytes { return .tooFewBytes(free: report.freeBytes, floor: floor.bytes) }
        if let free = report.freeInodes, free < floor.inodes { return .tooFewInodes(free: free, floor: floor.inodes) }
        return nil
    }
}

extension SpoolDirectory {
    /// All that is held open, by name.
    var folders: [(name: String, folder: Folder)] {
        [
            ("tmp", temporary), ("incoming", incoming), ("work", work), ("done", done), ("failed", failed),
            ("ledger", ledger), ("journal", journal),
        ]
    }
}
