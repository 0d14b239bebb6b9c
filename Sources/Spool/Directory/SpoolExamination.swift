import Glibc
package import Grants
package import Linux

/// What stands where a spool should be, looked at without changing anything of it.
package struct SpoolExamination {
    package enum Marker: Hashable, Sendable {
        case right
        case missing
        case otherLayout
    }

    package struct ExaminedPart: Hashable, Sendable {
        package let name: String
        package let wantedMode: UInt32
        /// Nil where it cannot be opened; `trouble` says why.
        package let mode: UInt32?
        package let owner: UInt32?
        package let isOnOtherDevice: Bool
        package let trouble: SystemError?
    }

    package let path: String
    package let marker: Marker
    package let places: [ExaminedPart]
    /// Of the spool's disk; nil where it does not say.
    package let freeBytes: UInt64?
    package let freeInodes: UInt64?
    /// The user this was looked at as.
    package let user: UInt32 = geteuid()
    private let root: Folder

    package init(_ path: String) throws(SystemError) {
        self.path = path
        let root = try Folder.open(path: path)
        self.root = root
        marker = try Self.marker(in: root)
        let device = try root.status().identity.device
        places = SpoolLayout.places.map { Self.look(at: $0, in: root, device: device) }
        let room = try? root.files.room(root.descriptor, at: path)
        (freeBytes, freeInodes) = (room?.bytes, room?.inodes)
    }

    private static func marker(in root: Folder) throws(SystemError) -> Marker {
        let found = try unlessGone(try root.read(Array(SpoolLayout.marker.utf8), limit: 1_024))
        return found.map { $0 == Array(SpoolLayout.version.utf8) ? .right : .otherLayout } ?? .missing
    }

    private static func look(at place: SpoolLayout.Part, in root: Folder, device: UInt64) -> ExaminedPart {
        do throws(SystemError) {
            let status = try root.status(of: Array(place.name.utf8))
            _ = try root.folder(place.name)
            return ExaminedPart(
                name: place.name, wantedMode: place.mode, mode: status.mode, owner: status.owner,
                isOnOtherDevice: status.identity.device != device, trouble: nil)
        } catch {
            return ExaminedPart(
                name: place.name, wantedMode: place.mode, mode: nil, owner: nil, isOnOtherDevice: false, trouble: error)
        }
    }
}

extension SpoolExamination {
    /// How many files lie in a folder and when the oldest of them was last written; notes and hidden names do not count.
    package struct Pile: Hashable, Sendable {
        package var count = 0
        package var oldest: Timestamp?
    }

    /// `nil` where it cannot be read.
    package func pile(_ folder: String) -> Pile? {
        guard let opened = try? root.folder(folder), let names = try? opened.names() else { return nil }
        var pile = Pile()
        for name in names where name.first != UInt8(ascii: ".") && !name.suffix(4).elementsEqual(".why".utf8) {
            guard let status = try? opened.status(of: name), status.kind == .regular else { continue }
            pile.count += 1
            pile.oldest = min(pile.oldest ?? status.modified, status.modified)
        }
        return pile
    }

    /// The codes under `failed/` with how many items each has.
    package func failed() -> [(code: String, count: Int)]? {
        guard let failed = try? root.folder("failed"), let names = try? failed.names() else { return nil }
        var found: [(code: String, count: Int)] = []
        for name in names.map({ String(decoding: $0, as: UTF8.self) }).sorted() where FailureCode(rawValue: name) != nil
        {
            guard let folder = try? failed.folder(name), let items = try? folder.names() else { continue }
            let count = items.count { $0.first != UInt8(ascii: ".") && !$0.suffix(4).elementsEqual(".why".utf8) }
            if count > 0 { found.append((name, count)) }
        }
        return found
    }

    /// The newest notes beside failed items, at most so many of each code.
    package func notes(of code: String, upTo limit: Int) -> [String] {
        guard let folder = try? root.folder("failed").folder(code), let names = try? folder.names() else { return [] }
        let notes = names.filter { $0.suffix(4).elementsEqual(".why".utf8) }.sorted {
            $1.lexicographicallyPrecedes($0)
        }
        return notes.prefix(limit).compactMap { name in
            (try? folder.read(name, limit: 16_384)).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
