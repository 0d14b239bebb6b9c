import Linux
import Spool

/// Why the program ends before it is told to.
enum DaemonFailure: Error, CustomStringConvertible {
    case spool(SpoolTrouble)
    case storage(SystemError)
    case transport(String)

    var description: String {
        switch self {
        case .spool(let trouble): trouble.description
        case .storage(let error): "\(error); the next start reads the disk again and loses nothing"
        case .transport(let text): "cannot speak HTTP: \(text)"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .spool(let trouble): ExitCode(rawValue: trouble.exitCode) ?? .inputOutput
        case .storage(let error): error.isNoRoom ? .cannotWrite : .inputOutput
        case .transport: .configuration
        }
    }

    /// The same for a person who started it at a terminal.
    func complaint(_ spool: String) -> Complaint {
        switch self {
        case .spool(let trouble): Complaint(trouble)
        case .storage(let error): Complaint(error, spool: spool)
        case .transport(let text):
            Complaint(
                "no connection to Entra can be made", why: text,
                do: "Look at `entra.caFile` and `entra.proxy`; `knocknoc-entra doctor` tries each step.")
        }
    }
}
