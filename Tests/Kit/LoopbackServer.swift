import Dispatch
import Glibc
import Synchronization

/// A real server on 127.0.0.1 that does to each connection what the test says, and remembers the first things it was sent.
package final class LoopbackServer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let isServing: Bool
    private let seen = Mutex<[String]>([])
    private let accepted = Atomic<Int>(0)

    /// Nil `serve` takes connections into the backlog and never looks at them.
    package init(_ serve: (@Sendable (Connection) -> Void)?) throws {
        let (descriptor, port) = try listenOnLoopback()
        listener = descriptor
        self.port = port
        isServing = serve != nil
        if let serve { acceptForEver(serve) }
    }

    /// The accepting thread closes the descriptor when it wakes, never before: its number may be somebody else's by then.
    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        if !isServing { close(listener) }
    }

    package var url: String { "http://127.0.0.1:\(port)/" }
    package var requests: [String] { seen.withLock { $0 } }
    package var connections: Int { accepted.load(ordering: .relaxed) }

    private func acceptForEver(_ serve: @escaping @Sendable (Connection) -> Void) {
        let listener = listener
        DispatchQueue(label: "accept").async { [weak self] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                self?.accepted.add(1, ordering: .relaxed)
                DispatchQueue(label: "serve").async { [weak self] in
                    let connection = Connection(descriptor) { text in
                        self?.seen.withLock { if $0.count < 100 { $0.append(text) } }
                    }
                    serve(connection)
                    connection.end()
                }
            }
            close(listener)
        }
    }
}

/// One accepted connection.
package final class Connection: Sendable {
    private let descriptor: Int32
    private let isOpen = Atomic<Bool>(true)
    private let note: @Sendable (String) -> Void

    init(_ descriptor: Int32, note: @escaping @Sendable (String) -> Void) {
        self.descriptor = descriptor
        self.note = note
    }

    /// Head and body of the next request; nil when the client has gone.
    package func nextRequest() -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let length = text.lowercased().firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
            guard text[end.upperBound...].utf8.count >= length else { continue }
            note(text)
            return text
        }
    }

    package func send(_ text: String) { send(bytes: Array(text.utf8)) }

    package func send(bytes: [UInt8]) { sendAll(bytes, on: descriptor) }

    /// Long enough for what was sent to be read: a reset throws unread bytes away.
    package func pause() {
        poll(nil, 0, 50)
    }

    /// Whatever comes first, a ClientHello for one.
    package func readSome() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        unsafe _ = read(descriptor, &buffer, buffer.count)
    }

    /// Until the client closes.
    package func waitForEnd() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while unsafe read(descriptor, &buffer, buffer.count) > 0 {}
    }

    /// No more is said; until the client has said something else or gone.
    package func waitForEndOfAnswer() {
        shutdown(descriptor, Int32(SHUT_WR))
        readSome()
    }

    package func end() {
        if isOpen.exchange(false, ordering: .relaxed) { close(descriptor) }
    }

    /// RST instead of FIN.
    package func reset() {
        var immediately = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<linger>.size))
        end()
    }
}

package struct SocketError: Error {
    package let number: Int32

    package init(number: Int32) { self.number = number }
}

package func listenOnLoopback() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let outcome = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
            guard unsafe bind(descriptor, socketAddress, length) == 0, listen(descriptor, 128) == 0 else {
                return Int32(-1)
            }
            return unsafe getsockname(descriptor, socketAddress, &length)
        }
    }
    guard outcome == 0 else { throw SocketError(number: errno) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}
