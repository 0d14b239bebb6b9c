import Entra
import FoundationEssentials
import Grants
import Spool

extension Settings {
    /// Reads a configuration file; throws every mistake at once, returns the settings and the warnings.
    static func read(_ path: String, now: Timestamp) throws(SettingsError) -> (settings: Settings, warnings: [String]) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsError(file: path, mistakes: ["cannot be read: \(SettingsFile.reason(path))"])
        }
        let root: JSONNode
        do {
            root = try StrictJSON.parse([UInt8](data), dialect: .commented)
        } catch {
            throw SettingsError(
                file: path, mistakes: ["line \(error.line), column \(error.column): \(error.message)"])
        }
        let mistakes = Mistakes()
        let settings = Settings(root, folder: SettingsFile.folder(of: path), file: path, now: now, mistakes)
        guard let settings, mistakes.all.isEmpty else {
            throw SettingsError(file: path, mistakes: mistakes.all)
        }
        return (settings, mistakes.warnings)
    }

    private static let keys = [
        "spool", "entra", "namedLocations", "batch", "retry", "reconcileInterval", "retention", "log", "metricsFile",
        "entraAuthentication", "allowedOwners",
    ]

    /// Nil where something is missing for which there is no default; `mistakes` says what.
    private init?(_ root: JSONNode, folder: String, file: String, now: Timestamp, _ mistakes: Mistakes) {
        guard let top = Section(root, path: "", keys: Self.keys, mistakes) else { return nil }
        let retry = RetrySettings(top)
        let batch = BatchSettings(top)
        let retention = RetentionSettings(top)
        let log = LogSettings(top)
        let authentication = AuthenticationSettings.read(top)
        let entra = EntraSettings(
            top, folder: folder, file: file, authentication: authentication.section, now: now)
        let locations = LocationSettings.all(top, authentication, mistakes)
        let rules = authentication.section.flatMap { section in
            entra.flatMap { AuthenticationSettings(section, entra: $0, locations) }
        }
        let spool = top.string("spool").map { SettingsFile.resolve($0, in: folder) }
        if spool == nil && !top.has("spool") {
            top.mistake("spool", "is missing: the spool's folder, such as \"/var/spool/knocknoc-entra\"")
        }
        let reconcile = top.duration("reconcileInterval", .seconds(900), in: .seconds(60) ... .seconds(86_400))
        guard let entra, let spool else { return nil }
        self.init(
            spool: spool, entra: entra, locations: locations, batch: batch, retry: retry,
            reconcileInterval: reconcile, retention: retention, log: log,
            metricsFile: top.string("metricsFile").map { SettingsFile.resolve($0, in: folder) },
            authentication: rules, allowedOwners: top.owners("allowedOwners"))
    }
}

extension BatchSettings {
    fileprivate init(_ top: Section) {
        let section = top.section("batch", keys: ["linger", "maxItems", "settleTime"])
        linger = section.duration("linger", linger, in: .zero ... .seconds(60))
        maxItems = section.integer("maxItems", maxItems, in: 16...10_000)
        settleTime = section.duration("settleTime", settleTime, in: .milliseconds(100) ... .seconds(3_600))
    }
}

extension RetrySettings {
    fileprivate init(_ top: Section) {
        self.init()
        let section = top.section(
            "retry",
            keys: ["giveUpAfter", "longestThrottle", "grace", "initialBackoff", "maxBackoff", "secondWriteAfter"])
        giveUpAfter = section.duration("giveUpAfter", giveUpAfter, in: .zero ... .seconds(7 * 86_400))
        longestThrottle = section.duration("longestThrottle", longestThrottle, in: .zero ... .seconds(7 * 86_400))
        grace = section.duration("grace", grace, in: .zero ... .seconds(86_400))
        initialBackoff = section.duration("initialBackoff", initialBackoff, in: .milliseconds(10) ... .seconds(3_600))
        maxBackoff = section.duration("maxBackoff", maxBackoff, in: .milliseconds(10) ... .seconds(3_600))
        secondWriteAfter = section.duration("secondWriteAfter", secondWriteAfter, in: .seconds(1) ... .seconds(3_600))
        if maxBackoff < initialBackoff { section.mistake("maxBackoff", "is shorter than initialBackoff") }
    }
}

extension RetentionSettings {
    fileprivate init(_ top: Section) {
        let section = top.section("retention", keys: ["doneDays", "journalDays"])
        doneDays = section.integer("doneDays", doneDays, in: 1...3_650)
        journalDays = section.integer("journalDays", journalDays, in: 1...3_650)
    }
}

extension LogSettings {
    fileprivate init(_ top: Section) {
        let section = top.section("log", keys: ["level", "format"])
        level = section.choice("level", level)
        format = section.choice("format", format)
    }
}

extension Section {
    /// Uids; nil where anybody may submit who can write into `incoming/`.
    fileprivate func owners(_ key: String) -> AllowedOwners? {
        guard let node = node(key) else { return nil }
        guard case .array(let elements) = node.value else {
            mistake(key, "must be a list of uids, such as [1000]")
            return nil
        }
        var uids: [UInt32] = []
        for element in elements {
            guard case .number(let text) = element.value, let uid = UInt32(text), uid < .max else {
                mistake(key, "must be a list of uids, such as [1000]; `id -u NAME` prints the uid of a user")
                return nil
            }
            uids.append(uid)
        }
        if uids.isEmpty { mistake(key, "is empty, so nobody could submit; leave it out to let in every owner") }
        return AllowedOwners(uids)
    }
}
