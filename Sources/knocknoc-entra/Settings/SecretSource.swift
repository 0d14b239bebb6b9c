import FoundationEssentials
import GrantCore

/// Where the client secret comes from; a file is read anew for every access token, so a rotated one needs no restart.
enum SecretSource: Sendable {
    case inline(Secret)
    case file(String)
    case environment(String)

    func load() throws(AgentError) -> Secret {
        switch self {
        case .inline(let secret):
            return secret
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name]?.trimmed, !value.isEmpty else {
                throw AgentError(
                    .entra001, "the environment variable \(name), which should hold the client secret, is empty")
            }
            return Secret(value)
        case .file(let path):
            if let trouble = Self.looseness(of: path) { throw AgentError(.entra001, trouble) }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw AgentError(
                    .entra001, "the client secret file \(path) cannot be read; is it there, and readable by this user?")
            }
            let secret = String(decoding: data, as: UTF8.self).trimmed
            guard !secret.isEmpty else { throw AgentError(.entra001, "the client secret file \(path) is empty") }
            return Secret(secret)
        }
    }

    /// Why a file with a secret in it is too open, or nil; a file that cannot be looked at is not judged here.
    static func looseness(of path: String) -> String? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o037 != 0 else { return nil }
        return "\(path) holds a secret and has the mode \(String(mode, radix: 8)): others may read it or change it; "
            + "`chmod 640 \(path)` (or 600)"
    }
}

extension String {
    /// Without white space at either end; a pasted secret often ends in a newline.
    var trimmed: String {
        let isBlank = { (character: Character) in character.isWhitespace || character == "\u{FEFF}" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
