import Glibc
import Grants

/// A file with something that proves who we are: read each time it is needed, and never when anybody may read it.
struct CredentialFile {
    let path: String
    /// `certificate`, `private key`, `client secret`, `federated token`: how sentences call it.
    let noun: String
    var limit = 1 << 20

    /// For what is public, such as a certificate.
    func read() throws(Failure) -> [UInt8] {
        guard let bytes = contents(of: path, limit: limit) else {
            throw Failure(.entra001, "The \(noun) file \(path) cannot be read: \(Self.reason(errno)).")
        }
        guard !bytes.isEmpty else { throw Failure(.entra001, "The \(noun) file \(path) is empty.") }
        return bytes
    }

    func readSecret() throws(Failure) -> [UInt8] {
        var information = stat()
        if unsafe stat(path, &information) == 0, information.st_mode & 0o007 != 0 {
            throw Failure(
                .entra001,
                "The \(noun) file \(path) is open to every user of this host. Make it 0640 or less."
            )
        }
        return try read()
    }

    /// One line of text; the line end that editors add is no part of it.
    func readSecretText() throws(Failure) -> Secret {
        let bytes = try readSecret()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.entra001, "The \(noun) file \(path) is not UTF-8 text.")
        }
        let trimmed = text.trimmingLineEnds()
        guard !trimmed.isEmpty else { throw Failure(.entra001, "The \(noun) file \(path) is empty.") }
        guard !trimmed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw Failure(.entra001, "The \(noun) file \(path) holds more than one line, or control characters.")
        }
        return Secret(trimmed)
    }

    static func reason(_ number: Int32) -> String {
        switch number {
        case EFBIG: "it is too large"
        case ENOENT: "it does not exist"
        case EACCES: "this user may not read it"
        case EISDIR: "it is a folder"
        case let other: "errno \(other)"
        }
    }
}

extension String {
    fileprivate func trimmingLineEnds() -> String {
        var text = self[...]
        while let last = text.last, last.isNewline || last == " " || last == "\t" { text.removeLast() }
        if text.first == "\u{FEFF}" { text.removeFirst() }
        return String(text)
    }
}
