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
        let spool = try TemporarySpool()
        let watch = SpoolWatch(spool.spool.incoming)
        for index in 0..<2_000 { try spool.put("burst-\(index)", "") }
        #expect(watch.sawSomething())
        #expect(!watch.sawSomething())
    }

    @Test("more events than the kernel keeps are one event, and the next one is heard again")
    func overflow() throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let kept = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
        let spool = try TemporarySpool()
        let watch = SpoolWatch(spool.spool.incoming)
        // Two names by turns: the kernel merges equal neighbours.
        for index in 0...kept { try spool.put(index % 2 == 0 ? ".even" : ".odd", "") }
        try spool.put("unheard.json")
        #expect(watch.sawSomething())
        #expect(!watch.sawSomething())
        #expect(try spool.candidates().map(\.name) == [Array("unheard.json".utf8)])
        try spool.put("heard.json")
        #expect(watch.sawSomething())
    }

    @Test("without a watch every look is worth it, the reason is told, and the kernel is asked again")
    func refused() async {
        await #expect(processExitsWith: .success) {
            let spool = try TemporarySpool()
            let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int($0) }
            var limit = rlimit()
            #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            var none = rlimit(rlim_cur: rlim_t(files.min() ?? 0), rlim_max: limit.rlim_max)
            #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) == 0)
            let watch = SpoolWatch(spool.spool.incoming)
            #expect(watch.descriptor == nil)
            #expect(watch.reasonToPoll?.contains("inotify_init") == true)
            #expect(watch.sawSomething() && watch.sawSomething())
            #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            #expect(watch.sawSomething())
            #expect(watch.descriptor != nil && watch.reasonToPoll == nil)
            #expect(!watch.sawSomething())
        }
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
