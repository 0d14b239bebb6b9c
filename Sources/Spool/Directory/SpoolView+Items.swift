package import Grants
package import Linux

/// An item where a look has found it.
package struct FoundItem {
    package enum Place: Hashable, Sendable {
        case incoming
        case work
        /// By its day.
        case done(String)
        /// By the name of its folder, a code.
        case failed(String)
        case hold
    }

    package let place: Place
    /// As it lies there; without a claim's number.
    package let name: [UInt8]
    package let folder: Folder

    /// What its producer called it.
    package var producerName: [UInt8] {
        ItemName(bytes: name).map { Array($0.producerName) } ?? name
    }
}

extension FoundItem.Place {
    package var path: [String] {
        switch self {
        case .incoming: ["incoming"]
        case .work: ["work"]
        case .done(let day): ["done", day]
        case .failed(let code): ["failed", code]
        case .hold: ["hold"]
        }
    }
}

extension SpoolView {
    /// Calls `body` with every item in the places asked for, in the order in which items move, so that none slips by.
    ///
    /// Folders are read as they are walked, so that `body` may move what it gets; `code` is one of `failed/` alone.
    package func forEachItem(
        in places: [String], of code: String? = nil, _ body: (FoundItem) -> Void
    ) throws(SystemError) {
        for place in places {
            let folder = try root.folder(place)
            switch place {
            case "incoming", "hold":
                try each(in: folder, at: place == "hold" ? .hold : .incoming, body)
            case "work":
                try folder.forEachName { name, _ in
                    guard let claim = ClaimName(bytes: name) else { return }
                    body(FoundItem(place: .work, name: claim.item.bytes, folder: folder))
                }
            default:
                for name in try folder.names().map({ String(decoding: $0, as: UTF8.self) }).sorted()
                where code == nil || name == code {
                    guard let inner = try? folder.folder(name) else { continue }
                    try each(in: inner, at: place == "done" ? .done(name) : .failed(name), body)
                }
            }
        }
    }

    private func each(
        in folder: Folder, at place: FoundItem.Place, _ body: (FoundItem) -> Void
    ) throws(SystemError) {
        try folder.forEachName { name, _ in
            guard name.hasSuffix(".json"), name.first != UInt8(ascii: ".") else { return }
            body(FoundItem(place: place, name: name, folder: folder))
        }
    }

    /// Moves an item on, and what was noted beside it with it, or away where the worker would write it anew.
    package func move(_ item: FoundItem, to target: Folder, keepingNote: Bool) throws(SystemError) {
        try item.folder.move(item.name, to: target, as: item.name)
        let note = item.name + ".why"
        if keepingNote {
            try? item.folder.move(note, to: target, as: note)
        } else {
            try? item.folder.remove(note)
        }
    }

    /// Since when it lies where it lies: a rename sets the time of change, which no producer can.
    package func since(_ item: FoundItem) -> Timestamp? {
        (try? item.folder.status(of: item.name)).map(\.changed)
    }

    /// The text beside a failed item.
    package func why(_ item: FoundItem) -> String? {
        (try? item.folder.read(item.name + ".why", limit: 1 << 16)).map { String(decoding: $0, as: UTF8.self) }
    }
}
