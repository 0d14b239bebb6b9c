import Foundation
import Glibc
import Kit
import Testing

@testable import knocknoc_entra

/// What systemd would hear from the built worker.
@Suite(.ownThread) struct ServiceNotesTests {
    @Test("ready, alive, reloading and stopping are told, with a status", arguments: [false, true])
    func life(isAbstract: Bool) async throws {
        let (ground, _) = try Playground.configured()
        let name = isAbstract ? "@" + UUID().uuidString : ground.folder.appendingPathComponent("n").path
        let socket = try NotifySocket(name)
        try ground.start(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "400000"])
        eventually("ready") { socket.heard("READY=1") }
        #expect(socket.heard("STATUS=0 waiting, 0 leases"))
        let name1 = try ground.drop(
            #"{"action":"grant","location":"office","addresses":["203.0.113.1"],"durationSeconds":600}"#)
        ground.expect(name1, toEndIn: "done")
        eventually("the status follows") { socket.heard("STATUS=0 waiting, 1 leases") }
        let beats = socket.count("WATCHDOG=1")
        eventually("the watchdog is fed though nothing happens") { socket.count("WATCHDOG=1") >= beats + 5 }
        // A reload that is accepted, and one that is refused: both end with READY.
        for isGood in [true, false] {
            let ready = socket.count("READY=1")
            if !isGood {
                try Data("{".utf8).write(to: ground.folder.appendingPathComponent("config.json5"))
            }
            ground.worker?.signal(SIGHUP)
            eventually("ready again") { socket.count("READY=1") == ready + 1 }
        }
        let reloads = socket.words.filter { $0.hasPrefix("MONOTONIC_USEC=") }
        #expect(reloads.count == 2 && socket.count("RELOADING=1") == 2)
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        for reload in reloads {
            let told = Int(reload.dropFirst("MONOTONIC_USEC=".count)) ?? 0
            #expect(told <= now.tv_sec * 1_000_000 + now.tv_nsec / 1_000 && told > (now.tv_sec - 120) * 1_000_000)
        }
        let reload = try #require(socket.words.firstIndex(of: "RELOADING=1"))
        #expect(socket.words[reload + 1].hasPrefix("MONOTONIC_USEC="), "in one datagram")
        #expect(ground.worker?.stop() == 0)
        #expect(socket.heard("STOPPING=1"))
    }

    @Test("a socket that nobody listens on, or no socket at all, is no trouble")
    func silent() async throws {
        let (ground, _) = try Playground.configured()
        for name in [
            "/nowhere/at/all", "@nobody-\(UUID().uuidString)", "", "relative", String(repeating: "/x", count: 200),
        ] {
            try ground.start(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "not a number"])
            eventually("it runs") { ground.status()?.pid == ground.worker.map { Int($0.identifier) } }
            #expect(ground.worker?.stop() == 0)
        }
    }
}

/// The service manager's end.
private final class NotifySocket {
    private let descriptor: Int32
    /// All assignments so far.
    private(set) var words: [String] = []

    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (bytes[0] == 0 ? 0 : 1))
        let result = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
        }
        try #require(result == 0)
    }

    deinit {
        close(descriptor)
    }

    func heard(_ word: String) -> Bool { count(word) > 0 }

    func count(_ word: String) -> Int {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let size = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard size > 0 else { break }
            words += String(decoding: buffer[..<size], as: UTF8.self).split(separator: "\n").map(String.init)
        }
        return words.count { $0 == word }
    }
}
