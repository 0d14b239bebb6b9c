import COpenSSL
import COpenSSLTLS
import Glibc

/// One client's bytes, plain or through TLS; only its own thread touches it.
@safe final class Connection {
    let isTLS: Bool
    private let socket: Int32
    private let session: OpaquePointer?
    private var received: [UInt8] = []
    private var position = 0
    private var chunk = [UInt8](repeating: 0, count: 16_384)

    init?(socket: Int32, tls: TLSFiles?) {
        self.socket = socket
        isTLS = tls != nil
        unsafe session = tls?.accept(socket)
        if tls != nil, unsafe session == nil {
            close(socket)
            return nil
        }
    }

    deinit {
        if let session = unsafe session { unsafe SSL_free(session) }
        close(socket)
    }

    /// The next line without its end; nil at the end of the stream or when it is longer than the limit.
    func line(limit: Int) -> String? {
        var end = position
        while true {
            while end < received.count {
                if received[end] == UInt8(ascii: "\n") {
                    let last = end > position && received[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
                    let line = String(decoding: received[position..<last], as: UTF8.self)
                    position = end + 1
                    return line
                }
                end += 1
            }
            let scanned = end - position
            guard scanned <= limit, fill() else { return nil }
            end = position + scanned
        }
    }

    /// Exactly that many bytes; nil when the stream ends before.
    func bytes(_ count: Int) -> [UInt8]? {
        while received.count - position < count {
            guard fill() else { return nil }
        }
        defer { position += count }
        return Array(received[position..<position + count])
    }

    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: raw[sent...])
                if let session = unsafe session {
                    return unsafe Int(SSL_write(session, rest.baseAddress, Int32(rest.count)))
                }
                return unsafe Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR && !isTLS { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Makes the coming close a TCP reset: with no time to linger the kernel drops what it holds.
    func resetOnClose() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    private func fill() -> Bool {
        if position > 0 {
            received.removeFirst(position)
            position = 0
        }
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { raw in
                if let session = unsafe session {
                    return unsafe Int(SSL_read(session, raw.baseAddress, Int32(raw.count)))
                }
                return unsafe recv(socket, raw.baseAddress, raw.count, 0)
            }
            if count < 0 && errno == EINTR && !isTLS { continue }
            guard count > 0 else { return false }
            received += chunk[..<count]
            return true
        }
    }
}
