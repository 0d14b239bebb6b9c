import CCurlShim
import Grants

/// What curl's callbacks gather while one request is on its way.
final class Transfer {
    let id: Exchange.ID
    let handle: CurlHandle
    /// Method and path.
    let asked: String
    private var headerBytes = 0
    var headers = HTTPHeaders()
    var body: [UInt8] = []
    /// The blank line came; curl itself calls an answer that ends inside its headers a success.
    var headersAreWhole = false
    var isOverLimit = false
    /// curl was about to write the request: from here on the server may have seen it.
    var isSending = false
    /// curl was about to write it a second time, which is the worker's to decide.
    var isRepetition = false

    init(id: Exchange.ID, handle: CurlHandle, asked: String = "") {
        self.id = id
        self.asked = asked
        self.handle = handle
    }

    /// False as for the body, trailers and interim answers included.
    func take(headerLine line: [UInt8]) -> Bool {
        headerBytes += line.count
        isOverLimit = headerBytes + body.count > TransportOptions.bodyLimit
        if !isOverLimit { note(line) }
        return !isOverLimit
    }

    private func note(_ line: [UInt8]) {
        if line.starts(with: Array("HTTP/".utf8)) {  // a new answer: the one before was 1xx
            headers = HTTPHeaders()
            headersAreWhole = false
            return
        }
        guard line.contains(where: { $0 != 0x0D && $0 != 0x0A }) else {
            headersAreWhole = true
            return
        }
        guard !headersAreWhole, let colon = line.firstIndex(of: 0x3A) else { return }  // trailers are not wanted
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        let end = value.lastIndex { ![0x20, 0x09, 0x0D, 0x0A].contains($0) }
        let text = end.map { String(decoding: value[...$0], as: UTF8.self) } ?? ""
        headers.append(HTTPHeader(name, text))
    }

    /// False once the answer is larger than anything we expect, which makes curl stop it.
    func take(bodyPart: UnsafeRawBufferPointer) -> Bool {
        guard headerBytes + body.count + bodyPart.count <= TransportOptions.bodyLimit else {
            isOverLimit = true
            return false
        }
        unsafe body.append(contentsOf: bodyPart)
        return true
    }
}
