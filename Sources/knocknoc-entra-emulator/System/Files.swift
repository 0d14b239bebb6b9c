import Foundation
import Glibc

func readFile(_ path: String) throws(StartError) -> [UInt8] {
    do {
        return Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
        throw StartError("open \(path)", error)
    }
}

/// A reader sees the old file or the whole new one.
func writeAtomically(_ text: String, to path: String) throws(StartError) {
    do {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
        throw StartError("write \(path)", error)
    }
}

/// The request log on disk: one JSON line for each request, written at once.
struct LogFile: Sendable {
    private let file: FileHandle

    init(path: String) throws(StartError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644 as mode_t)
        guard descriptor >= 0 else { throw StartError(call: "open \(path)") }
        file = FileHandle(fileDescriptor: descriptor)
    }

    func append(_ line: String) {
        try? file.write(contentsOf: Data((line + "\n").utf8))
    }
}
