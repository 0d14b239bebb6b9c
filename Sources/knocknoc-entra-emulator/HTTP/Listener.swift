import Glibc

/// A listening socket on loopback.
struct Listener: Sendable {
    let port: UInt16
    private let socket: Int32

    init(address: String, port: UInt16) throws(StartError) {
        let family = address == "::1" ? AF_INET6 : AF_INET
        socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw StartError(call: "socket") }
        setOption(socket, SOL_SOCKET, SO_REUSEADDR)
        let bound = family == AF_INET6 ? bindIPv6(socket, port) : bindIPv4(socket, port)
        guard bound == 0 else { throw StartError(call: "bind \(address) port \(port)") }
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
            let started = startThread { serve(client, emulator: emulator, tls: tls) }
            if !started { close(client) }
        }
    }
}

private func setOption(_ socket: Int32, _ level: Int32, _ option: Int32) {
    var on: Int32 = 1
    unsafe setsockopt(socket, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
}

private func bindIPv4(_ socket: Int32, _ port: UInt16) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    // The C library takes every kind of address through one pointer type.
    return unsafe withUnsafeBytes(of: &address) { raw in
        unsafe bind(socket, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
    }
}

private func bindIPv6(_ socket: Int32, _ port: UInt16) -> Int32 {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    unsafe inet_pton(AF_INET6, "::1", &address.sin6_addr)
    return unsafe withUnsafeBytes(of: &address) { raw in
        unsafe bind(socket, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
    }
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
