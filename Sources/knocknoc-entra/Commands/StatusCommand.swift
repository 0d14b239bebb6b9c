import Glibc
import Grants
import Linux
import Spool

/// `status`: what waits and for how long, what each location holds, and what is wrong.
enum StatusCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        try SpoolCommandContext.run(arguments) { context in
            if arguments.has(.watch) { return try watch(context.spool) }
            let (report, code) = report(context.spool)
            if arguments.wantsJSON {
                try Answer.give(JSONWriter.text(isForPeople: true, report.write))
            } else {
                try Answer.give(StatusPage(report, style: .here, at: Clock.system.wall()).text)
            }
            return code
        }
    }

    /// Every second until it is ended; in place on a terminal, one page after the other elsewhere.
    private static func watch(_ spool: SpoolView) throws -> ExitCode {
        func page() -> String { StatusPage(report(spool).report, style: .here, at: Clock.system.wall()).text }
        if TerminalStyle.canMove, let screen = try Screen() {
            repeat {
                guard try screen.draw(page()) else { break }
            } while screen.wait(milliseconds: 1_000) == .nothing
        } else {
            while try Answer.give(page() + "\n") { sleep(1) }
        }
        return .success
    }

    /// 0 where a worker runs and says so, 69 where none does.
    private static func report(_ spool: SpoolView) -> (report: StatusReport, code: ExitCode) {
        let document = StatusFile.read(spool)
        let worker = spool.worker()
        let age = document.map { Clock.system.wall() - $0.heartbeat }
        let isFresh = age.map { $0 <= StatusDocument.oldest } ?? false
        let verdict: StatusReport.Presence =
            switch worker {
            case .runs: document == nil || isFresh ? .running : .silent
            case .none: document == nil ? .neverRan : document?.state == .stopped ? .stopped : .died
            case .unknown: isFresh && document?.state == .running ? .running : .silent
            }
        let report = StatusReport(worker: verdict, folders: FolderCounts(spool), status: document)
        return (report, verdict == .running ? .success : .unavailable)
    }
}

/// What `status --json` prints.
struct StatusReport: JSONFields {
    enum Presence: String, JSONWord {
        case running
        /// It has the spool, and its heartbeat is old.
        case silent
        case stopped
        /// It is gone without a word.
        case died
        case neverRan = "never-ran"
    }

    var worker = Presence.running
    var folders = FolderCounts()
    var status: StatusDocument?

    static var fields: [JSONField<StatusReport>] {
        [.init("folders", \.folders), .init("status", \.status), .init("worker", \.worker)]
    }
}

/// How many items lie where; what this user may not see is left out.
struct FolderCounts: JSONFields {
    var incoming: Int?
    /// When the oldest came there.
    var oldestIncoming: Timestamp?
    var work: Int?
    var hold: Int?
    var failed: [String: Int]?

    static var fields: [JSONField<FolderCounts>] {
        [
            .init("failed", \.failed), .init("hold", \.hold), .init("incoming", \.incoming),
            .init("oldestIncoming", \.oldestIncoming), .init("work", \.work),
        ]
    }
}

extension FolderCounts {
    init(_ spool: SpoolView) {
        func count(_ place: String, _ note: (FoundItem) -> Void = { _ in }) -> Int? {
            var number = 0
            do throws(SystemError) {
                try spool.forEachItem(in: [place]) { item in
                    number += 1
                    note(item)
                }
            } catch { return nil }
            return number
        }
        var oldest: Timestamp?
        var byCode: [String: Int] = [:]
        incoming = count("incoming") { item in
            guard let since = spool.since(item) else { return }
            oldest = min(oldest ?? since, since)
        }
        oldestIncoming = oldest
        work = count("work")
        hold = count("hold")
        failed = count("failed") { item in
            if case .failed(let code) = item.place { byCode[code, default: 0] += 1 }
        }.map { _ in byCode }
    }
}
