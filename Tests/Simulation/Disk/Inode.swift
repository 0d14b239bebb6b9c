import Grants
import Linux

/// A file or a folder, whatever its names.
final class Inode {
    let number: UInt64
    let isFolder: Bool
    var mode: UInt32
    let owner: UInt32
    var modified: Timestamp
    var changed: Timestamp
    /// Its names that can be seen.
    var places: [Place] = []
    /// Changes that are not durable and have to do with it.
    var changesOfIt = 0
    /// Of a file, as it is read now.
    var bytes: [UInt8] = []
    /// Of a file, how many bytes a power cut leaves for sure; nil where nothing of it was ever synced.
    private var syncedCount: Int?
    /// Of a file that was cut since, those bytes.
    private var former: [UInt8]?
    /// Of a folder, as it is listed now.
    var entries: [Name: UInt64] = [:]
    /// Of a folder, what a power cut leaves for sure.
    var durable: [Name: UInt64] = [:]
    /// Of a folder, what came and went since, in order.
    var pending: [Change] = []

    init(number: UInt64, isFolder: Bool, mode: UInt32, owner: UInt32, at now: Timestamp) {
        (self.number, self.isFolder, self.mode, self.owner) = (number, isFolder, mode, owner)
        (modified, changed) = (now, now)
    }

    /// Of a file, what a power cut leaves for sure.
    var synced: [UInt8]? { former ?? syncedCount.map { Array(bytes.prefix($0)) } }

    func wasSynced() { (syncedCount, former) = (bytes.count, nil) }

    func cut(to size: Int) {
        if let syncedCount, size < syncedCount { former = synced }
        bytes.removeLast(max(0, bytes.count - size))
    }

    var status: FileStatus {
        FileStatus(
            kind: isFolder ? .folder : .regular, identity: .init(device: 1, inode: number),
            links: isFolder ? 2 : places.count, size: bytes.count, owner: owner, mode: mode,
            lastModified: .init(modified),
            lastChanged: .init(changed), lastAccessed: .init(modified))
    }
}

extension FileStatus.Time {
    fileprivate init(_ time: Timestamp) {
        let microseconds = time.microseconds
        self.init(seconds: microseconds / 1_000_000, nanoseconds: microseconds % 1_000_000 * 1_000)
    }
}
