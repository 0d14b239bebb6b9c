import Entra
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
