import COpenSSL
import Foundation
import Glibc

let version = "0.1.0"

/// Serves until SIGTERM or SIGINT; the result is the exit status.
func runProgram(arguments: [String]) -> Int32 {
    let stop = blockStopSignals()
    // Connections may be in OpenSSL when the program ends; it must not clear up under them.
    _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    let options: Options
    do throws(Options.Refusal) {
        switch try Options.parse(arguments) {
        case .help: return say(usage)
        case .version: return say("knocknoc-entra-emulator \(version)\n")
        case .serve(let asked): options = asked
        }
    } catch {
        return complain(error.text, status: EX_USAGE)
    }
    do throws(StartError) {
        let emulator = try makeEmulator(options)
        let tls = try options.certificateFile.map { (file: String) throws(StartError) in
            try TLSFiles(certificate: file, key: options.keyFile ?? "")
        }
        let listener = try Listener(address: options.bind, port: options.port)
        Thread.detachNewThread { listener.acceptForEver(emulator: emulator, tls: tls) }
        if let path = options.portFile { try writeAtomically("\(listener.port)\n", to: path) }
        let host = options.bind == "::1" ? "[::1]" : options.bind
        _ = say("listening on \(tls == nil ? "http" : "https")://\(host):\(listener.port)\n")
    } catch {
        return complain(error.text, status: EX_UNAVAILABLE)
    }
    waitForSignal(in: stop)
    return 0
}

/// Why the emulator cannot begin to serve.
struct StartError: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// A system call that failed, with the reason it gave.
    init(call: String, errno reason: Int32 = errno) {
        text = "\(call): \(unsafe String(cString: strerror(reason)))"
    }

    /// The same of a call that Foundation made.
    init(_ call: String, _ error: any Error) {
        let cause = (error as? CocoaError)?.underlying as? POSIXError
        self.init(call: call, errno: cause?.code.rawValue ?? 0)
    }
}

private func makeEmulator(_ options: Options) throws(StartError) -> Emulator {
    var seed = Seed.builtIn
    if let path = options.seedFile {
        guard let json = JSON(json5: try readFile(path)) else { throw StartError("\(path) is not JSON or JSON5") }
        do throws(ControlError) {
            seed = try Seed(json)
        } catch {
            throw StartError("\(path): \(error.text)")
        }
    }
    if let rate = options.rate { seed.settings.rate = rate }
    seed.settings.latencyMilliseconds = options.latencyMilliseconds
    let log = try options.logFile.map { (path: String) throws(StartError) in try LogFile(path: path) }
    return Emulator(seed: seed, log: log)
}

private func say(_ text: String) -> Int32 {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    return 0
}

private func complain(_ text: String, status: Int32) -> Int32 {
    try? FileHandle.standardError.write(contentsOf: Data("knocknoc-entra-emulator: \(text)\n".utf8))
    return status
}
