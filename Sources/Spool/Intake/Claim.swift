import Glibc
package import Grants
package import Linux

/// Takes requests out of `incoming/`: tested for readiness, read once, renamed into `work/`.
package struct Claim {
    /// What is known of a file when its bytes are judged.
    package struct File: Hashable, Sendable {
        package let claim: ClaimName
        package let status: FileStatus
        /// It came back with the stamp of an earlier claim.
        package let isRetry: Bool
    }

    package enum Taken: Sendable {
        case request(File, GrantRequest)
        case refused(File, Failure)
        /// It is in `work/`, where the disk does not show it at the moment.
        case unseen(ClaimName, SystemError)
        /// It could be read but not moved, since nothing can be written.
        case unmoved(File, GrantRequest, SystemError)
    }

    package typealias Decode = ([UInt8], File) throws(Failure) -> GrantRequest

    static let sizeLimit = 65_536
    /// `ln tmp/x incoming/x; rm tmp/x` has two names for a moment (Postfix waits as long).
    private static let linkTime = Duration.seconds(60)
    /// Room for a claim number, or the number of a copy and `.why`, within the 255 bytes of a name.
    private static let stampedLimit = 238

    private let incoming: Folder
    private let work: Folder
    private let immovable: Immovable
    /// How long a file that does not parse yet is left in peace.
    private let settleTime: Duration
    private let random: () -> UInt16
    /// How long an item moved back by hand is left, in the eyes of the `mv` that moves it.
    package static let handTime = Duration.milliseconds(100)
    /// How long a whole request is left that somebody still holds open for writing: a producer may have handed its
    /// descriptor down to a child that lives for days.
    package static let openTime = Duration.seconds(10)

    package init(_ spool: SpoolDirectory, settleTime: Duration, random: @escaping () -> UInt16) {
        incoming = spool.incoming
        work = spool.work
        immovable = spool.immovable
        // The kernel sends it to whoever holds a lease on a file that somebody wants to write; unheeded it kills.
        _ = signal(SIGIO, SIG_IGN)
        self.settleTime = settleTime
        self.random = random
    }

    /// Nil where the file is gone, or somebody may still be writing it; `known` is its name from a try that failed.
    package func take(
        _ candidate: Incoming.Candidate, number: UInt64, at now: Timestamp, known: ItemName? = nil, decode: Decode
    ) throws(SystemError) -> Taken? {
        let file: Int32
        do {
            guard let opened = try open(candidate) else {
                return try take(candidate, number: number, at: now, as: nil, refusal: .notRegular)
            }
            file = opened
        } catch {
            switch error.code {
            case ENOENT: return nil
            case ELOOP: return try take(candidate, number: number, at: now, as: nil, refusal: .symbolicLink)
            case ENXIO: return try take(candidate, number: number, at: now, as: nil, refusal: .notRegular)
            case EACCES, EPERM: return try take(candidate, number: number, at: now, as: nil, refusal: .unreadable)
            // Another server holds a lease on it: the others need not wait.
            case EAGAIN: return nil
            default: throw error
            }
        }
        defer { incoming.files.close(file) }
        let status = try incoming.files.status(of: file, at: incoming.path(of: candidate.name))
        guard status.kind == .regular else {
            return try take(candidate, number: number, at: now, as: status, refusal: .notRegular)
        }
        if status.links > 1 {
            guard hasRested(status, for: Self.linkTime, at: now) else { return nil }
            return try take(candidate, number: number, at: now, as: status, refusal: .hardLinked)
        }
        // GNU mv looks at what it moved once more, and complains if a glob's file has gone on already.
        if ItemName.isStamped(candidate.name), !hasRested(status, for: Self.handTime, at: now) { return nil }
        let isOpen = incoming.files.isBeingWritten(file) ?? false
        if isOpen, !hasRested(status, for: Self.openTime, at: now) { return nil }
        let bytes = try incoming.files.read(file, limit: Self.sizeLimit + 1, at: incoming.path(of: candidate.name))
        let restTime = isOpen ? .seconds(86_400) : settleTime
        var named = self.file(candidate, number: number, at: now, status: status)
        if let known {
            named = File(claim: ClaimName(item: known, number: number), status: status, isRetry: named.isRetry)
        }
        return try take(candidate, as: named, at: now, bytes: bytes, restTime: restTime, decode: decode)
    }

    /// Moves into `work/` without reading: after a crash, so that what may have caused it is known by its claim.
    ///
    /// Nil where the file is gone, or too young to be known as complete.
    package func takeUnread(_ candidate: Incoming.Candidate, number: UInt64, at now: Timestamp)
        throws(SystemError) -> ClaimName?
    {
        guard let status = try unlessGone(try incoming.status(of: candidate.name)) else { return nil }
        guard hasRested(status, for: status.links > 1 ? Self.linkTime : settleTime, at: now) else { return nil }
        let file = self.file(candidate, number: number, at: now, status: status)
        return try move(candidate, to: file) ? file.claim : nil
    }

    /// A claim as it lies in `work/`, unread; nil where it has gone.
    package func file(_ claim: ClaimName) throws(SystemError) -> File? {
        try unlessGone(try work.status(of: claim.bytes)).map { File(claim: claim, status: $0, isRetry: true) }
    }

    /// Reads an item again that an earlier life of the worker left in `work/`.
    package func takeAgain(_ claim: ClaimName, decode: Decode) throws(SystemError) -> Taken? {
        guard let status = try unlessGone(try work.status(of: claim.bytes)) else { return nil }
        let file = File(claim: claim, status: status, isRetry: true)
        guard status.kind == .regular else {
            return .refused(file, (status.kind == .symbolicLink ? UnsafeFile.symbolicLink : .notRegular).error)
        }
        do throws(SystemError) {
            let bytes = try work.read(claim.bytes, limit: Self.sizeLimit)
            return judged(bytes, file, decode)
        } catch {
            switch error.code {
            case EFBIG: return .refused(file, UnsafeFile.tooLarge.error)
            case EACCES, EPERM: return .refused(file, UnsafeFile.unreadable.error)
            default: throw error
            }
        }
    }

    /// Nil for what is never opened: anything that the listing already knows not to be a regular file.
    private func open(_ candidate: Incoming.Candidate) throws(SystemError) -> Int32? {
        switch candidate.kind {
        case .regular: break
        case .unknown: guard try incoming.status(of: candidate.name).kind == .regular else { return nil }
        case .folder, .other: return nil
        }
        return try incoming.files.open(
            candidate.name, in: incoming.descriptor, O_RDONLY | O_NONBLOCK | O_NOCTTY,
            at: incoming.path(of: candidate.name))
    }

    private func take(
        _ candidate: Incoming.Candidate, as file: File, at now: Timestamp, bytes: [UInt8], restTime: Duration,
        decode: Decode
    ) throws(SystemError) -> Taken? {
        let verdict = judged(bytes, file, decode)
        if case .refused(_, let error) = verdict, error.code == .spool001, bytes.count <= Self.sizeLimit,
            !hasRested(file.status, for: restTime, at: now)
        {
            return nil
        }
        do throws(SystemError) {
            guard try move(candidate, to: file) else { return nil }
        } catch {
            if error.isNoRoom, case .request(_, let request) = verdict { return .unmoved(file, request, error) }
            throw error
        }
        do throws(SystemError) {
            // The name may have been given to another file between our open and our rename.
            guard try work.status(of: file.claim.bytes).identity == file.status.identity else {
                return try takeAgain(file.claim, decode: decode)
            }
        } catch {
            return .unseen(file.claim, error)
        }
        return verdict
    }

    private func take(
        _ candidate: Incoming.Candidate, number: UInt64, at now: Timestamp, as status: FileStatus?, refusal: UnsafeFile
    ) throws(SystemError) -> Taken? {
        let known: FileStatus
        if let status {
            known = status
        } else {
            guard let found = try unlessGone(try incoming.status(of: candidate.name)) else { return nil }
            known = found
        }
        let file = self.file(candidate, number: number, at: now, status: known)
        let refusal = known.kind == .symbolicLink ? .symbolicLink : refusal
        // `mktemp` and `cat` make the file first and its mode later.
        if refusal == .unreadable, !hasRested(known, for: settleTime, at: now) { return nil }
        return try move(candidate, to: file) ? .refused(file, refusal.error) : nil
    }

    private func judged(_ bytes: [UInt8], _ file: File, _ decode: Decode) -> Taken {
        guard bytes.count <= Self.sizeLimit else { return .refused(file, UnsafeFile.tooLarge.error) }
        do {
            return .request(file, try decode(bytes, file))
        } catch {
            return .refused(file, error)
        }
    }

    private func file(_ candidate: Incoming.Candidate, number: UInt64, at now: Timestamp, status: FileStatus) -> File {
        var item = ItemName(claiming: candidate.name, arrived: min(status.modified, now), random: random())
        if item.bytes.count > Self.stampedLimit {
            item = ItemName(claiming: Array(item.producerName), arrived: item.stamp, random: random())
        }
        return File(
            claim: ClaimName(item: item, number: number), status: status, isRetry: ItemName.isStamped(candidate.name))
    }

    /// False where somebody took the file back meanwhile, or the kernel does not let it go.
    private func move(_ candidate: Incoming.Candidate, to file: File) throws(SystemError) -> Bool {
        do {
            try incoming.move(candidate.name, to: work, as: file.claim.bytes)
            return true
        } catch {
            // A folder may only be moved by who may write in it; a file by who may write in `incoming/`.
            let isRefused = error.blamesEntry || error.code == EACCES && file.status.kind == .folder
            guard isRefused || error.code == ENOENT else { throw error }
            if isRefused { immovable.note(candidate.name, file.status, error) }
            return false
        }
    }

    /// A time of change in the future says that a clock moved, and such a file is judged at once; a modification time there
    /// is whatever its producer has set.
    private func hasRested(_ status: FileStatus, for rest: Duration, at now: Timestamp) -> Bool {
        let last = status.modified > now ? status.changed : max(status.modified, status.changed)
        let age = now - last
        return age >= rest || age < .zero - rest
    }
}
