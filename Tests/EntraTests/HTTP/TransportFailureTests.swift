import Grants
import Kit
import Testing

@testable import Entra

/// What the server does, and what has to come of it.
struct Mishap: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: TransportFailure.Kind
    let phase: TransportFailure.Phase
    let curlCode: Int
    let code: FailureCode
    var wasSent = true
    let serve: @Sendable (Connection) -> Void

    init(
        _ name: String,
        _ kind: TransportFailure.Kind,
        _ phase: TransportFailure.Phase,
        curl: Int,
        _ code: FailureCode,
        serve: @escaping @Sendable (Connection) -> Void
    ) {
        (testDescription, self.kind, self.phase, curlCode, self.code, self.serve) = (
            name, kind, phase, curl, code, serve
        )
    }

    /// Reads the request, answers with this text and closes.
    static func answering(
        _ name: String,
        _ kind: TransportFailure.Kind,
        curl: Int,
        _ text: String,
        phase: TransportFailure.Phase = .body
    ) -> Mishap {
        Mishap(name, kind, phase, curl: curl, .entra054) { connection in
            _ = connection.nextRequest()
            connection.send(text)
        }
    }
}

private let mishaps: [Mishap] = [
    Mishap("closed without an answer", .reset, .request, curl: 52, .entra000) { _ = $0.nextRequest() },
    Mishap("reset before an answer", .reset, .request, curl: 56, .entra000) { connection in
        _ = connection.nextRequest()
        connection.reset()
    },
    Mishap("silence after the request", .timeout, .request, curl: 28, .entra004) { connection in
        _ = connection.nextRequest()
        connection.waitForEnd()
    },
    Mishap("stall in the body", .timeout, .body, curl: 28, .entra004) { connection in
        _ = connection.nextRequest()
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        connection.waitForEnd()
    },
    Mishap("reset in the body", .cut, .body, curl: 56, .entra054) { connection in
        _ = connection.nextRequest()
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        connection.pause()
        connection.reset()
    },
    .answering("body shorter than promised", .cut, curl: 18, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"),
    .answering("chunk cut", .cut, curl: 18, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\n{}"),
    .answering("closed inside the headers", .cut, curl: 0, "HTTP/1.1 200 OK\r\nContent-Type: applica"),
    .answering(
        "closed after a header line",
        .cut,
        curl: 0,
        "HTTP/1.1 204 No Content\r\nContent-Type: application/json\r\n"
    ),
    .answering("no HTTP at all", .garbled, curl: 1, "SSH-2.0-OpenSSH_9.2p1\r\n\r\n", phase: .request),
    .answering("an HTML page without a head", .garbled, curl: 1, "<html><body>Sign in</body></html>", phase: .request),
    .answering("bad chunk", .garbled, curl: 56, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
    .answering("a header that is none", .garbled, curl: 8, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"),
    .answering("promised over the cap", .tooLarge, curl: 63, "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"),
    .answering(
        "over the cap without a promise",
        .tooLarge,
        curl: 23,
        "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 4 << 20 + 1)
    ),
    .answering(
        "a header line without end",
        .tooLarge,
        curl: 27,
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 200_000) + "\r\n\r\n"
    ),
]

@Suite("Transport failures", .timeLimit(.minutes(1)), .ownThread)
struct TransportFailureTests {
    @Test("each mishap is told by kind, phase and code", arguments: mishaps)
    func mishap(_ mishap: Mishap) throws {
        let server = try LoopbackServer(mishap.serve)
        let request = HTTPRequest(
            .patch, server.url, body: .json([0x7B, 0x7D]), timeouts: mishap.kind == .timeout ? .short : .init())
        let result = try exchange(request)
        let failure = try #require(result.failure, "\(result)")
        #expect(failure.kind == mishap.kind, "\(failure)")
        #expect(failure.phase == mishap.phase, "\(failure)")
        #expect(failure.curlCode == mishap.curlCode, "\(failure)")
        #expect(failure.mayHaveTakenEffect)
        let verdict = ReplyVerdict(failure, to: .patch)
        #expect(verdict.code == mishap.code)
        #expect(verdict.isAmbiguous)
        #expect(!ReplyVerdict(failure, to: .get).isAmbiguous)
    }

    @Test("a refused connection")
    func refused() throws {
        let closed = try LoopbackServer(nil).port
        let failure = try #require(
            try exchange(HTTPRequest(.patch, "http://127.0.0.1:\(closed)/")).failure
        )
        #expect(failure.kind == .connect)
        #expect(failure.phase == .tcp)
        #expect(failure.osErrno == 111)
        expect(failure, .entra000)
    }

    @Test("a name that does not exist")
    func unknownName() throws {
        let failure = try #require(
            try exchange(HTTPRequest(.get, "https://graph.invalid/", timeouts: .init(connect: .seconds(5)))).failure
        )
        #expect(failure.kind == .resolve)
        #expect(failure.phase == .dns)
        expect(failure, .entra000)
    }

    @Test("a listener that never speaks TLS costs the connect timeout, no more")
    func silentHandshake() throws {
        let server = try LoopbackServer(nil)
        let started = ContinuousClock.now
        let failure = try #require(
            try exchange(
                HTTPRequest(
                    .get, "https://127.0.0.1:\(server.port)/",
                    timeouts: .init(connect: .milliseconds(300), request: .seconds(60)))
            ).failure
        )
        #expect(ContinuousClock.now - started < .seconds(20))
        #expect(failure.kind == .timeout)
        #expect(failure.phase == .tls)
        expect(failure, .entra004)
    }

    @Test("plain HTTP on a TLS port")
    func plainOnTLS() throws {
        let server = try LoopbackServer { $0.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") }
        let failure = try #require(
            try exchange(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/")).failure
        )
        #expect(failure.kind == .tls)
        expect(failure, .entra003)
    }

    @Test("a connection closed or reset during the handshake is no certificate error", arguments: [true, false])
    func brokenHandshake(byReset: Bool) throws {
        let server = try LoopbackServer { connection in
            connection.readSome()
            if byReset { connection.reset() }
        }
        let failure = try #require(
            try exchange(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/")).failure
        )
        #expect(failure.kind == .reset, "\(failure)")
        #expect(failure.phase == .tls)
        expect(failure, .entra000)
    }

    @Test("a CA file that is not there is a certificate error")
    func missingBundle() throws {
        let server = try LoopbackServer { _ = $0.nextRequest() }
        var options = TransportOptions.loopback
        options.caFile = "/nonexistent/ca.pem"
        let failure = try #require(
            try exchange(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"), options: options)
                .failure
        )
        #expect(failure.curlCode == 77)
        expect(failure, .entra003)
    }

    /// Nothing was sent, so nothing can be ambiguous.
    private func expect(_ failure: TransportFailure, _ code: FailureCode) {
        let verdict = ReplyVerdict(failure, to: .patch)
        #expect(verdict.code == code, "\(failure)")
        #expect(!failure.mayHaveTakenEffect, "\(failure)")
        #expect(!verdict.isAmbiguous)
    }
}
