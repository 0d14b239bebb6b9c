import Grants
import Linux
import Spool

extension Worker {
    /// Who was proved stays proved over a restart; where that cannot be read, a live token is needed once more.
    func readAccepted(at now: Moment) {
        guard let authentication, !authentication.isInherited else { return }
        do throws(SystemError) {
            authentication.accepted = try AcceptedStore(spool).read(at: now.wall)
            let unreadable = authentication.accepted.unreadable
            if unreadable > 0 { log(.notice, "accepted.torn", ["lines_left_out": String(unreadable)]) }
        } catch {
            log(
                .error, "accepted.unreadable",
                [
                    "error": error.description,
                    "consequence": "requests that are tried again need a live token once more",
                ])
        }
    }

    /// Lets in what was proved, once that is on disk; removals also where nothing can be recorded.
    func admitProved(isMarked: Bool = false, at now: Moment) throws(SystemError) {
        guard let authentication, !authentication.proved.isEmpty || !authentication.unrecorded.isEmpty else { return }
        let isRecorded = try recordAccepted(authentication, at: now)
        let items = authentication.proved
        authentication.proved = isRecorded ? [] : items.filter { $0.grant != nil }
        parkProved()
        let admitted = isRecorded ? items : items.filter { $0.grant == nil }
        guard !admitted.isEmpty else { return }
        crowd = inHand + admitted.count
        if !isMarked { try? mark.begin() }
        defer { if !isMarked { try? mark.end() } }
        for item in admitted { admit(item, at: now) }
    }

    private func recordAccepted(_ authentication: AuthenticationState, at now: Moment) throws(SystemError) -> Bool {
        guard !authentication.unrecorded.isEmpty else { return true }
        let isWhole = authentication.accepted.isWorthRewriting
        if isWhole { authentication.accepted.prune(at: now.wall) }
        guard
            try recorder.remember(
                isWhole ? .all(authentication.accepted.recorded) : .more(authentication.unrecorded), at: now)
        else { return false }
        authentication.unrecorded = []
        if isWhole { authentication.accepted.noteRewritten() }
        return true
    }

    /// They rest in `work/` while nothing can be recorded, beyond what memory should hold.
    private func parkProved() {
        guard let authentication, authentication.proved.count > settings.batch.maxItems / 4 else { return }
        for item in authentication.proved.dropFirst(settings.batch.maxItems / 4) {
            authentication.parked.append(item.file.claim, shutTime: item.shutTimeBefore)
        }
        authentication.proved.removeLast(authentication.proved.count - settings.batch.maxItems / 4)
    }
}
