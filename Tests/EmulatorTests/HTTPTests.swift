import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct HTTPTests {
    @Test("One connection serves many requests, also when they are sent at once")
    func pipelining() throws {
        let emulator = try EmulatorProgram()
        let socket = try RawSocket(port: emulator.client.port)
        let one = emulator.client.request("GET", "/_emulator/version")
        socket.send(one + one + one)
        for _ in 0..<3 {
            guard case .answer(let answer) = socket.receive() else {
                Issue.record("no answer")
                return
            }
            #expect(answer.status == 200)
        }
    }

    @Test(
        "A body comes whole however it is sent",
        arguments: [
            "Content-Length: 10\r\n\r\n{\"rate\":5}",
            "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"ra\r\n6;x=y\r\nte\":5}\r\n0\r\nTrailer: 1\r\n\r\n",
            "Transfer-Encoding: Chunked\r\n\r\nA\r\n{\"rate\":5}\r\n0\r\n\r\n",
            "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n{\"rate\":5}",
        ]
    )
    func bodies(_ rest: String) throws {
        let emulator = try EmulatorProgram()
        let socket = try RawSocket(port: emulator.client.port)
        // Byte by byte, as a network may.
        for byte in "PUT /_emulator/settings HTTP/1.1\r\nHost: x\r\n\(rest)".utf8 { socket.send([byte]) }
        guard case .answer(let answer) = socket.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == 204)
        #expect(try emulator.control("GET", "settings").json["rate"]?.number == 5)
    }

    @Test(
        "What is not HTTP is refused and the connection closed",
        arguments: [
            ("HELLO\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 431),
        ]
    )
    func refused(_ text: String, _ status: Int) throws {
        let emulator = try EmulatorProgram()
        let socket = try RawSocket(port: emulator.client.port)
        socket.send(Array(text.utf8))
        guard case .answer(let answer) = socket.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == status)
        guard case .closed = socket.receive() else {
            Issue.record("still open")
            return
        }
    }

    @Test("A connection that is asked to close does, and says so")
    func close() throws {
        let emulator = try EmulatorProgram()
        let socket = try RawSocket(port: emulator.client.port)
        socket.send(emulator.client.request("GET", "/_emulator/version", headers: ["Connection: close"]))
        guard case .answer(let answer) = socket.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(answer["connection"] == "close")
        guard case .closed = socket.receive() else {
            Issue.record("still open")
            return
        }
    }

    @Test(
        "Dates are written as each side of Entra writes them",
        arguments: [
            (0, "1970-01-01T00:00:00", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "1994-11-06T08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT"),  // RFC 9110's example
            (951_782_399, "2000-02-28T23:59:59", "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "2000-02-29T00:00:00", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_798_761_599, "2026-12-31T23:59:59", "Thu, 31 Dec 2026 23:59:59 GMT"),
        ]
    )
    func dates(_ seconds: Int, _ zoneless: String, _ http: String) {
        let moment = ClockReading(seconds: seconds, nanoseconds: 12_345_600, monotonic: 0)
        #expect(moment.zonelessText == zoneless)
        #expect(moment.graphText == zoneless + ".0123456Z")
        #expect(moment.httpText() == http)
    }
}
