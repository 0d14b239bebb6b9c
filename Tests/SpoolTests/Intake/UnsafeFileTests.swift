import Foundation
import Glibc
import Grants
import Linux
import Testing

@testable import Spool

/// What must never be opened blindly, followed or read.
struct UnsafeFileTests {
    /// Takes the only entry and returns its refusal; it has to be in `work/` by then.
    private func refusal(_ spool: TemporarySpool, at now: Timestamp? = nil) throws -> Failure? {
        let taken = try spool.take(at: now ?? spool.now)
        #expect(taken.count == 1)
        guard let taken = taken.first ?? nil else { return nil }
        #expect(spool.names("incoming").isEmpty)
        #expect(spool.names("work") == [taken.file.claim.description])
        return taken.error
    }

    @Test("a symbolic link is moved itself; what it points to is not touched")
    func symbolicLink() throws {
        let spool = try TemporarySpool()
        try spool.put("target", "secret", in: "hold")
        unsafe symlink(spool.path + "/hold/target", spool.path + "/incoming/x.json")
        let error = try refusal(spool)
        #expect(error?.code == .spool007 && error?.detail.contains("symbolic link") == true)
        #expect(spool.text("target", in: "hold") == "secret")
        let again = try Recover(spool.spool).run(settling: [:]).unjudged
        let taken = try #require(
            try spool.claim.takeAgain(again[0]) { (bytes, file) throws(Failure) in
                try TemporarySpool.decode(bytes, file)
            })
        #expect(taken.error?.detail == error?.detail)
    }

    @Test("FIFO, socket and folder are moved aside at once, and reach failed/")
    func special() throws {
        for kind in ["fifo", "socket", "folder"] {
            let spool = try TemporarySpool()
            let path = spool.path + "/incoming/x.json"
            switch kind {
            case "fifo": _ = unsafe mkfifo(path, 0o666)
            case "socket": _ = unsafe mknod(path, S_IFSOCK | 0o666, 0)
            default: _ = unsafe mkdir(path, 0o777)
            }
            let error = try refusal(spool)
            #expect(error?.code == .spool007, "\(kind)")
            let claim = try Recover(spool.spool).run(settling: [:]).unjudged[0]
            let move = Settle.Move(claim: claim, verdict: .failed(.spool007), why: "why", isRetry: false)
            #expect(try Settle(spool.spool).settle([move], at: spool.now).isEmpty)
            #expect(spool.names("failed/SPOOL007") == [claim.item.description, claim.item.description + ".why"])
        }
    }

    @Test("a second name is forgiven for a minute, for who links and unlinks; then the file is moved aside")
    func hardLink() throws {
        let spool = try TemporarySpool()
        try spool.put("x", in: "tmp")
        try spool.link("tmp/x", "incoming/x.json")
        #expect(try spool.take(at: spool.now + .seconds(50))[0] == nil)
        let error = try refusal(spool, at: spool.now + .seconds(61))
        #expect(error?.code == .spool007)
        #expect(error?.detail.contains("flush") == false)
    }

    @Test("a link whose other name went is an ordinary request")
    func unlinked() throws {
        let spool = try TemporarySpool()
        try spool.put("x", in: "tmp")
        try spool.link("tmp/x", "incoming/x.json")
        try spool.spool.temporary.remove(Array("x".utf8))
        #expect(try refusal(spool) == nil)
        #expect(spool.names("work").count == 1)
    }

    @Test("an unreadable file may be waiting for its mode; later it is moved aside with advice")
    func unreadable() throws {
        let spool = try TemporarySpool()
        try spool.put("x.json")
        unsafe chmod(spool.path + "/incoming/x.json", 0o600)
        for folder in [spool.spool.incoming, spool.spool.work] { fchmod(folder.descriptor, 0o777) }
        // A user who owns neither the file nor, as a rule, the spool.
        let young = try asNobody { try spool.take(at: spool.now)[0] }
        guard let young else { return }
        #expect(young == nil)
        let taken = try #require(try asNobody { try spool.take(at: spool.later)[0] } ?? nil)
        #expect(taken.error?.code == .spool007)
        #expect(taken.error?.detail.contains("chmod 640") == true)
        #expect(spool.names("work").count == 1)
    }

    @Test("ten sparse gigabytes are refused without reading them")
    func huge() throws {
        let spool = try TemporarySpool()
        try spool.put("x.json", "")
        #expect(unsafe truncate(spool.path + "/incoming/x.json", 10 << 30) == 0)
        let error = try refusal(spool)
        #expect(error?.code == .spool001 && error?.detail.contains("64 KiB") == true)
    }

    @Test("a folder that cannot be moved is left alone, stops nobody, and is tried again when it changes")
    func immovable() throws {
        let spool = try TemporarySpool()
        try spool.make("incoming/a.json")
        try spool.put("b.json")
        unsafe chmod(spool.path + "/incoming/a.json", 0o755)
        fchmod(spool.spool.incoming.descriptor, 0o777)
        fchmod(spool.spool.work.descriptor, 0o777)
        let incoming = Incoming(spool.spool)
        let first = try asNobody { try spool.take(at: spool.later) }
        guard let first else { return }
        #expect(first.count == 2 && first.contains { $0?.error == nil && $0 != nil })
        let listing = try incoming.list(upTo: 10)
        #expect(listing.oldest.isEmpty && listing.strays == 1 && listing.more == 0)
        #expect(listing.immovable.map(\.code) == [EACCES])
        unsafe chmod(spool.path + "/incoming/a.json", 0o777)
        #expect(try incoming.list(upTo: 10).oldest.count == 1)
        let second = try asNobody { try spool.take(at: spool.later) }
        #expect(second?.first??.error?.code == .spool007)
        let after = try incoming.list(upTo: 10)
        #expect(after.strays == 0 && after.immovable.isEmpty)
    }

    @Test("a folder that may not be written is the folder's fault, not the file's")
    func closedFolder() throws {
        let spool = try TemporarySpool()
        try spool.put("b.json")
        unsafe chmod(spool.path + "/incoming/b.json", 0o644)
        fchmod(spool.spool.incoming.descriptor, 0o755)
        fchmod(spool.spool.work.descriptor, 0o777)
        var code: Int32 = 0
        let ran: Void? = asNobody {
            do { _ = try spool.take(at: spool.later) } catch { code = (error as? SystemError)?.code ?? -1 }
        }
        if ran != nil { #expect(code == EACCES) }
        #expect(spool.names("incoming") == ["b.json"])
    }
}
