import FoundationEssentials

/// Finds the configuration and what it points to.
enum SettingsFile {
    static let variable = "KNOCKNOC_ENTRA_CONFIG"
    private static let places = ["config/knocknoc-entra.json5", "/etc/knocknoc-entra/knocknoc-entra.json5"]

    /// `--config`, then the environment, then the usual places; nil where none of those is there.
    static func find(given: String?) -> String? {
        if let given { return given }
        if let value = ProcessInfo.processInfo.environment[variable] { return value }
        return places.first { FileManager.default.fileExists(atPath: $0) }
    }

    static let searched = "--config, \(searchedByDefault)"

    /// Where it is looked for when `--config` does not say.
    static let searchedByDefault =
        "$\(variable), " + places.map { $0.hasPrefix("/") ? $0 : "./" + $0 }.joined(separator: ", ")

    static func folder(of path: String) -> String {
        path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/" : ""
    }

    /// Relative paths are relative to the file that names them.
    static func resolve(_ path: String, in folder: String) -> String {
        var whole = path.hasPrefix("/") ? path : folder + path
        // Made absolute first: what stands before a `..` would be lost from a relative path.
        if !whole.hasPrefix("/") { whole = FileManager.default.currentDirectoryPath + "/" + whole }
        return URL(filePath: whole).standardized.path(percentEncoded: false)
    }

    /// Why a file cannot be read.
    static func reason(_ path: String) -> String {
        FileManager.default.fileExists(atPath: path)
            ? "\(path) is there, but this user may not read it" : "there is no \(path)"
    }
}
