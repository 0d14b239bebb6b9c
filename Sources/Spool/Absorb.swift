import Glibc
import GrantCore

extension SpoolDirectory {
    /// Takes in what came back with retried items: `.why` files, and `failed/CODE` folders moved whole.
    ///
    /// A note leaves only where its item is not waiting beside it in some other form; nothing else is ever deleted.
    package func absorb(_ listing: Incoming.Listing) throws(SystemError) {
        for name in listing.codeFolders {
            let folder = try incoming.folder(String(decoding: name, as: UTF8.self))
            for inner in try folder.names() {
                do throws(SystemError) {
                    if inner.hasSuffix(".why") {
                        try folder.remove(inner)
                    } else {
                        try folder.move(inner, to: incoming, as: inner)
                    }
                } catch {
                    guard error.code == EEXIST || error.code == ENOENT else { throw error }
                }
            }
            do throws(SystemError) {
                try incoming.removeFolder(name)
            } catch {
                // Something in it has a name that is taken; the next look tries again.
                guard error.code == ENOTEMPTY || error.code == ENOENT else { throw error }
            }
        }
        for name in listing.notes {
            do throws(SystemError) {
                try incoming.remove(name)
            } catch {
                guard error.code == ENOENT else { throw error }
            }
        }
    }
}
