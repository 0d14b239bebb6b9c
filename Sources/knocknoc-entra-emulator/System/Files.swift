import Glibc

func readFile(_ path: String) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        guard count >= 0 else { return nil }
        guard count > 0 else { return all }
        all += chunk[..<count]
    }
}

@discardableResult
func writeAll(_ text: String, to file: Int32) -> Bool {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
        let count = unsafe bytes.withUnsafeBytes {
            unsafe write(file, $0.baseAddress?.advanced(by: sent), $0.count - sent)
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        sent += count
    }
    return true
}

/// A reader sees the old file or the whole new one.
func writeAtomically(_ text: String, to path: String) throws(StartError) {
    let temporary = path + ".\(getpid()).tmp"
    let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644 as mode_t)
    guard file >= 0 else { throw StartError(call: "open \(temporary)") }
    let written = writeAll(text, to: file)
    close(file)
    guard written, unsafe rename(temporary, path) == 0 else { throw StartError(call: "write \(path)") }
}

/// The request log on disk: one JSON line for each request, written at once.
struct LogFile: Sendable {
    private let file: Int32

    init(path: String) throws(StartError) {
        file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644 as mode_t)
        guard file >= 0 else { throw StartError(call: "open \(path)") }
    }

    func append(_ line: String) {
        writeAll(line + "\n", to: file)
    }
}
