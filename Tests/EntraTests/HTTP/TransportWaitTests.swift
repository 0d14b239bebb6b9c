import Dispatch
import Foundation
import Glibc
import Grants
import Kit
import Testing

@testable import Entra

@Suite("HTTPTransport's wait", .timeLimit(.minutes(1)), .ownThread)
struct TransportWaitTests {
    /// Both ends of a pipe.
    private func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw SocketError(number: errno) }
        return (ends[0], ends[1])
    }

    private func measured(_ body: () -> Void) -> Duration {
        let start = ContinuousClock.now
        body()
        return ContinuousClock.now - start
    }

    @Test("it ends when the time is over, not before")
    func timeout() throws {
        let transport = try HTTPTransport(.loopback)
        let pipe = try makePipe()
        let spent = measured { #expect(transport.wait(alsoFor: [pipe.reading], atMost: .milliseconds(30)).isEmpty) }
        #expect(spent >= .milliseconds(30) && spent < .seconds(10))
        #expect(measured { _ = transport.wait(alsoFor: [pipe.reading], atMost: .zero) } < .milliseconds(900))
        #expect(measured { _ = transport.wait(alsoFor: [], atMost: nil) } < .seconds(10), "nothing could end it")
        close(pipe.reading)
        close(pipe.writing)
    }

    @Test("a descriptor that can be read ends it, before or during the wait, and while a request is on its way")
    func descriptor() throws {
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.waitForEnd()
        }
        let transport = try HTTPTransport(.loopback)
        let pipe = try makePipe()
        for isBusy in [false, true] {
            if isBusy { _ = transport.start(HTTPRequest(.get, server.url)) }
            DispatchQueue(label: "writer").async { writeByte(to: pipe.writing, after: 40) }
            let spent = measured { #expect(transport.wait(alsoFor: [pipe.reading], atMost: .seconds(60)).isEmpty) }
            #expect(spent < .seconds(20))
            #expect(measured { _ = transport.wait(alsoFor: [pipe.reading], atMost: nil) } < .seconds(10))
            var byte: UInt8 = 0
            unsafe _ = read(pipe.reading, &byte, 1)
        }
        close(pipe.writing)
        #expect(
            measured { _ = transport.wait(alsoFor: [pipe.reading], atMost: .seconds(60)) } < .seconds(20), "hang-up")
        close(pipe.reading)
    }

    @Test("several requests at once end in the order of their answers, each with its own")
    func several() throws {
        let server = try LoopbackServer { connection in
            guard let request = connection.nextRequest() else { return }
            let number = request.firstMatch(of: /GET \/(\d)/).flatMap { Int32($0.1) } ?? 0
            poll(nil, 0, (3 - number) * 400)
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
        }
        let transport = try HTTPTransport(.loopback)
        let ids = (1...3).map { transport.start(HTTPRequest(.get, server.url + "\($0)")) }
        var order: [Exchange.ID] = []
        while order.count < 3 {
            for completion in transport.wait(alsoFor: [], atMost: .seconds(5)) {
                order.append(completion.id)
                let number = ids.firstIndex(of: completion.id).map { $0 + 1 } ?? 0
                #expect(completion.result.reply?.body == Array("\(number)".utf8))
            }
        }
        #expect(order == ids.reversed())
        #expect(transport.isIdle)
    }

    @Test("a cancelled request is over at once: its connection closes and nothing is reported")
    func cancel() throws {
        let ended = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.waitForEnd()
            ended.signal()
        }
        let transport = try HTTPTransport(.loopback)
        let id = transport.start(HTTPRequest(.get, server.url))
        _ = transport.wait(alsoFor: [], atMost: .milliseconds(50))
        transport.cancel(id)
        transport.cancel(id)
        #expect(transport.isIdle)
        #expect(transport.wait(alsoFor: [], atMost: .milliseconds(30)).isEmpty)
        #expect(ended.wait(timeout: .now() + 30) == .success)
        let refused = transport.start(HTTPRequest(.get, "http://graph.example/"))
        transport.cancel(refused)
        #expect(transport.wait(alsoFor: [], atMost: .zero).isEmpty)
    }

    @Test("a transport that goes away with requests on their way harms nobody")
    func deinitialise() throws {
        let server = try LoopbackServer { $0.waitForEnd() }
        for _ in 0..<20 {
            let transport = try HTTPTransport(.loopback)
            _ = transport.start(HTTPRequest(.get, server.url))
            _ = transport.start(HTTPRequest(.get, "https://graph.invalid/"))
        }
    }

    @Test(
        "a thousand requests over one connection leave memory where it was",
        .enabled("a sanitizer keeps what was freed") { ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil }
    )
    func memory() async {
        await #expect(processExitsWith: .success) {
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + String(repeating: "x", count: 65_536)
            let server = try LoopbackServer { connection in
                while connection.nextRequest() != nil { connection.send(answer) }
            }
            let transport = try HTTPTransport(.loopback)
            let request = HTTPRequest(.patch, server.url, body: .json(Array(repeating: 0x20, count: 32_768)))
            func spend(_ count: Int) throws {
                for _ in 0..<count { #expect(try transport.result(of: request).reply?.body.count == 65_536) }
            }
            try spend(100)
            let before = residentKiB()
            try spend(1_000)
            #expect(residentKiB() - before < 20_480, "either body kept would be 32 MiB")
            #expect(server.connections == 1)
        }
    }
}

/// Outside of any test, so that it belongs to no actor.
private func writeByte(to descriptor: Int32, after milliseconds: Int32) {
    poll(nil, 0, milliseconds)
    var byte: UInt8 = 1
    unsafe _ = write(descriptor, &byte, 1)
}

/// `statm` counts pages of 4 KiB; its second field is what is resident.
private func residentKiB() -> Int {
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY)
    defer { close(descriptor) }
    var line = [UInt8](repeating: 0, count: 200)
    let count = unsafe read(descriptor, &line, line.count)
    let fields = String(decoding: line.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4 : 0
}
