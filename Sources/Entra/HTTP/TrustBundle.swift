import CCurlShim
import Glibc
import Grants

/// The system's trusted certificates and the configured file's as one file in memory, which curl can cache.
///
/// curl takes one file or its default, and only a file lets it keep the parsed certificates from one connection to the
/// next. A file that cannot be read, or holds no certificate, is given to curl as it is, which then says so (curl 77).
final class TrustBundle {
    /// Nil: curl's default.
    let path: String?
    private let descriptor: Int32?

    init(adding file: String?) {
        guard let file, case .success(let extra) = Self.read(file), let system = systemBundle(),
            let merged = memoryFile(system + [0x0A] + extra)
        else {
            path = file
            descriptor = nil
            return
        }
        path = "/proc/self/fd/\(merged)"
        descriptor = merged
    }

    /// The certificates of a file, or why curl would not take them.
    static func read(_ file: String) -> Result<[UInt8], CAFileFault> {
        guard let bytes = contents(of: file) else { return .failure(.unreadable(CredentialFile.reason(errno))) }
        let text = Array(StrictJSON.withoutByteOrderMark(bytes))
        let marked = String(decoding: text, as: UTF8.self).ranges(of: "-----BEGIN CERTIFICATE-----").count
        let found = Certificate.all(in: text).count
        guard marked > 0 else { return .failure(found > 0 ? .notPEM : .empty) }
        return found == marked ? .success(text) : .failure(.broken(number: found + 1))
    }

    deinit {
        if let descriptor { close(descriptor) }
    }
}

private func systemBundle() -> [UInt8]? {
    systemBundlePath().flatMap { contents(of: $0) }
}

/// Where this libcurl looks by default.
func systemBundlePath() -> String? {
    guard let version = unsafe curl_version_info(CURLVERSION_EIGHTH), let path = unsafe version.pointee.cainfo else {
        return nil
    }
    return unsafe String(cString: path)
}

private func memoryFile(_ bytes: [UInt8]) -> Int32? {
    let descriptor = kn_memory_file()
    guard descriptor >= 0 else { return nil }
    let written = unsafe write(descriptor, bytes, bytes.count)
    guard written == bytes.count else {
        close(descriptor)
        return nil
    }
    return descriptor
}

/// All of a small file; nil when it cannot be read or is absurdly large, and `errno` says why.
func contents(of path: String, limit: Int = 4 << 20) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var (bytes, buffer): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 65_536))
    while bytes.count <= limit {
        let count = unsafe read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return nil }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
    errno = EFBIG
    return nil
}
