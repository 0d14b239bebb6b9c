import Grants
import Linux
import Spool

extension Worker {
    /// Tries once more what is in `work/` and could not be read there.
    func judgeUnseen(at now: Moment) {
        guard !unseen.isEmpty else { return }
        let claims = unseen.keys.sorted { $0.number < $1.number }
        unseen = [:]
        try? mark.begin()
        defer { try? mark.end() }
        takeAgain(claims, at: now)
    }

    /// One line when something begins to be wrong, however often it is met, and one when all is well again.
    func tell(_ troubles: [SystemError]) {
        let all = troubles + unseen.values
        if let first = all.first, !hasToldOfTroubles {
            log(
                .error, "incoming.trouble",
                [
                    "error": first.description, "entries": String(all.count),
                    "consequence": "what cannot be read or moved waits, and is tried again every second",
                ])
        } else if all.isEmpty && hasToldOfTroubles {
            log(.notice, "incoming.well", [:])
        }
        hasToldOfTroubles = !all.isEmpty
    }
}
