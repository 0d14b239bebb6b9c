/// Answers requests on one connection until either side ends it.
func serve(_ socket: Int32, emulator: Emulator, tls: TLSFiles?) {
    guard let connection = Connection(socket: socket, tls: tls) else { return }
    do throws(ReadEnd) {
        while true {
            let request = try readRequest(from: connection)
            guard deliver(emulator.reply(to: request), to: request, on: connection) else { return }
        }
    } catch {
        switch error {
        case .ended: return
        case .refused(let status):
            connection.send(HTTPResponse(status: status).head(date: ClockReading.now().httpText(), keepsAlive: false))
        }
    }
}

/// Puts the reply on the wire; false when the connection is over.
private func deliver(_ reply: Reply, to request: EmulatedRequest, on connection: Connection) -> Bool {
    switch reply {
    case .answer(let response, let delay):
        pause(milliseconds: delay)
        let head = response.head(date: ClockReading.now().httpText(), keepsAlive: request.keepsAlive)
        let withBody = response.hasBody && request.method != "HEAD"
        return connection.send(withBody ? head + response.body : head) && request.keepsAlive
    case .cutBody(let response):
        let head = response.head(date: ClockReading.now().httpText(), keepsAlive: true)
        connection.send(head + response.body.prefix(response.body.count / 2))
    case .cutHead(let response):
        let head = response.head(date: ClockReading.now().httpText(), keepsAlive: true)
        connection.send(head.prefix(head.count / 2))
    case .close(let delay): pause(milliseconds: delay)
    case .reset: connection.resetOnClose()
    }
    return false
}
