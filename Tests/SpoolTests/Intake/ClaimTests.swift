import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

struct ClaimTests {
    @Test("a request is taken under its time of arrival, four digits and its name")
    func name() throws {
        let spool = try TemporarySpool()
        try spool.put("grant-alice.json")
        let taken = try #require(try spool.take(at: spool.later)[0])
        let file = taken.file
        #expect(taken.error == nil && !file.isRetry)
        #expect(file.claim.item.description == "\(file.status.modified.stamp)-3fa9~grant-alice.json")
        #expect(spool.names("work") == [file.claim.description])
        #expect(spool.names("incoming").isEmpty)
    }

    @Test("a modification time in the future is taken for now")
    func future() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json")
        let now = spool.now - .seconds(1_000)
        let file = try #require(try spool.take(at: now)[0]).file
        #expect(file.claim.item.stamp == now)
    }

    @Test("a retry keeps its name")
    func retry() throws {
        let spool = try TemporarySpool()
        let name = TemporarySpool.stamp + "grant-alice.json"
        try spool.put(name)
        let file = try #require(try spool.take(at: spool.later)[0]).file
        #expect(file.claim.item.description == name && file.isRetry)
        #expect(spool.names("work") == [name + "#0000000000000001"])
    }

    @Test(
        "any name can be claimed and read back, whatever its bytes and its length",
        arguments: [
            [0xff, 0xfe] + Array(".json".utf8), Array("a\nb.json".utf8), Array("-rf.json".utf8), Array("#.json".utf8),
            [UInt8](repeating: 0x78, count: 250) + Array(".json".utf8),
            Array((TemporarySpool.stamp + String(repeating: "x", count: 221) + ".json").utf8),
            Array((TemporarySpool.stamp + "\u{e9}.json.1.json.1.json").utf8),
        ] as [[UInt8]])
    func odd(name: [UInt8]) throws {
        let spool = try TemporarySpool()
        try spool.put(name)
        let file = try #require(try spool.take(at: spool.later)[0]).file
        #expect(ClaimName(bytes: file.claim.bytes) == file.claim)
        #expect(file.claim.item.bytes.hasSuffix(".json"))
        #expect(try Recover(spool.spool).run(settling: [:]).unjudged == [file.claim])
        let move = Settle.Move(claim: file.claim, verdict: .failed(.spool003), why: "why", isRetry: true)
        #expect(try Settle(spool.spool).settle([move], at: spool.now).isEmpty)
        #expect(spool.names("failed/SPOOL003").count == 2)
    }

    @Test("a file that is open for writing is left, complete or not, and taken once it is closed")
    func beingWritten() throws {
        let spool = try TemporarySpool()
        let claim = spool.claim
        try spool.put("a.json")
        let name = Array("a.json".utf8)
        let writer = try SystemCall().open(name, in: spool.spool.incoming.descriptor, O_WRONLY | O_APPEND, at: "a")
        #expect(try spool.take(at: spool.now)[0] == nil)
        #expect(spool.names("incoming") == ["a.json"])
        close(writer)
        withExtendedLifetime(claim) {}
        #expect(try spool.take(at: spool.now)[0] != nil)
    }

    @Test("a whole request is taken in the end though somebody holds it open; a torn one is not")
    func heldOpen() throws {
        let spool = try TemporarySpool()
        _ = spool.claim
        try spool.put("a.json")
        let writer = try SystemCall().open(
            Array("a.json".utf8), in: spool.spool.incoming.descriptor, O_WRONLY | O_APPEND, at: "a")
        defer { close(writer) }
        #expect(try spool.take(at: spool.later)[0] != nil)
        try spool.put("torn.json", "{")
        let other = try SystemCall().open(
            Array("torn.json".utf8), in: spool.spool.incoming.descriptor, O_WRONLY | O_APPEND, at: "torn")
        defer { close(other) }
        #expect(try spool.take(at: spool.later)[0] == nil)
    }

    @Test("somebody who wants to write what is being read is kept waiting, and the signal for it kills nobody")
    func leaseBroken() throws {
        let spool = try TemporarySpool()
        _ = spool.claim
        try spool.put("a.json")
        let name = Array("a.json".utf8)
        let folder = spool.spool.incoming.descriptor
        let reader = try SystemCall().open(name, in: folder, O_RDONLY, at: "a")
        try #require(SystemCall().isBeingWritten(reader) == false)
        #expect(throws: SystemError("open", "a", code: EAGAIN)) {
            close(try SystemCall().open(name, in: folder, O_WRONLY | O_NONBLOCK, at: "a"))
        }
        close(reader)
        close(try SystemCall().open(name, in: folder, O_WRONLY | O_NONBLOCK, at: "a"))
    }

    @Test("what does not parse yet is left for the settle time, then refused; the bytes stay as they are")
    func torn() throws {
        let spool = try TemporarySpool()
        for text in ["", #"{"action":"fl"#] {
            try spool.put("a.json", text)
            #expect(try spool.take(at: spool.now)[0] == nil)
            #expect(spool.names("incoming") == ["a.json"])
            let taken = try #require(try spool.take(at: spool.later)[0])
            #expect(taken.error?.code == .spool001)
            #expect(spool.text(taken.file.claim.description, in: "work") == text)
            try spool.spool.work.remove(taken.file.claim.bytes)
        }
    }

    @Test("a file that is completed by a second append is taken as one")
    func appended() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json", #"{"action":"#)
        #expect(try spool.take(at: spool.now)[0] == nil)
        let handle = try #require(FileHandle(forWritingAtPath: spool.path + "/incoming/a.json"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#""flush"}"#.utf8))
        try handle.close()
        let taken = try #require(try spool.take(at: spool.now)[0])
        #expect(taken.error == nil)
    }

    @Test("what is complete but wrong is refused at once: waiting would not mend it")
    func wrong() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json", #"{"action":"dance"}"#)
        let taken = try #require(try spool.take(at: spool.now)[0])
        #expect(taken.error != nil && taken.error?.code != .spool001)
    }

    @Test("64 KiB are read, one byte more is not")
    func limit() throws {
        let spool = try TemporarySpool()
        let padding = String(repeating: " ", count: 65_536 - TemporarySpool.good.utf8.count)
        try spool.put("a.json", TemporarySpool.good + padding)
        #expect(try #require(try spool.take(at: spool.now)[0]).error == nil)
        try spool.put("b.json", TemporarySpool.good + padding + " ")
        #expect(try #require(try spool.take(at: spool.now)[0]).error?.code == .spool001)
    }

    @Test("a file taken back between look and claim is nobody's trouble")
    func gone() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json")
        let candidate = try spool.candidates()[0]
        try spool.spool.incoming.remove(candidate.name)
        let claim = spool.claim
        let taken = try claim.take(candidate, number: 1, at: spool.later) { (bytes, file) throws(Failure) in
            try TemporarySpool.decode(bytes, file)
        }
        #expect(taken == nil)
    }

    @Test("another file under the name at the last moment is judged by its own bytes")
    func swapped() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json")
        try spool.put("b.json", #"{"action":"dance"}"#, in: "tmp")
        let candidate = try spool.candidates()[0]
        let claim = spool.claim
        let taken = try #require(
            try claim.take(candidate, number: 1, at: spool.later) { (bytes, file) throws(Failure) in
                _ = unsafe rename(spool.path + "/tmp/b.json", spool.path + "/incoming/a.json")
                return try TemporarySpool.decode(bytes, file)
            })
        #expect(taken.error != nil)
        #expect(spool.text(taken.file.claim.description, in: "work") == #"{"action":"dance"}"#)
    }

    @Test("after a crash a file is moved into work/ unread, once it has rested")
    func unread() throws {
        let spool = try TemporarySpool()
        try spool.put("a.json", "poison")
        let candidate = try spool.candidates()[0]
        let claim = spool.claim
        #expect(try claim.takeUnread(candidate, number: 7, at: spool.now) == nil)
        let name = try #require(try claim.takeUnread(candidate, number: 7, at: spool.later))
        #expect(spool.names("work") == [name.description])
        #expect(try claim.takeUnread(candidate, number: 8, at: spool.later) == nil)
        let taken = try #require(
            try claim.takeAgain(name) { (bytes, file) throws(Failure) in try TemporarySpool.decode(bytes, file) })
        #expect(taken.error?.code == .spool001)
        let gone = try claim.takeAgain(ClaimName(item: name.item, number: 1)) { (bytes, file) throws(Failure) in
            try TemporarySpool.decode(bytes, file)
        }
        #expect(gone == nil)
    }
}
