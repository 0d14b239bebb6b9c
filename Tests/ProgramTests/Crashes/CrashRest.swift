import Foundation
import Grants
import Kit
import Spool

@testable import knocknoc_entra

extension CrashWorld {
    /// Puts on a disk what a crash left of it; the path of the new spool.
    func materialise() throws -> String {
        let parent = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        let root = "\(parent)/crash-\(UUID().uuidString)"
        _ = try SpoolInit.run(at: root)
        for (number, names) in disk.items {
            let paths = names.visible.map { "\(root)/\($0)" }
            // A folder stays when its last file has left it.
            for name in names.base.union(names.changes.compactMap(\.to)) {
                try FileManager.default.createDirectory(
                    atPath: "\(root)/\(folderOf(name))", withIntermediateDirectories: true)
            }
            guard let first = paths.first else { continue }
            try Data(items[number].text.utf8).write(to: URL(fileURLWithPath: first))
            for other in paths.dropFirst() { try FileManager.default.linkItem(atPath: first, toPath: other) }
        }
        for (path, versions) in disk.files {
            if let bytes = versions.last ?? nil { try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/\(path)")) }
        }
        return root
    }

    /// The same world with what a killed process leaves: everything that could be seen.
    func killed() -> CrashWorld {
        var world = self
        world.tell("the process is killed")
        world.hasRoom = true
        return world
    }

    /// The same world on a file system that can lose both names of a rename that no fsync covered.
    func losing(_ number: Int) -> CrashWorld {
        var world = self
        world.tell("i\(number) is lost by both its names")
        world.disk.items[number] = nil
        world.lost.insert(number)
        return world
    }

    /// The same world, left alone for a while.
    func after(_ pause: Duration) -> CrashWorld {
        var world = self
        world.tell("nothing runs for \(pause)")
        world.elapsed += pause
        return world
    }

    /// The same world with what a power cut may leave of each name, for itself.
    func afterPowerCut(choosing choose: (inout SeededRandom, [Set<String>]) -> Set<String>) -> CrashWorld {
        var world = self
        for number in disk.items.keys.sorted() {
            guard let names = disk.items[number] else { continue }
            let chosen = choose(&world.random, names.possible)
            world.disk.items[number] = CrashDisk.Names(base: chosen)
            // The operator's mv may be undone, or its trace be left beside it: then the old verdict holds.
            if world.seen[number] == nil, let former = former[number],
                chosen.contains(where: { $0.hasPrefix(former) })
            {
                world.retried.remove(number)
                if chosen.count == 1 { world.seen[number] = former }
            }
        }
        for path in disk.files.keys.sorted() {
            world.disk.files[path] = disk.files[path].map { [world.random.pick($0)] }
        }
        world.hasRoom = true
        let left = world.disk.items.sorted { $0.key < $1.key }.map { "\($0.value.base.sorted())" }
        world.tell("POWER CUT leaves " + left.joined(separator: " "))
        return world
    }
}

extension CrashStage {
    /// What has to be so whenever nothing is left to do.
    func checkRest() throws {
        var places: [Int: String] = [:]
        let all = findAll()
        for (number, names) in world.disk.items {
            let found = all[number] ?? []
            guard found.count == 1, let place = found.first else {
                violate("i\(number) is in \(found), the last names were \(names.visible.sorted())")
                continue
            }
            if !place.hasPrefix("done/") && !place.hasPrefix("failed/") { violate("i\(number) rests in \(place)") }
            let bytes = FileManager.default.contents(atPath: "\(path)/\(place)")
            if bytes != Data(world.items[number].text.utf8) { violate("the bytes of i\(number) have changed") }
            let verdict = place.hasPrefix("done/") ? "done" : folderOf(place)
            if let seen = world.seen[number], seen != verdict {
                violate("i\(number) was to be seen in \(seen) and rests in \(verdict)")
            }
            places[number] = verdict
        }
        let ledger = try ledger()
        let leases = ledger?.leases.values.filter { $0.expiresAt > now.wall } ?? []
        let open = Set(leases.flatMap(\.ranges).map(\.description))
        let held = open.isEmpty ? [CrashItem.sentinel] : open
        if world.held != held { violate("Graph holds \(world.held.sorted()), the ledger \(held.sorted())") }
        // What a lost file has brought about by then may stand or not; the others must have no part in its loss.
        guard world.lost.isEmpty else { return }
        for lease in leases {
            let number = CrashItem.number(in: lease.order.name.description) ?? -1
            if places[number] != "done" { violate("i\(number) has a lease and is in \(places[number] ?? "no place")") }
        }
        let wanted = wanted(places)
        if world.held != wanted {
            violate("Graph holds \(world.held.sorted()), the requests come to \(wanted.sorted())")
        }
    }

    /// The result of all that Entra did not fail, as a function of the requests alone.
    private func wanted(_ places: [Int: String]) -> Set<String> {
        var newest: [String: CrashItem] = [:]
        for item in world.items {
            guard case .grant(let key, _, _, _) = item.kind, let place = places[item.number],
                !place.hasPrefix("failed/ENTRA")
            else { continue }
            if let other = newest[key], (other.issuedAt, other.number) > (item.issuedAt, item.number) { continue }
            newest[key] = item
        }
        var wanted: Set<String> = []
        for item in newest.values {
            guard case .grant(let key, let user, var addresses, let ends) = item.kind, now.wall < item.begin + ends
            else { continue }
            for other in world.items where places[other.number] != nil && other.issuedAt >= item.issuedAt {
                guard case .removal(let otherKey, let otherUser, let revoked) = other.kind else { continue }
                guard otherKey ?? key == key, otherUser ?? user == user else { continue }
                addresses.subtract(revoked ?? addresses)
            }
            wanted.formUnion(addresses)
        }
        return wanted.isEmpty ? [CrashItem.sentinel] : wanted
    }

    private func findAll() -> [Int: [String]] {
        var found: [Int: [String]] = [:]
        for top in ["incoming", "work", "done", "failed"] {
            for path in FileManager.default.enumerator(atPath: "\(path)/\(top)")?.allObjects as? [String] ?? [] {
                if let number = CrashItem.number(in: path) { found[number, default: []].append("\(top)/\(path)") }
            }
        }
        return found
    }
}
