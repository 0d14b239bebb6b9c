import FoundationEssentials
import Grants
import Linux
import Spool

/// What a command beside the worker needs: the spool, without the credential that it may not be able to read.
struct SpoolCommandContext {
    let spool: SpoolView
    /// The configured names, where the configuration could be read.
    let locations: [String]

    /// Runs a step on the spool, `--spool FOLDER` or the configuration's, and says what the disk says.
    static func run(
        _ arguments: Arguments, _ step: (SpoolCommandContext) throws -> ExitCode
    ) throws(Complaint) -> ExitCode {
        try open(arguments).run(step)
    }

    /// The same for a command that has read the configuration.
    static func run(
        _ settings: Settings, _ step: (SpoolCommandContext) throws -> ExitCode
    ) throws(Complaint) -> ExitCode {
        try SpoolCommandContext(spool: view(settings.spool), locations: settings.locations.keys.sorted()).run(step)
    }

    private func run(_ step: (SpoolCommandContext) throws -> ExitCode) throws(Complaint) -> ExitCode {
        do {
            return try step(self)
        } catch let complaint as Complaint {
            throw complaint
        } catch let error as SystemError {
            throw Complaint(error, spool: spool.path)
        } catch {
            throw Complaint(
                "the spool at \(spool.path) cannot be read", why: "\(error)",
                do: "`knocknoc-entra doctor` looks at each part of it.", .inputOutput)
        }
    }

    private static func open(_ arguments: Arguments) throws(Complaint) -> SpoolCommandContext {
        if let path = arguments.value(.spool) {
            return SpoolCommandContext(spool: try view(path), locations: [])
        }
        guard let file = SettingsFile.find(given: arguments.configuration) else { throw .noConfiguration }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Complaint(
                "the configuration \(file) cannot be read", why: SettingsFile.reason(file),
                do: "Name the spool with --spool FOLDER instead, or another file with --config FILE.")
        }
        let root: JSONValue
        do throws(JSONError) {
            root = try StrictJSON.parse([UInt8](data), dialect: .commented).value
        } catch {
            throw Complaint(
                "the configuration \(file) cannot be understood", why: "\(error)",
                do: "Mend it; `knocknoc-entra check` shows when it is good.")
        }
        guard let path = root["spool"]?.text else {
            throw Complaint(
                "the configuration \(file) names no spool", why: "it has no `spool: \"FOLDER\"`",
                do: "Add it; `knocknoc-entra check` shows when it is good.")
        }
        var names: [String] = []
        if case .object(let members)? = root["namedLocations"] { names = members.map(\.name).sorted() }
        return SpoolCommandContext(
            spool: try view(SettingsFile.resolve(path, in: SettingsFile.folder(of: file))), locations: names)
    }

    private static func view(_ path: String) throws(Complaint) -> SpoolView {
        do throws(SpoolTrouble) { return try SpoolView(path) } catch { throw Complaint(error) }
    }
}
