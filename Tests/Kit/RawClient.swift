import Glibc

/// What came back for one request.
package enum WireOutcome: Sendable {
    case answer(Answer)
    /// The connection ended in order before the answer was whole; what had come is kept.
    case closed([UInt8])
    case reset
}

package struct Answer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package struct NotWhole: Error {
        let outcome: WireOutcome
    }

    package subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Speaks HTTP/1.1 on a socket of its own for each request, or on one given.
package struct RawClient: Sendable {
    package let port: UInt16

    package func answer(_ method: String, _ path: String, headers: [String] = [], body: [UInt8] = []) throws -> Answer {
        let outcome = try outcome(method, path, headers: headers, body: body)
        guard case .answer(let answer) = outcome else { throw Answer.NotWhole(outcome: outcome) }
        return answer
    }

    package func outcome(_ method: String, _ path: String, headers: [String] = [], body: [UInt8] = []) throws
        -> WireOutcome
    {
        let socket = try RawSocket(port: port)
        socket.send(request(method, path, headers: headers, body: body))
        return socket.receive()
    }

    package func request(_ method: String, _ path: String, headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
        let length = body.isEmpty && method == "GET" ? [] : ["Content-Length: \(body.count)"]
        let lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + headers + length + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8) + body
    }
}

/// A connection to the emulator.
package final class RawSocket {
    private let socket: Int32
    private var received: [UInt8] = []

    package struct CannotConnect: Error {}

    package init(port: UInt16) throws(CannotConnect) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // A test that would hang should fail instead.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let connected = unsafe withUnsafeBytes(of: &address) { raw in
            unsafe connect(socket, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
        guard connected == 0 else {
            close(socket)
            throw CannotConnect()
        }
    }

    deinit { close(socket) }

    package func send(_ bytes: [UInt8]) { sendAll(bytes, on: socket) }

    /// One answer, framed by its Content-Length; interim ones are passed over.
    package func receive() -> WireOutcome {
        while true {
            if let answer = takeAnswer() {
                if answer.status >= 200 { return .answer(answer) }
                continue
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
            if count == 0 { return .closed(received) }
            guard count > 0 else { return .reset }
            received += chunk[..<count]
        }
    }

    private func takeAnswer() -> Answer? {
        let bytes = received
        guard
            let end = bytes.indices.dropLast(3).first(where: { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        let length = headers.first { $0.name == "Content-Length" }.flatMap { Int($0.value) } ?? 0
        guard bytes.count >= end + 4 + length else { return nil }
        received.removeFirst(end + 4 + length)
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Answer(status: status ?? 0, headers: headers, body: Array(bytes[(end + 4)...].prefix(length)))
    }
}

/// Sends all of it, as far as the other side takes it.
func sendAll(_ bytes: [UInt8], on socket: Int32) {
    var sent = 0
    while sent < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { raw in
            unsafe Glibc.send(socket, raw.baseAddress?.advanced(by: sent), raw.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
    }
}
