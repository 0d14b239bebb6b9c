import Foundation
import Glibc
import Testing

@testable import Spool

struct SpoolWatchTests {
    @Test("every way to bring a file in is noticed once")
    func arrivals() throws {
        let spool = try TemporarySpool()
        let watch = SpoolWatch(spool.spool.incoming)
        #expect(watch.descriptor != nil && watch.reasonToPoll == nil)
        #expect(!watch.sawSomething())
        try spool.put("written.json")
        #expect(watch.sawSomething())
        #expect(!watch.sawSomething())
        try spool.put("moved.json", in: "tmp")
        unsafe rename(spool.path + "/tmp/moved.json", spool.path + "/incoming/moved.json")
        #expect(watch.sawSomething())
        try spool.put("linked.json", in: "tmp")
        _ = watch.sawSomething()
        try spool.link("tmp/linked.json", "incoming/linked.json")
        #expect(watch.sawSomething())
        #expect(!watch.sawSomething())
    }

    @Test("more events than one read holds are drained at once")
    func burst() throws {
        let spool = try TemporarySpool(inMemory: true)
        let watch = SpoolWatch(spool.spool.incoming)
        for index in 0..<2_000 { try spool.put("burst-\(index)", "") }
        #expect(watch.sawSomething())
        #expect(!watch.sawSomething())
    }

    @Test("the folder that was opened is watched, wherever it is moved")
    func moved() throws {
        let spool = try TemporarySpool()
        let watch = SpoolWatch(spool.spool.incoming)
        unsafe rename(spool.path + "/incoming", spool.path + "/elsewhere")
        #expect(watch.sawSomething())
        try spool.put("a.json", in: "elsewhere")
        #expect(watch.sawSomething())
    }

    @Test("a local disk is no network file system")
    func local() throws {
        #expect(try TemporarySpool().spool.incoming.networkFileSystem == nil)
        #expect(try Folder.open(path: "/proc").networkFileSystem == nil)
    }
}
