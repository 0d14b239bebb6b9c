import Foundation
import Glibc
import Grants

@testable import knocknoc_entra

/// Producer, operator and disk.
extension CrashStage {
    func drop(_ item: CrashItem) throws {
        // A careful producer: file and folder are synced.
        try Data(item.text.utf8).write(to: URL(fileURLWithPath: "\(path)/incoming/\(item.name)"))
        world.disk.items[item.number] = CrashDisk.Names(base: ["incoming/\(item.name)"])
    }

    /// Of an item that lies still in `failed/`; the operator syncs nothing.
    func retry(_ wanted: Int?) throws {
        let failed = world.disk.items.filter { $0.value.visible.first?.hasPrefix("failed/") ?? false }.keys.sorted()
            .filter { $0 == wanted ?? $0 }
        guard !failed.isEmpty else { return }
        let number = world.random.pick(failed)
        guard let from = world.disk.items[number]?.visible.first, let name = from.split(separator: "/").last else {
            return
        }
        let to = "incoming/\(name)"
        try FileManager.default.moveItem(atPath: "\(path)/\(from)", toPath: "\(path)/\(to)")
        world.tell("mv \(from) incoming/")
        world.disk.change(number, from: from, to: to)
        world.former[number] = world.seen.removeValue(forKey: number)
        world.retried.insert(number)
    }

    func before(_ step: CrashTape.Step) -> Int32? {
        var moment = world
        for list in inFlight.values { moment.late.append((list, moment.elapsed + .seconds(50))) }
        moment.tell("CRASH before \(step)")
        moments.append(moment)
        if case .replace(let temporary, _) = step {
            if !syncedFiles.contains(temporary) { violate("\(temporary) was renamed without an fsync") }
            if !world.hasRoom { return ENOSPC }
        }
        return nil
    }

    func after(_ step: CrashTape.Step) {
        switch step {
        case .sync(let path) where path.hasSuffix(".new"): syncedFiles.insert(path)
        case .sync(let folder): world.disk.sync(folder)
        case .replace(let temporary, let name):
            syncedFiles.remove(temporary)
            world.disk.put(FileManager.default.contents(atPath: "\(path)/\(name)").map { [UInt8]($0) }, as: name)
            world.tell("\(name) written")
            noteJudged()
        case .unlink(let name):
            if let number = CrashItem.number(in: name) {
                world.disk.change(number, from: name, to: nil)
            } else if world.disk.files[name] != nil {
                world.disk.put(nil, as: name)
            }
        case .rename(let from, let to):
            guard let number = CrashItem.number(in: from) else { return }
            world.disk.change(number, from: from, to: to)
            world.tell("\(from) → \(to)")
            if to.hasPrefix("work/") { world.judged.remove(number) } else { show(number, folderOf(to)) }
        }
    }

    private func noteJudged() {
        guard let settling = try? ledger()?.settling else { return }
        let claims = Set(settling.keys.map { "work/\($0)" })
        for (number, names) in world.disk.items where !names.visible.isDisjoint(with: claims) {
            world.judged.insert(number)
        }
    }

    private func show(_ number: Int, _ folder: String) {
        let verdict = folder.hasPrefix("done/") ? "done" : folder
        if let seen = world.seen[number], seen != verdict {
            violate("i\(number) was to be seen in \(seen) and is now in \(verdict)")
        }
        if world.retried.contains(number), !world.judged.contains(number), !world.items[number].isNonsense {
            violate("i\(number), moved back, got \(verdict) without being judged")
        }
        world.seen[number] = verdict
        world.retried.remove(number)
    }
}
