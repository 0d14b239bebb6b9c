import Grants
import Linux
import Spool

/// What a person at the terminal is told: what went wrong, why, and what to do, one line each.
struct Complaint: Error {
    let what: String
    /// Nil where nobody knows.
    let why: String?
    /// What to do about it.
    let remedy: String
    let status: ExitCode
    /// In the place of one reason: each thing that is wrong, a line each.
    var list: [String] = []

    init(_ what: String, why: String?, do remedy: String, _ status: ExitCode = .configuration, list: [String] = []) {
        (self.what, self.why, self.remedy, self.status, self.list) = (what, why, remedy, status, list)
    }

    /// Where all complaints are printed; what they quote cannot end a line or reach the terminal's controls.
    func report() {
        Output.error(text)
    }

    var text: String {
        var lines = ["knocknoc-entra: \(SafeText.line(what, limit: 600))"]
        lines += list.map { "  - \(SafeText.line($0, limit: 900))" }
        if let why { lines.append("  why: \(SafeText.line(why, limit: 900))") }
        lines.append("  do:  \(SafeText.line(remedy, limit: 600))")
        return lines.map { $0 + "\n" }.joined()
    }
}

extension Complaint {
    /// A configuration that cannot be used, with every mistake in it.
    init(_ error: SettingsError) {
        let count = error.mistakes.count
        self.init(
            "\(error.file) has \(count) \(count == 1 ? "mistake" : "mistakes"):", why: nil,
            do: "Mend what is listed, then run `knocknoc-entra check`; the README's table has every setting.",
            list: error.mistakes)
    }

    /// No configuration in any place where one is looked for.
    static var noConfiguration: Complaint {
        Complaint(
            "no configuration found", why: "there is none at any of \(SettingsFile.searched)",
            do: "Copy config/knocknoc-entra.json5 from the sources to one of them, or name one with --config FILE.")
    }

    /// What the disk said to a command.
    init(_ error: SystemError, spool: String) {
        if error.isNotPermitted {
            self.init(
                "the spool at \(spool) cannot be used by this user", why: "\(error)",
                do: "Run this as the owner of \(spool), as a member of its group, or as root.", .notPermitted)
        } else if error.isNoRoom {
            self.init(
                "nothing can be written to the spool at \(spool)", why: "\(error)",
                do: "Make room there (`df -h`, `df -i`), or mount it writable.", .cannotWrite)
        } else {
            self.init(
                "the spool at \(spool) gives no answer", why: "\(error)",
                do: "Look at the disk under it: `dmesg`, `findmnt --target \(spool)`.", .inputOutput)
        }
    }

    /// A folder that cannot be worked on.
    init(_ trouble: SpoolTrouble) {
        let status = ExitCode(rawValue: trouble.exitCode) ?? .noSpool
        switch trouble {
        case .missing(let path):
            self.init(
                "there is no spool at \(path)", why: "it was never made, or `spool` in the configuration is wrong",
                do: "`knocknoc-entra init` makes it; or correct `spool`.", status)
        case .notInitialised(let path):
            self.init(
                "\(path) is no spool", why: "it has no .spool marker: it was never made, or its disk is not mounted",
                do: "Mount its disk, or make it with `knocknoc-entra init`.", status)
        case .otherLayout(let path):
            self.init(
                "\(path) is a spool of another layout", why: "\(path)/.spool was written by another version",
                do: "Use the version that made it, or name another `spool`.", status)
        case .alreadyLocked(let path):
            self.init(
                "another worker runs on \(path)", why: "a spool has one worker, which holds the lock on work/",
                do: "`fuser -v \(path)/work` shows which; stop it first, or leave it at that.", status)
        case .shared(let path, _):
            self.init(
                "\(path) is shared between hosts", why: "\(path)/active says who took it over last",
                do: "Start the worker under its lock; for this host alone, stop it everywhere and remove that file.",
                status)
        case .overtaken(let path, let number):
            self.init(
                "\(path) was taken over", why: "\(path)/active has the newer lock token \(number)",
                do: "Leave it to that host; the next lock has a newer token still.", status)
        case .cannotOpen(let error) where error.isNotPermitted:
            self.init(
                "the spool cannot be opened by this user", why: "\(error)",
                do: "Run this as the owner of the spool, as a member of its group, or as root.", status)
        case .cannotOpen(let error):
            self.init(
                "the spool cannot be opened", why: "\(trouble)",
                do: "Look at what is mounted there: `findmnt --target \(error.path)`.", status)
        }
    }
}
