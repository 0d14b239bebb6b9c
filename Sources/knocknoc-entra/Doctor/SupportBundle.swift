import Entra
import FoundationEssentials
import Grants
import Linux
import Spool

/// One text file for whoever helps: what the doctor found, the configuration and the notes, without secrets.
struct SupportBundle {
    let findings: Findings
    let settings: Settings?
    let spool: SpoolExamination?
    let configuration: String?
    /// Users, addresses and file names stay in.
    let hasPeople: Bool
    let date: Timestamp

    private static let notesPerCode = 20

    func write(to path: String) throws(Complaint) {
        let folder = SettingsFile.folder(of: path)
        let name = String(path.dropFirst(folder.count))
        do throws(SystemError) {
            try Folder.open(path: folder.isEmpty ? "." : folder).replace(name, with: Array(text.utf8), mode: 0o600)
        } catch {
            throw Complaint(
                "the bundle was not written", why: "\(error)", do: "Name a file in a folder of yours.", .cannotWrite)
        }
        Output.error("The bundle is \(path); read it before you send it.\n")
    }

    var text: String {
        let parts = [
            ("Program", program), ("Doctor", doctor), ("Configuration", shownConfiguration), ("Spool", counts),
            ("Worker", status), ("Notes beside failed requests", notes),
        ]
        return withoutSecret(parts.map { "== \($0) ==\n\($1)\n" }.joined(separator: "\n"))
    }

    private var program: String {
        let release = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let system = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst(12) ?? "unknown"
        return """
            knocknoc-entra \(Version.number)
            made at \(date)
            on \(system.replacing("\"", with: ""))
            people: \(hasPeople ? "as they are" : "left out; --with-people leaves users, addresses and file names in")

            """
    }

    private var doctor: String {
        var text = ""
        for step in Step.allCases {
            let found = findings.close(step)
            let shown = Findings.text(step, found, width: nil)
            text += [.locations, .policies, .spool, .configuration].contains(step) ? masked(shown) : shown
        }
        return text + "\n" + findings.summary(width: nil)
    }

    private var document: JSONValue? {
        guard let configuration, let data = FileManager.default.contents(atPath: configuration) else { return nil }
        return (try? StrictJSON.parse(Array(data), dialect: .commented))?.value
    }

    private var shownConfiguration: String {
        guard let document else {
            return "it cannot be read or is no JSON, so it is left out: a secret may stand anywhere in it\n"
        }
        return RedactedConfiguration(hasPeople: hasPeople).text(document) + "\n"
    }

    private var counts: String {
        guard let spool else { return "there is none that can be looked at\n" }
        var lines: [String] = []
        for place in spool.places {
            let pile = spool.pile(place.name)
            let mode = place.mode.map { String($0, radix: 8) } ?? "?"
            let owner = place.owner.map { String($0) } ?? "?"
            let oldest = pile?.oldest.map { ", the oldest of \($0)" } ?? ""
            lines.append(
                "\(place.name)/ mode \(mode) owner \(owner): \(pile.map { "\($0.count)" } ?? "?") files\(oldest)")
        }
        for (code, count) in spool.failed() ?? [] { lines.append("failed/\(code): \(count)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Its own state; what it quotes of requests is masked.
    private var status: String {
        guard let settings, let view = try? SpoolView(settings.spool), var document = StatusFile.read(view) else {
            return "no status.json that can be read\n"
        }
        if !hasPeople { document.maskPeople() }
        return JSONWriter.text(isForPeople: true, document.write)
    }

    private var notes: String {
        guard let spool else { return "" }
        var text = ""
        for (code, _) in spool.failed() ?? [] {
            for note in spool.notes(of: code, upTo: Self.notesPerCode) { text += withoutName(note) + "\n" }
        }
        return text.isEmpty ? "none\n" : masked(text)
    }

    /// The line with the file's name goes, since producers name files after people.
    private func withoutName(_ note: String) -> String {
        guard !hasPeople else { return note }
        return note.split(separator: "\n").filter { !$0.hasPrefix("Retry:") }.joined(separator: "\n") + "\n"
    }

    private func masked(_ text: String) -> String {
        hasPeople ? text : PeopleMask.apply(text)
    }

    /// Nothing puts it in; this is in case somebody wrote it where no secret belongs.
    private func withoutSecret(_ text: String) -> String {
        var secrets = document.map(RedactedConfiguration(hasPeople: true).redacted) ?? []
        if case .secret(let load)? = settings?.entra.credential, let secret = try? load() {
            secrets.append(secret.revealed)
        }
        return secrets.filter { $0.count >= 4 }.reduce(text) { $0.replacing($1, with: "<redacted>") }
    }
}

extension StatusDocument {
    fileprivate mutating func maskPeople() {
        entra.tokenTrouble?.maskPeople()
        entra.graphTrouble?.maskPeople()
        for index in locations.indices { locations[index].trouble?.maskPeople() }
        for index in lastErrors.indices { lastErrors[index].maskPeople() }
    }
}

extension StatusDocument.Problem {
    fileprivate mutating func maskPeople() {
        detail = PeopleMask.apply(detail)
    }
}
