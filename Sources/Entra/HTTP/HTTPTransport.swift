import CCurlShim
import Glibc

/// All HTTP of one thread: requests are started, and `wait` says which of them are over.
///
/// It shares its wait with other descriptors, so a program needs one loop and no second thread.
@safe package final class HTTPTransport: Transport {
    private let options: TransportOptions
    private let trust: TrustBundle
    private let multi: UnsafeMutableRawPointer
    /// By the address of the easy handle.
    private var inFlight: [UInt: Transfer] = [:]
    private var idle: [CurlHandle] = []
    private var finished: [Completion] = []
    private var lastNumber: UInt64 = 0

    package init(_ options: TransportOptions) throws(TransportFailure) {
        guard curlIsReady, let multi = unsafe curl_multi_init() else {
            throw TransportFailure(.other, .dns, message: "curl cannot be set up: no memory")
        }
        self.options = options
        trust = TrustBundle(adding: options.caFile)
        unsafe self.multi = unsafe multi
    }

    deinit {
        for transfer in inFlight.values {
            unsafe curl_multi_remove_handle(multi, transfer.handle.raw)
        }
        unsafe curl_multi_cleanup(multi)
    }

    package var isIdle: Bool { inFlight.isEmpty && finished.isEmpty }

    /// Sends at once what a warm connection takes; what fails at once is told by the next `wait`.
    package func start(_ request: HTTPRequest) -> Exchange.ID {
        lastNumber += 1
        let id = Exchange.ID(number: lastNumber)
        guard let target = RequestTarget(request.url), !request.hasForbiddenCharacters else {
            refuse(id, "a header or the URL holds characters that HTTP does not allow, or the URL is none")
            return id
        }
        guard !target.isPlain || (target.isLoopback && options.allowPlainHTTPOnLoopback) else {
            refuse(id, "plain http:// is only for a loopback address: the access token would be readable on the way")
            return id
        }
        guard let handle = idle.popLast() ?? CurlHandle() else {
            refuse(id, "no memory for a request")
            return id
        }
        let transfer = Transfer(id: id, handle: handle, asked: request.line)
        handle.reset()
        prepare(handle, request, isLoopback: target.isLoopback)
        handle.setCallbacks(to: transfer)
        guard handle.refusal == CURLE_OK, unsafe curl_multi_add_handle(multi, handle.raw) == CURLM_OK else {
            refuse(id, "this libcurl is too old or has no memory: \(handle.message(for: handle.refusal))")
            return id
        }
        inFlight[handle.key] = transfer
        advance()
        return id
    }

    func prepare(_ handle: CurlHandle, _ request: HTTPRequest, isLoopback: Bool) {
        handle.prepare(request, under: options, caFile: trust.path, isLoopback: isLoopback)
    }

    /// Returns as soon as a request is over, a descriptor has something to read, or the time is up.
    package func wait(alsoFor descriptors: [Int32], atMost limit: Duration?) -> [Completion] {
        let deadline = limit.map { ContinuousClock.now + $0 }
        var watched = descriptors.map { curl_waitfd(fd: $0, events: Int16(CURL_WAIT_POLLIN), revents: 0) }
        while true {
            advance()
            if !finished.isEmpty { break }
            let rest = deadline.map { $0 - ContinuousClock.now } ?? .seconds(86_400)
            if rest <= .zero || (inFlight.isEmpty && descriptors.isEmpty && deadline == nil) { break }
            var ready: Int32 = 0
            let milliseconds = Int32(truncatingIfNeeded: rest.roundedMilliseconds)
            let code = unsafe curl_multi_poll(multi, &watched, UInt32(watched.count), milliseconds, &ready)
            if code != CURLM_OK {
                poll(nil, 0, 10)  // no memory: a caller that comes back at once must not spin
                break
            }
            if ready > 0, hasNews(descriptors) {
                advance()
                break
            }
        }
        defer { finished = [] }
        return finished
    }

    /// The connection is closed, and no completion comes.
    package func cancel(_ id: Exchange.ID) {
        finished.removeAll { $0.id == id }
        guard let transfer = inFlight.values.first(where: { $0.id == id }) else { return }
        retire(transfer)
    }

    private func refuse(_ id: Exchange.ID, _ message: String) {
        finished.append(Completion(id: id, result: .failure(TransportFailure(.unsendable, .dns, message: message))))
    }

    private func advance() {
        var running: Int32 = 0
        unsafe _ = curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let raw = unsafe message.pointee.easy_handle,
                let transfer = inFlight[UInt(bitPattern: raw)]
            else { continue }
            let code = unsafe kn_message_result(message)
            finished.append(Completion(id: transfer.id, result: transfer.outcome(code)))
            retire(transfer)
        }
    }

    private func retire(_ transfer: Transfer) {
        unsafe _ = curl_multi_remove_handle(multi, transfer.handle.raw)
        inFlight.removeValue(forKey: transfer.handle.key)
        transfer.handle.reset()  // frees curl's copies of token and form
        if idle.count < 4 { idle.append(transfer.handle) }
    }

    /// Asked of the kernel itself, since curl reports neither a hang-up nor an error on foreign descriptors.
    private func hasNews(_ descriptors: [Int32]) -> Bool {
        var asked = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return unsafe poll(&asked, nfds_t(asked.count), 0) > 0
    }
}

/// Once per process.
private let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
