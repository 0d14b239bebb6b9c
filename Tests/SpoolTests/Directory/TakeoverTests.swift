import Foundation
import Grants
import Linux
import Testing

@testable import Spool

struct TakeoverTests {
    private func ready() throws -> String {
        let path = try TemporarySpool.makeDirectory()
        _ = try SpoolInit.run(at: path)
        return path
    }

    private func take(_ path: String, under number: UInt64?) throws(SpoolTrouble) -> SpoolDirectory {
        try SpoolDirectory.open(at: path, under: number.map { LockToken(number: $0, holder: "host of \($0)") })
    }

    private func trouble(_ path: String, under number: UInt64?) -> SpoolTrouble? {
        do throws(SpoolTrouble) {
            _ = try take(path, under: number)
            return nil
        } catch {
            return error
        }
    }

    private func put(_ name: String, _ text: String = TemporarySpool.good, in place: String, of path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(place)/\(name)"))
    }

    private func text(_ place: String, of path: String) -> String? {
        try? String(contentsOfFile: "\(path)/\(place)", encoding: .utf8)
    }

    private func names(_ place: String, of path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(place)"))?.sorted() ?? []
    }

    private let now = Timestamp(seconds: 1_795_215_600)
    private let claim = "20261120T230542.123456Z-3fa9~a.json#0000000000000001"

    @Test("whatever its former owner still does to work/ and ledger/ has no effect")
    func lateSteps() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let former = try take(path, under: 1)
        let ledger = Ledger(location: "office", id: String(repeating: "i", count: 36), memory: .zero)
        try former.ledgers.write([ledger.change(mayHaveSent: false)], at: now)
        try former.work.writeNote(Array(claim.utf8), Array("x".utf8), mode: 0o600)
        #expect(former.isOurs)
        let successor = try take(path, under: 2)
        #expect(!former.isOurs)
        #expect(successor.isOurs)
        #expect(try successor.ledgers.locations().map(\.confirmation) == [.never])
        #expect(names("work", of: path) == [claim])

        try put("late.json", in: "incoming", of: path)
        #expect(throws: SystemError.self) {
            try former.incoming.move(Array("late.json".utf8), to: former.work, as: Array("late".utf8))
        }
        #expect(throws: SystemError.self) { try former.work.move(Array(claim.utf8), to: former.incoming, as: [97]) }
        #expect(throws: SystemError.self) { try former.work.writeNote([98], [], mode: 0o600) }
        // Its descriptors still lead to the file that is gone.
        try? former.ledgers.markCleanStop([ledger.change(mayHaveSent: true)], at: now)
        #expect(try successor.ledgers.locations().map(\.confirmation) == [.never])
        #expect(names("incoming", of: path) == ["late.json"])
        #expect(names("work", of: path) == [claim])
        #expect(names("ledger", of: path).first == "ledger.sqlite")
    }

    @Test("an orderly end of the former worker does not vouch for the lists at Graph")
    func cleanStop() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        var ledger = Ledger(location: "office", id: String(repeating: "i", count: 36), memory: .zero)
        ledger.confirm([try CIDR("8.8.8.8")], kept: [])
        let former = try take(path, under: 1)
        try former.ledgers.forgetCleanStop(at: now)
        try former.ledgers.markCleanStop([ledger.change(mayHaveSent: true)], at: now)
        #expect(try former.ledgers.locations().map(\.confirmation) == [.confirmed])
        #expect(try take(path, under: 2).ledgers.locations().map(\.confirmation) == [.unconfirmed])
    }

    @Test("a token that is not newer is refused, as is a worker without one")
    func tokens() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try take(path, under: 7)
        #expect(trouble(path, under: 7) == .overtaken(path, by: 7))
        #expect(trouble(path, under: 6) == .overtaken(path, by: 7))
        #expect(trouble(path, under: nil) == .shared(path, last: 7))
        #expect(trouble(path, under: nil)?.exitCode == 75)
        #expect(text("active", of: path) == "7\nhost of 7\n")
        try put("active", "not a number", in: "", of: path)
        #expect(trouble(path, under: 8) == .overtaken(path, by: .max))
        try FileManager.default.removeItem(atPath: path + "/active")
        #expect(trouble(path, under: nil) == nil)
    }

    @Test("a worker that holds the spool for its host alone is not overtaken")
    func firstTime() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let alone = try take(path, under: nil)
        withExtendedLifetime(alone) {
            #expect(trouble(path, under: 1) == .alreadyLocked(path))
            #expect(names("", of: path).contains("active") == false)
        }
    }

    @Test("a worker whose token was removed by hand ends")
    func removedToken() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let spool = try take(path, under: 1)
        try FileManager.default.removeItem(atPath: path + "/active")
        #expect(!spool.isOurs)
    }

    @Test("a takeover that was cut short is finished by the next, and what was written by right stays")
    func cutShort() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        // 5 had moved some of it when it ended; then the one before it wrote its ledger once more.
        try put("active", "5\n", in: "", of: path)
        for folder in [".work-before-5", ".ledger-before-5", ".ledger-before-3"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: false)
        }
        try FileManager.default.removeItem(atPath: path + "/work")
        try put(claim, in: ".work-before-5", of: path)
        try put("office.json", "by right", in: "ledger", of: path)
        try put("office.json", "too late", in: ".ledger-before-5", of: path)
        try put("lab.json", "not moved yet", in: ".ledger-before-5", of: path)
        try put("lab.json", "older still", in: ".ledger-before-3", of: path)
        _ = try take(path, under: 9)
        #expect(names("work", of: path) == [claim])
        #expect(text("ledger/office.json", of: path) == "by right")
        #expect(text("ledger/lab.json", of: path) == "not moved yet")
        #expect(names("", of: path).filter { $0.contains("before") }.isEmpty)
    }

    @Test("one file under both names, as a power cut leaves it, is one claim; two files are never one")
    func bothNames() throws {
        let path = try ready()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path + "/.work-before-1", withIntermediateDirectories: false)
        try put(claim, in: "work", of: path)
        try FileManager.default.linkItem(atPath: "\(path)/work/\(claim)", toPath: "\(path)/.work-before-1/\(claim)")
        _ = try take(path, under: 2)
        #expect(names("work", of: path) == [claim])
        try FileManager.default.createDirectory(atPath: path + "/.work-before-1", withIntermediateDirectories: false)
        try put(claim, "another request", in: ".work-before-1", of: path)
        #expect(trouble(path, under: 3) != nil)
        #expect(text(".work-before-1/\(claim)", of: path) == "another request")
    }
}
