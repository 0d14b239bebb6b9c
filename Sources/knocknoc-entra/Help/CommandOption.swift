/// An option of a command: only what is described here is parsed.
struct CommandOption {
    enum Name: String, CaseIterable {
        case app = "--app"
        case at = "--at"
        case bundle = "--bundle"
        case config = "--config"
        case `for` = "--for"
        case grantId = "--grant-id"
        case help = "--help"
        case json = "--json"
        case lockLifetime = "--lock-lifetime"
        case lockToken = "--lock-token"
        case olderThan = "--older-than"
        case once = "--once"
        case online = "--online"
        case pin = "--pin"
        case replace = "--replace"
        case requestId = "--request-id"
        case spool = "--spool"
        case starts = "--starts"
        case timeout = "--timeout"
        case tokenFile = "--token-file"
        case until = "--until"
        case user = "--user"
        case version = "--version"
        case wait = "--wait"
        case watch = "--watch"
        case withPeople = "--with-people"
    }

    let name: Name
    /// What its value is called and stands for; nil for a flag.
    let value: (name: String, kind: WordKind)?
    let text: String

    static func flag(_ name: Name, _ text: String) -> CommandOption {
        CommandOption(name: name, value: nil, text: text)
    }

    static func value(_ name: Name, _ placeholder: String, _ kind: WordKind = .text, _ text: String) -> CommandOption {
        CommandOption(name: name, value: (placeholder, kind), text: text)
    }

    /// Its other spelling.
    var short: String? {
        switch name {
        case .config: "-c"
        case .help: "-h"
        default: nil
        }
    }

    var usage: String { name.rawValue + (value.map { " \($0.name)" } ?? "") }
}

extension CommandOption {
    /// What every command takes.
    static let common = [
        value(.config, "FILE", .file, "the configuration; else the first of \(SettingsFile.searchedByDefault)"),
        flag(.help, "prints this"),
    ]

    /// What may stand before a command.
    static let beforeCommand = common + [flag(.version, "prints the version")]

    static let json = flag(.json, "prints JSON")
    static let spool = value(.spool, "FOLDER", .folder, "the spool, where the configuration cannot be read")
    static let timeout = value(.timeout, "TIME", "how long at most, such as 90s or 10m; else for ever")
    static let at = value(.at, "TIME", "a moment such as 2026-11-20T14:00:00Z; else now")

    private static func value(_ name: Name, _ placeholder: String, _ text: String) -> CommandOption {
        value(name, placeholder, .text, text)
    }
}
