import FoundationEssentials
import Grants
import Spool

/// A lock service has chosen this host; how long another may believe that it is still the one.
struct OutsideLock {
    let token: LockToken
    let lifetime: Duration

    /// Nil where there is none: the spool belongs to this host alone.
    init?(_ arguments: Arguments) throws(Complaint) {
        let lifetime = try arguments.duration(.lockLifetime)
        let text = arguments.value(.lockToken)
        if text == nil && lifetime == nil { return nil }
        guard let text, let lifetime else {
            throw Complaint(
                "--lock-token and --lock-lifetime belong together", why: "only one of them was given",
                do: "Give both; contrib/ha/knocknoc-entra-active does.")
        }
        guard let number = UInt64(text), number > 0, number < .max else {
            throw Complaint(
                "--lock-token takes a number", why: "`\(text)` is none from 1 up",
                do: "Give what grows with each holder of the lock; with etcd, the create revision of its key.")
        }
        self.lifetime = lifetime
        let host = FileManager.default.contents(atPath: "/proc/sys/kernel/hostname") ?? Data()
        let name = String(decoding: host, as: UTF8.self).filter { !$0.isWhitespace }
        token = LockToken(
            number: number, holder: "host \(name), process \(ProcessInfo.processInfo.processIdentifier)")
    }

    /// Whoever lost the lock may have sent one more list just before it noticed, so every list is repeated after that.
    func applied(to settings: Settings) -> Settings {
        var settings = settings
        settings.retry.secondWriteAfter = max(
            settings.retry.secondWriteAfter, lifetime + settings.entra.requestTimeout)
        return settings
    }
}
