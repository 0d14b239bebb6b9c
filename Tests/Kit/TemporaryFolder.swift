package import Foundation

/// A folder that goes with the value; in memory where that can be, since a test shows nothing of a disk's speed.
package final class TemporaryFolder: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init(_ name: String = "knocknoc-test") throws {
        url = try Self.make(name)
    }

    /// Without an owner: who has it made takes it away.
    package static func make(_ name: String) throws -> URL {
        let memory = URL(filePath: "/dev/shm")
        let parent =
            FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        let url = parent.appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        return url
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
