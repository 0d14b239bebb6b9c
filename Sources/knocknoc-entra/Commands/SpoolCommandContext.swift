import FoundationEssentials
import GrantCore
import Spool

/// What a command beside the worker needs: the spool, without the credential that it may not be able to read.
struct SpoolCommandContext {
    let spool: SpoolView
    /// The configured names, where the configuration could be read.
    let locations: [String]

    /// `--spool FOLDER`, else the configuration's `spool`.
    static let option = "--spool"

    /// Runs a step on the spool, and turns what the disk says into a sentence and an exit status.
    static func run(
        _ arguments: Arguments, _ options: CommandOptions, _ step: (SpoolCommandContext) throws -> ExitCode
    ) throws(UsageError) -> ExitCode {
        let context: SpoolCommandContext
        do throws(SpoolTrouble) {
            guard let found = try open(arguments, options) else { return .configuration }
            context = found
        } catch {
            Output.error("knocknoc-entra: \(error)\n")
            return ExitCode(rawValue: error.exitCode) ?? .noSpool
        }
        do {
            return try step(context)
        } catch let error as UsageError {
            throw error
        } catch let error as SystemError {
            return failure(error, in: context.spool)
        } catch let error as NoSuchItem {
            Output.error("knocknoc-entra: \(error)\n")
            return .noSpool
        } catch {
            Output.error("knocknoc-entra: \(error)\n")
            return .inputOutput
        }
    }

    static func failure(_ error: SystemError, in spool: SpoolView) -> ExitCode {
        let advice =
            error.isNotPermitted ? "Run this as the owner of \(spool.path), as a member of its group, or as root." : nil
        Output.error("knocknoc-entra: \(error)\n" + (advice.map { "  \($0)\n" } ?? ""))
        return error.isNotPermitted ? .notPermitted : error.isNoRoom ? .cannotWrite : .inputOutput
    }

    private static func open(
        _ arguments: Arguments, _ options: CommandOptions
    ) throws(SpoolTrouble) -> SpoolCommandContext? {
        if let path = options.values[option] {
            return SpoolCommandContext(spool: try SpoolView(path), locations: [])
        }
        guard let file = SettingsFile.find(given: arguments.configuration) else {
            Output.error(
                "knocknoc-entra: no configuration found; looked at \(SettingsFile.searched)\n"
                    + "  Name one with --config FILE, or the spool with --spool FOLDER.\n")
            return nil
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            Output.error(
                "knocknoc-entra: \(SettingsFile.reason(file))\n  Name the spool with --spool FOLDER instead.\n")
            return nil
        }
        let root: JSONNode
        do throws(JSONError) {
            root = try StrictJSON.parse([UInt8](data), dialect: .commented)
        } catch {
            Output.error("knocknoc-entra: \(file): \(error)\n")
            return nil
        }
        guard case .string(let path)? = root["spool"]?.value else {
            Output.error("knocknoc-entra: \(file) names no spool; `knocknoc-entra check` says more\n")
            return nil
        }
        var names: [String] = []
        if case .object(let members)? = root["namedLocations"]?.value { names = members.map(\.name).sorted() }
        let spool = SettingsFile.resolve(path, in: SettingsFile.folder(of: file))
        return SpoolCommandContext(spool: try SpoolView(spool), locations: names)
    }
}

extension JSONNode {
    fileprivate subscript(name: String) -> JSONNode? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.node
    }
}
