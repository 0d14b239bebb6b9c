import Glibc
import Grants
package import Linux

/// An open directory: everything in it is reached through its descriptor, so a path replaced meanwhile cannot mislead.
package final class Folder {
    package let descriptor: Int32
    /// What all of this folder goes through, and of those inside it.
    package let files: any FileSystem
    /// For messages, relative to the spool.
    package let path: String

    private init(descriptor: Int32, of files: any FileSystem, path: String) {
        self.descriptor = descriptor
        self.files = files
        self.path = path
    }

    deinit {
        files.close(descriptor)
    }

    package static func open(path: String, on files: any FileSystem = SystemCall()) throws(SystemError) -> Folder {
        // The spool itself may be reached through a symbolic link; nothing inside it may.
        Folder(descriptor: try files.openFolder(path: path), of: files, path: path)
    }

    package func folder(_ name: String) throws(SystemError) -> Folder {
        let path = self.path(of: Array(name.utf8))
        let opened = try files.open(Array(name.utf8), in: descriptor, O_RDONLY | O_DIRECTORY, at: path)
        return Folder(descriptor: opened, of: files, path: path)
    }

    /// Opens a folder inside, making it where it is missing; `mode` is set exactly, whatever the umask.
    package func folder(making name: String, mode: UInt32) throws(SystemError) -> Folder {
        do {
            return try folder(name)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        let path = self.path(of: Array(name.utf8))
        do {
            try files.makeFolder(Array(name.utf8), in: descriptor, mode: mode, at: path)
        } catch {
            // It appeared meanwhile: then it has the mode that somebody gave it.
            guard error.code == EEXIST else { throw error }
            return try folder(name)
        }
        let made = try folder(name)
        do throws(SystemError) {
            try files.setMode(mode, of: made.descriptor, at: path)
            try sync()
        } catch {
            // The next try would find it, take it for durable, and a power cut would take it away with all in it.
            if !error.isFailedSync { try? removeFolder(Array(name.utf8)) }
            throw error
        }
        return made
    }

    /// Its own status, whatever its path leads to by now.
    package func status() throws(SystemError) -> FileStatus {
        try files.status(of: descriptor, at: path)
    }

    package func status(of name: [UInt8]) throws(SystemError) -> FileStatus {
        try files.status(of: name, in: descriptor, at: path(of: name))
    }

    /// Whether the name exists; unreadable counts as there.
    package func holds(_ name: [UInt8]) -> Bool {
        do {
            _ = try status(of: name)
            return true
        } catch {
            return error.code != ENOENT
        }
    }

    /// Moves a file to another folder; never over an existing name.
    package func move(_ name: [UInt8], to target: Folder, as newName: [UInt8]) throws(SystemError) {
        try files.rename(
            name, in: descriptor, to: newName, in: target.descriptor,
            at: "\(path(of: name)) → \(target.path(of: newName))")
    }

    package func remove(_ name: [UInt8]) throws(SystemError) {
        try files.unlink(name, in: descriptor, at: path(of: name))
    }

    package func removeFolder(_ name: [UInt8]) throws(SystemError) {
        try files.unlink(name, in: descriptor, flags: AT_REMOVEDIR, at: path(of: name))
    }

    /// Makes the entries of this folder durable.
    package func sync() throws(SystemError) {
        try files.sync(descriptor, at: path)
    }

    package func path(of name: [UInt8]) -> String {
        path + "/" + name.percentEscaped
    }
}
