/// Why no request came of what was read.
enum ReadEnd: Error {
    /// The client closed, or broke off.
    case ended
    /// It is not HTTP/1.1 as we can read it; answer with this status and close.
    case refused(Int)
}

private let lineLimit = 65_536
private let bodyLimit = 16 << 20

/// Reads one request (RFC 9112) with a body of known length or in chunks.
func readRequest(from connection: Connection) throws(ReadEnd) -> EmulatedRequest {
    var first = connection.line(limit: lineLimit)
    if first?.isEmpty == true { first = connection.line(limit: lineLimit) }
    guard let first else { throw .ended }
    let parts = first.split(separator: " ")
    guard parts.count == 3, parts[2].hasPrefix("HTTP/1.") else { throw .refused(400) }
    let headers = try readHeaders(from: connection)
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    if header("expect")?.lowercased() == "100-continue" { connection.send("HTTP/1.1 100 Continue\r\n\r\n".utf8) }
    var body: [UInt8] = []
    if let coding = header("transfer-encoding") {
        guard coding.lowercased() == "chunked" else { throw .refused(400) }
        body = try readChunks(from: connection)
    } else if let length = header("content-length") {
        guard let length = Int(length), length >= 0 else { throw .refused(400) }
        guard length <= bodyLimit else { throw .refused(413) }
        guard let bytes = connection.bytes(length) else { throw .ended }
        body = bytes
    }
    let wish = header("connection")?.lowercased()
    return EmulatedRequest(
        method: String(parts[0]),
        target: String(parts[1]),
        headers: headers,
        body: body,
        isTLS: connection.isTLS,
        keepsAlive: parts[2] == "HTTP/1.0" ? wish == "keep-alive" : wish != "close"
    )
}

private func readHeaders(from connection: Connection) throws(ReadEnd) -> [EmulatedHeader] {
    var headers: [EmulatedHeader] = []
    while true {
        guard let line = connection.line(limit: lineLimit) else { throw .ended }
        if line.isEmpty { return headers }
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), headers.count < 100 else { throw .refused(431) }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        headers.append(EmulatedHeader(name: line[..<colon].lowercased(), value: trimmedEnd(value)))
    }
}

private func trimmedEnd(_ text: Substring) -> String {
    var text = text
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
}

private func readChunks(from connection: Connection) throws(ReadEnd) -> [UInt8] {
    var body: [UInt8] = []
    while true {
        guard let line = connection.line(limit: 1_024) else { throw .ended }
        guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else { throw .refused(400) }
        guard size > 0 else { break }
        guard body.count + size <= bodyLimit else { throw .refused(413) }
        guard let bytes = connection.bytes(size), connection.line(limit: 2) != nil else { throw .ended }
        body += bytes
    }
    _ = try readHeaders(from: connection)
    return body
}
