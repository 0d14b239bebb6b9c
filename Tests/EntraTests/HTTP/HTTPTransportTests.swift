import Grants
import Kit
import Testing

@testable import Entra

@Suite("HTTPTransport", .timeLimit(.minutes(1)), .ownThread)
struct HTTPTransportTests {
    @Test("a PATCH arrives as it was made, with the token as a header")
    func sends() throws {
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 200 OK\r\nrequest-id: abc\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 2\r\n\r\n{}")
        }
        let request = HTTPRequest(
            .patch,
            server.url,
            headers: [HTTPHeader("client-request-id", "1234")],
            body: .json(Array("{\"a\":1}".utf8)),
            accessToken: Secret("eyJ")
        )
        let result = try exchange(request)
        let reply = try #require(result.reply, "\(result)")
        #expect(reply.status == 200)
        #expect(reply.requestId == "abc")
        #expect(reply.headers.values(of: "X-TWO") == ["1", "2"])
        #expect(reply.body == Array("{}".utf8))
        #expect(reply.elapsed > .zero)
        let sent = try #require(server.requests.first)
        #expect(sent.hasPrefix("PATCH / HTTP/1.1\r\n"))
        #expect(sent.hasSuffix("\r\n\r\n{\"a\":1}"))
        for line in [
            "Authorization: Bearer eyJ", "client-request-id: 1234", "Content-Type: application/json",
            "User-Agent: knocknoc-entra", "Accept: application/json", "Content-Length: 7",
        ] { #expect(sent.contains("\r\n\(line)\r\n"), "\(line)") }
        #expect(!sent.contains("Expect"))
    }

    @Test("a connection is used again, also after another method")
    func keepsAlive() throws {
        let server = try LoopbackServer { connection in
            while connection.nextRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            }
        }
        let transport = try HTTPTransport(.loopback)
        for method in [HTTPRequest.Method.get, .patch, .post, .get] {
            #expect(try transport.result(of: HTTPRequest(method, server.url, body: .json([]))).reply?.status == 200)
        }
        #expect(server.connections == 1)
        #expect(server.requests.map { $0.prefix(4) } == ["GET ", "PATC", "POST", "GET "])
    }

    @Test("a kept connection that breaks under a request is told, and the request is not sent again behind our back")
    func brokenConnection() throws {
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            _ = connection.nextRequest()
            connection.reset()
        }
        let transport = try HTTPTransport(.loopback)
        let request = HTTPRequest(.patch, server.url, body: .json([0x7B, 0x7D]))
        #expect(try transport.result(of: request).reply?.status == 200)
        let failure = try #require(try transport.result(of: request).failure)
        #expect(failure.kind == .reset)
        #expect(failure.phase == .request)
        #expect(failure.mayHaveTakenEffect)
        #expect(server.requests.count == 2)
        #expect(try transport.result(of: request).reply?.status == 200)
    }

    @Test("a connection that the server has closed meanwhile is replaced without anybody noticing")
    func staleConnection() throws {
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        }
        let transport = try HTTPTransport(.loopback)
        for _ in 0..<3 {
            let request = HTTPRequest(.patch, server.url, body: .json([0x7B, 0x7D]))
            #expect(try transport.result(of: request).reply?.status == 200)
            // The server's end has to arrive, or it would be no stale connection but one that breaks.
            _ = transport.wait(alsoFor: [], atMost: .milliseconds(50))
        }
        #expect(server.connections == 3)
    }

    @Test("a redirect is an answer, and nothing goes where it points")
    func redirect() throws {
        let other = try LoopbackServer { _ = $0.nextRequest() }
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 307 Go\r\nLocation: \(other.url)\r\nContent-Length: 0\r\n\r\n")
        }
        let reply = try exchange(HTTPRequest(.get, server.url, accessToken: Secret("eyJ"))).reply
        #expect(reply?.status == 307)
        #expect(reply?.headers["location"] == other.url)
        #expect(other.connections == 0)
    }

    @Test(
        "answers that other clients choke on are read",
        arguments: [
            (
                "401 with Basic", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
                401, ""
            ),
            (
                "trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-T: 1\r\n\r\n", 200,
                "{}"
            ),
            ("no reason", "HTTP/1.1 204\r\n\r\n", 204, ""),
            ("line feeds", "HTTP/1.1 200 OK\nContent-Length: 1\n\n1", 200, "1"),
            ("until the end", "HTTP/1.1 200 OK\r\n\r\nabc", 200, "abc"),
            ("103 first", "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", 200, "1"),
            ("not UTF-8", "HTTP/1.1 200 \u{FF}\r\nX: \u{FF}\r\nContent-Length: 1\r\n\r\n1", 200, "1"),
        ]
    )
    func oddAnswers(name: String, answer: String, status: Int, body: String) throws {
        let server = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send(answer)
        }
        let reply = try #require(try exchange(HTTPRequest(.get, server.url)).reply, "\(name)")
        #expect(reply.status == status)
        #expect(reply.body == Array(body.utf8))
    }

    @Test("endless trailers are stopped at the cap, and a coding that nobody asked for is named")
    func strangeEndings() throws {
        let line = "X-Filler: " + String(repeating: "x", count: 1_000) + "\r\n"
        let endless = try LoopbackServer { connection in
            let request = connection.nextRequest()
            #expect(request?.contains("Accept-Encoding: identity") ?? false)
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
            for _ in 0..<8_000 { connection.send(line) }
            connection.send("\r\n")
        }
        let failure = try exchange(HTTPRequest(.get, endless.url + "a/b?secret=1")).failure
        #expect(failure?.kind == .tooLarge)
        #expect(failure?.sentence(to: .get).contains("(GET /a/b; curl ") ?? false, "\(String(describing: failure))")
        let packed = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\u{1F}xx")
        }
        let other = try exchange(HTTPRequest(.get, packed.url)).failure
        #expect(other?.kind == .garbled && other?.message.contains("Content-Encoding: gzip") ?? false)
    }

    @Test(
        "what HTTP or prudence forbids is never sent",
        arguments: [
            (
                "a line break in a value",
                HTTPRequest(.get, "http://127.0.0.1:9/", headers: [HTTPHeader("a", "b\r\nc: d")])
            ),
            ("a line break in a name", HTTPRequest(.get, "http://127.0.0.1:9/", headers: [HTTPHeader("a\nb", "c")])),
            ("a line break in the token", HTTPRequest(.get, "http://127.0.0.1:9/", accessToken: Secret("a\r\nb"))),
            ("a line break in the URL", HTTPRequest(.get, "http://127.0.0.1:9/\r\nx")),
            ("plain http elsewhere", HTTPRequest(.get, "http://graph.example/")),
            ("a name that only begins like loopback", HTTPRequest(.get, "http://127.0.0.1.example/")),
            ("loopback as a user", HTTPRequest(.get, "http://127.0.0.1@graph.example/")),
            ("a file", HTTPRequest(.get, "file:///etc/passwd")),
            ("no URL", HTTPRequest(.get, "")),
        ]
    )
    func unsendable(name: String, request: HTTPRequest) throws {
        let failure = try #require(try exchange(request).failure, "\(name)")
        #expect(failure.kind == .unsendable)
        #expect(!failure.mayHaveTakenEffect)
        #expect(!failure.message.contains("b\r\nc"))
    }

    @Test("plain http is refused on loopback too unless it is allowed")
    func plainHTTP() throws {
        let server = try LoopbackServer { _ = $0.nextRequest() }
        #expect(try exchange(HTTPRequest(.get, server.url), options: TransportOptions()).failure?.kind == .unsendable)
        #expect(server.connections == 0)
    }
}
