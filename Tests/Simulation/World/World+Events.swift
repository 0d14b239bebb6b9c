import Glibc
import Grants
import Kit

/// What producers, operators, administrators and fate do.
extension World {
    func happen(_ step: Story.Step) {
        var random = chance(for: step.number)
        if case .drop(let request) = step.event {
            tell("i\(step.number): \(request)")
        } else {
            tell("\(step.event)")
        }
        switch step.event {
        case .drop(let request): drop(request, as: step.number)
        case .retry(let form): retry(form, &random)
        case .edit(let request): mend(with: request)
        case .discard: failed.randomElement(using: &random).map(discard)
        case .discardAll: for one in failed { discard(one) }
        case .reload: reload()
        case .stop(let away): stop(thenAway: away)
        case .death(let kind, let calls, let away): plan(kind, after: calls, away: away)
        case .deathAtList(let kind, let delay, let away): planAtList(kind, landing: delay, away: away)
        case .graph(let fault): graph.faults.append(fault)
        case .handEdit(let location, let adds): edit(ids[location] ?? "", adds)
        case .revokeTokens: graph.revokeTokens()
        case .refusal(let range): graph.refused = range
        case .disk(let fault): disk.plan.faults.append(fault)
        case .full(let isFull): disk.plan.isFull = isFull
        case .readOnly(let isReadOnly): disk.plan.isReadOnly = isReadOnly
        case .clock(let error, let time): breakClock(error, for: time)
        case .heal: graph.faults = []
        case .verdicts: awaitVerdicts()
        case .rest: awaitRest()
        }
    }

    /// A careful producer: the file is whole and durable, and so is its name.
    private func drop(_ request: SimulatedRequest, as number: Int) {
        guard let incoming = folder("incoming") else { return }
        var request = request
        if clock.error != .zero { request.saysWhen = true }
        let issuedAt = request.saysWhen ? clock.lastTenSeconds - request.age : clock.wall
        let file = disk.make(isFolder: false, mode: 0o640)
        file.bytes = Array(request.text(issuedAt: issuedAt, number: number).utf8)
        file.wasSynced()
        disk.addDurably(Name("i\(number).json"), in: incoming, file)
        oracle.add(
            Oracle.Item(
                number: number, request: request, issuedAt: issuedAt, node: file.number, text: file.bytes,
                since: clock.elapsed))
        noteNews()
    }

    private func folder(_ name: String) -> Inode? { disk.find("\(World.path)/\(name)") }

    private struct Failed {
        let number: Int
        let name: Name
        let folder: Inode
        let code: Name
    }

    /// What lies in `failed/`, in order.
    private var failed: [Failed] {
        var found: [Failed] = []
        for (code, number) in folder("failed")?.entries ?? [:] {
            guard let folder = disk.nodes[number] else { continue }
            for name in folder.entries.keys {
                guard let number = Oracle.number(in: name.bytes) else { continue }
                found.append(Failed(number: number, name: name, folder: folder, code: code))
            }
        }
        return found.sorted { $0.number < $1.number }
    }

    /// An operator syncs nothing.
    private func retry(_ form: Story.Retry, _ random: inout SeededRandom) {
        var choice = failed
        if case .item(let number?) = form { choice.removeAll { $0.number != number } }
        guard let incoming = folder("incoming"), let one = choice.randomElement(using: &random) else { return }
        switch form {
        case .item:
            guard move(one.name, from: one.folder, to: incoming) else { return }
            oracle.movedBack(one.number)
        case .withNotes:
            for name in one.folder.entries.keys.sorted(by: { $0.text < $1.text })
            where move(name, from: one.folder, to: incoming) {
                if let number = Oracle.number(in: name.bytes) { oracle.movedBack(number) }
            }
        case .folder:
            guard let parent = folder("failed"), move(one.code, from: parent, to: incoming) else { return }
            for name in one.folder.entries.keys { Oracle.number(in: name.bytes).map { oracle.movedBack($0) } }
        }
        noteNews()
    }

    private func move(_ name: Name, from source: Inode, to target: Inode) -> Bool {
        guard let node = disk.child(name, of: source), target.entries[name] == nil else { return false }
        tell("mv \(name.text) incoming/")
        disk.rename(node, name, in: source, to: name, in: target, isBound: true)
        return true
    }

    /// Only of what was no request: what a request has done once, it has done.
    private func mend(with request: SimulatedRequest) {
        guard let incoming = folder("incoming"), let one = failed.first(where: { $0.code.text == "SPOOL001" }),
            let node = disk.child(one.name, of: one.folder), let item = oracle.items[one.number]
        else { return }
        var request = request
        request.saysWhen = true
        let issuedAt = clock.lastTenSeconds - request.age
        node.bytes = Array(request.text(issuedAt: issuedAt, number: item.number).utf8)
        node.wasSynced()
        tell("i\(item.number) is now: \(request)")
        guard move(one.name, from: one.folder, to: incoming) else { return }
        oracle.movedBack(item.number, mended: (request, issuedAt, node.bytes))
        noteNews()
    }

    private func discard(_ one: Failed) {
        tell("rm \(one.name.text)")
        disk.beginStep()
        disk.set(one.name, in: one.folder, to: nil)
        disk.sync(one.folder)
        oracle.discarded(one.number)
    }

    /// Only of a list that was written already: before that it is nobody's to watch.
    private func edit(_ id: String, _ adds: Bool) {
        guard let location = graph.locations[id], location.writes > 0 else { return }
        graph.edit(id) { ranges in adds || ranges.count < 2 ? ranges + ["203.0.113.200/32"] : Array(ranges.dropFirst())
        }
        tell("somebody writes \(graph.locations[id]?.ranges ?? [])")
    }
}
