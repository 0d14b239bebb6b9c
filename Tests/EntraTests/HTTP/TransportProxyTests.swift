import Grants
import Kit
import Testing

@testable import Entra

@Suite("Proxies", .timeLimit(.minutes(1)), .ownThread)
struct TransportProxyTests {
    private func options(_ proxy: LoopbackServer, login: String = "") -> TransportOptions {
        TransportOptions(proxy: "http://\(login)127.0.0.1:\(proxy.port)")
    }

    @Test(
        "a proxy that refuses the tunnel is told by its status, and never sees the token",
        arguments: [407, 403, 502]
    )
    func refusal(status: Int) throws {
        let proxy = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 \(status) No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
        }
        let request = HTTPRequest(.patch, "https://graph.example/", accessToken: Secret("eyJ"))
        let failure = try #require(try exchange(request, options: options(proxy)).failure)
        #expect(failure.kind == .proxy)
        #expect(failure.connectStatus == status)
        #expect(!failure.mayHaveTakenEffect)
        let verdict = ReplyVerdict(failure, to: .patch)
        #expect(verdict.code == .entra000)
        #expect(verdict.remedy == .tryAgain)
        #expect(!verdict.isAmbiguous)
        #expect(verdict.error.detail.contains("(\(status))"))
        let sent = try #require(proxy.requests.first)
        #expect(sent.hasPrefix("CONNECT graph.example:443 HTTP/1.1\r\n"))
        #expect(!sent.contains("eyJ"))
    }

    @Test("user and password of the proxy's URL go to the proxy, and to nobody who reads the log")
    func login() throws {
        let proxy = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        }
        let options = options(proxy, login: "user:p%40ss@")
        let failure = try #require(
            try exchange(HTTPRequest(.get, "https://graph.example/"), options: options).failure
        )
        let sent = try #require(proxy.requests.first)
        #expect(sent.contains("\r\nProxy-Authorization: Basic dXNlcjpwQHNz\r\n"))
        var dumped = "\(options) \(failure)"
        dump(options, to: &dumped)
        #expect(!dumped.contains("p%40ss") && !dumped.contains("p@ss"))
    }

    @Test("a proxy that cannot be reached or found")
    func absent() throws {
        let closed = try LoopbackServer(nil).port
        for (proxy, kind) in [
            ("http://127.0.0.1:\(closed)", TransportFailure.Kind.connect), ("http://proxy.invalid:3128", .proxy),
        ] {
            let request = HTTPRequest(.get, "https://graph.example/", timeouts: .init(connect: .seconds(5)))
            let failure = try #require(try exchange(request, options: TransportOptions(proxy: proxy)).failure)
            #expect(failure.kind == kind)
            #expect(ReplyVerdict(failure, to: .get).code == .entra000)
        }
    }

    @Test("a proxy that never answers costs the connect timeout")
    func silent() throws {
        let proxy = try LoopbackServer { connection in
            _ = connection.nextRequest()
            connection.waitForEnd()
        }
        let request = HTTPRequest(.get, "https://graph.example/", timeouts: .short)
        let failure = try #require(try exchange(request, options: options(proxy)).failure)
        #expect(failure.kind == .timeout)
        #expect(failure.phase == .tls)
        #expect(ReplyVerdict(failure, to: .get).code == .entra004)
    }
}
