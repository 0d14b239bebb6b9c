import CCurlShim

/// One easy handle of curl with the memory that must outlive its transfers; pooled, since a new one costs 40 µs.
@safe final class CurlHandle {
    let raw: UnsafeMutableRawPointer
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var list: UnsafeMutablePointer<curl_slist>?
    /// Of the options set since the last reset; a curl too old for one of them must not go on without it.
    private(set) var refusal = CURLE_OK

    var key: UInt { unsafe UInt(bitPattern: raw) }

    init?() {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe raw = unsafe handle
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe curl_slist_free_all(list)
        unsafe words.deallocate()
    }

    /// Back to curl's defaults; connections, sessions and look-ups belong to the multi handle and stay.
    func reset() {
        unsafe curl_easy_reset(raw)
        unsafe curl_slist_free_all(list)
        unsafe list = nil
        unsafe words.pointee = 0
        refusal = CURLE_OK
        note(unsafe kn_set_pointer(raw, CURLOPT_ERRORBUFFER, words))
    }

    private func note(_ code: CURLcode) {
        if refusal == CURLE_OK { refusal = code }
    }

    func set(_ option: CURLoption, _ value: Int) {
        note(unsafe kn_set_long(raw, option, value))
    }

    func set(_ option: CURLoption, _ value: String?) {
        note(unsafe kn_set_text(raw, option, value))
    }

    /// curl reads the list during the transfer, so it lives here until the next reset.
    func setHeaders(_ lines: [String]) {
        for line in lines {
            guard let longer = unsafe curl_slist_append(list, line) else { return note(CURLE_OUT_OF_MEMORY) }
            unsafe list = longer
        }
        note(unsafe kn_set_list(raw, CURLOPT_HTTPHEADER, list))
    }

    /// curl takes its own copy.
    func setBody(_ bytes: [UInt8]) {
        note(unsafe kn_set_size(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress ?? UnsafeRawPointer(words))
            note(unsafe kn_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, start))
        }
    }

    /// The transfer must be kept alive until the handle has left the multi handle.
    func setCallbacks(to transfer: Transfer) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        note(unsafe kn_set_data_callback(raw, CURLOPT_HEADERFUNCTION, receiveHeader))
        note(unsafe kn_set_pointer(raw, CURLOPT_HEADERDATA, context))
        note(unsafe kn_set_data_callback(raw, CURLOPT_WRITEFUNCTION, receiveBody))
        note(unsafe kn_set_pointer(raw, CURLOPT_WRITEDATA, context))
        note(unsafe kn_set_prereq_callback(raw, noteSending))
        note(unsafe kn_set_pointer(raw, CURLOPT_PREREQDATA, context))
    }

    func number(_ info: CURLINFO) -> Int {
        unsafe kn_get_long(raw, info)
    }

    func microseconds(_ info: CURLINFO) -> Int64 {
        Int64(unsafe kn_get_size(raw, info))
    }

    func text(_ info: CURLINFO) -> String? {
        guard let text = unsafe kn_get_text(raw, info) else { return nil }
        return unsafe String(cString: text)
    }

    /// curl's account of what went wrong, else its name for the code.
    func message(for code: CURLcode) -> String {
        let own = unsafe String(cString: words)
        return unsafe own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
    }
}
