import Foundation
import Glibc

/// A listening socket on loopback.
struct Listener: Sendable {
    let port: UInt16
    private let socket: Int32

    init(address: String, port: UInt16) throws(StartError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(address, String(port), &hints, &list) == 0, let found = unsafe list?.pointee else {
            throw StartError("\(address) is no address")
        }
        defer { unsafe freeaddrinfo(list) }
        socket = unsafe Glibc.socket(found.ai_family, found.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw StartError(call: "socket") }
        setOption(socket, SOL_SOCKET, SO_REUSEADDR)
        guard unsafe bind(socket, found.ai_addr, found.ai_addrlen) == 0 else {
            throw StartError(call: "bind \(address) port \(port)")
        }
        guard listen(socket, 1_024) == 0 else { throw StartError(call: "listen") }
        self.port = boundPort(socket)
    }

    /// Serves each connection on a thread of its own.
    func acceptForEver(emulator: Emulator, tls: TLSFiles?) {
        while true {
            let client = accept(socket, nil, nil)
            guard client >= 0 else {
                // Out of descriptors, perhaps: give the open connections a moment to end.
                pause(milliseconds: 5)
                continue
            }
            setOption(client, Int32(IPPROTO_TCP), TCP_NODELAY)
            Thread.detachNewThread { serve(client, emulator: emulator, tls: tls) }
        }
    }
}

private func setOption(_ socket: Int32, _ level: Int32, _ option: Int32) {
    var on: Int32 = 1
    unsafe setsockopt(socket, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
}

private func boundPort(_ socket: Int32) -> UInt16 {
    // Both families keep the port in the same place, after the family.
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    unsafe withUnsafeMutableBytes(of: &address) { raw in
        _ = unsafe getsockname(socket, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
    }
    return UInt16(bigEndian: address.sin6_port)
}
