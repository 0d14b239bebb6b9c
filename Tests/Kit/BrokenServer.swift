import Dispatch
import Glibc
import Testing

/// A listener on 127.0.0.1 that treats each connection as a network does that is broken on purpose.
final class RawServer: Sendable {
    enum Manner: String, Sendable {
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

    let port: Int
    private let listener: Int32

    init(_ manner: Manner) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let outcome = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                guard unsafe bind(listener, raw, length) == 0, listen(listener, 64) == 0 else { return Int32(-1) }
                return unsafe getsockname(listener, raw, &length)
            }
        }
        try #require(outcome == 0)
        port = Int(UInt16(bigEndian: address.sin_port))
        guard manner != .silent else { return }
        DispatchQueue(label: "accept").async {
            while case let client = accept(listener, nil, nil), client >= 0 { Self.serve(client, manner) }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func serve(_ client: Int32, _ manner: Manner) {
        DispatchQueue(label: "serve").async {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            unsafe _ = recv(client, &buffer, buffer.count, 0)
            if manner == .reset {
                var immediately = linger(l_onoff: 1, l_linger: 0)
                unsafe setsockopt(client, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<linger>.size))
            }
            let answer = manner.answer
            unsafe _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            if !answer.isEmpty {
                // What was sent has to be read before the connection goes.
                shutdown(client, Int32(SHUT_WR))
                unsafe _ = recv(client, &buffer, buffer.count, 0)
            }
            Glibc.close(client)
        }
    }
}
