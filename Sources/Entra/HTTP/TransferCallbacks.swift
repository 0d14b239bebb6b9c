import CCurlShim

// What curl calls. These live apart from any actor or closure: a C callback must not be isolated to anything.

/// The transport keeps the transfer alive for as long as curl knows its address.
private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let line = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
    return unsafe transfer(context).take(headerLine: line) ? size * count : 0
}

func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context).take(bodyPart: part) ? size * count : 0
}

func noteSending(
    _ context: UnsafeMutableRawPointer?,
    _ remote: UnsafeMutablePointer<CChar>?,
    _ local: UnsafeMutablePointer<CChar>?,
    _ remotePort: Int32,
    _ localPort: Int32
) -> Int32 {
    guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
    let transfer = unsafe transfer(context)
    // Where a kept connection breaks, curl sends once more by itself; the first may have arrived, and may land late.
    guard !transfer.isSending else {
        transfer.isRepetition = true
        return CURL_PREREQFUNC_ABORT
    }
    transfer.isSending = true
    return CURL_PREREQFUNC_OK
}
