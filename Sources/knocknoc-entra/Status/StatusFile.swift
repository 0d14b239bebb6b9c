import Grants
import Spool

/// `status.json` as a command reads it.
enum StatusFile {
    /// Nil where there is none, or none that this version can read.
    static func read(_ spool: SpoolView) -> StatusDocument? {
        guard let bytes = try? spool.root.read(Array("status.json".utf8), limit: 1 << 24) else { return nil }
        return StrictJSON.answer(bytes).flatMap { try? StatusDocument(json: $0) }
    }
}

extension StatusDocument {
    /// A heartbeat comes every 5 to 10 s; what is older than this is no sign of life.
    static let oldest = Duration.seconds(30)

    /// What keeps requests from their end, in words.
    var troubles: [String] {
        var all: [String] = []
        if let trouble = entra.tokenTrouble { all.append("token endpoint: \(trouble.code) \(trouble.detail)") }
        if let trouble = entra.graphTrouble { all.append("Graph: \(trouble.code) \(trouble.detail)") }
        if let trouble = entra.keysTrouble { all.append("signing keys: \(trouble.code) \(trouble.detail)") }
        if let trouble = entra.groupsTrouble { all.append("groups: \(trouble.code) \(trouble.detail)") }
        for location in locations {
            if let trouble = location.trouble { all.append("\(location.name): \(trouble.code) \(trouble.detail)") }
            if location.isPaused { all.append("\(location.name): paused, its ledger cannot be used; the log says why") }
        }
        if let trouble = disk.trouble { all.append("disk: \(trouble)") }
        if disk.isShortOfRoom { all.append("disk: short of room, so nothing is added; removals go on") }
        if isClockDoubted { all.append("clock: it has jumped and is not believed, so nothing expires for now") }
        return all
    }
}
