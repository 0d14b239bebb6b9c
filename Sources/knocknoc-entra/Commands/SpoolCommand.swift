import Entra
import Glibc
import Grants
import Linux
import Spool

/// What the commands share that change a file of the spool.
enum SpoolCommand {
    enum Answered {
        case done(String)
        /// Nothing was changed, and why.
        case refused(Complaint)
    }

    static func change(
        _ settings: Settings, writes: Bool = false, _ step: (LedgerStore) throws(SystemError) -> Answered
    ) throws(Complaint) -> ExitCode {
        do throws(SpoolTrouble) { _ = try SpoolView(settings.spool) } catch { throw Complaint(error) }
        let answered: Answered
        do throws(SystemError) {
            answered = try step(LedgerStore(spool: settings.spool, writes: writes))
        } catch {
            throw Complaint(error, spool: settings.spool)
        }
        switch answered {
        case .done(let text): try Answer.give(text + "\n")
        case .refused(let complaint): throw complaint
        }
        return .success
    }
}
