/// A listener on 127.0.0.1 that treats each connection as a network does that is broken on purpose.
package final class BrokenServer: Sendable {
    package enum Manner: String, Sendable {
        /// Takes the connection and never says a word.
        case silent
        /// RST as soon as something was said.
        case reset
        /// FIN as soon as something was said.
        case close
        /// Bytes that are neither HTTP nor TLS.
        case garbage
        /// A TLS alert in answer to whatever was said.
        case alert
        case proxyLogin
        case proxyForbids
        case proxyBadGateway

        var answer: [UInt8] {
            switch self {
            case .silent, .reset, .close: []
            case .garbage: Array("220 mail.example ESMTP\r\n".utf8)
            case .alert: [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]
            case .proxyLogin: Self.head("407 Proxy Authentication Required")
            case .proxyForbids: Self.head("403 Forbidden")
            case .proxyBadGateway: Self.head("502 Bad Gateway")
            }
        }

        private static func head(_ status: String) -> [UInt8] {
            Array("HTTP/1.1 \(status)\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n".utf8)
        }
    }

    private let server: LoopbackServer
    package var port: Int { Int(server.port) }

    package init(_ manner: Manner) throws {
        guard manner != .silent else {
            server = try LoopbackServer(nil)
            return
        }
        server = try LoopbackServer { connection in
            connection.readSome()
            if manner == .reset { return connection.reset() }
            connection.send(bytes: manner.answer)
            // What was sent has to be read before the connection goes.
            if !manner.answer.isEmpty { connection.waitForEndOfAnswer() }
        }
    }
}
