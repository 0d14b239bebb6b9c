/// What the command line asks for.
struct Options {
    var port: UInt16 = 0
    var portFile: String?
    var bind = "127.0.0.1"
    var seedFile: String?
    var rate: Double?
    var latencyMilliseconds = 0
    var logFile: String?
    var certificateFile: String?
    var keyFile: String?

    /// Why a command line cannot be used.
    struct Refusal: Error {
        let text: String
    }

    /// The three things a command line can lead to.
    enum Request {
        case help
        case version
        case serve(Options)
    }

    static func parse(_ arguments: [String]) throws(Refusal) -> Request {
        var options = Options()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--help", "-h": return .help
            case "--version": return .version
            case "--port": options.port = try number(option, &rest, 0...65_535)
            case "--port-file": options.portFile = try value(option, &rest)
            case "--bind": options.bind = try loopback(option, &rest)
            case "--seed": options.seedFile = try value(option, &rest)
            case "--rate": options.rate = try rate(option, &rest)
            case "--latency": options.latencyMilliseconds = try number(option, &rest, 0...600_000)
            case "--log": options.logFile = try value(option, &rest)
            case "--tls-cert": options.certificateFile = try value(option, &rest)
            case "--tls-key": options.keyFile = try value(option, &rest)
            default: throw Refusal(text: "unknown option '\(option)'; see --help")
            }
        }
        guard (options.certificateFile == nil) == (options.keyFile == nil) else {
            throw Refusal(text: "--tls-cert and --tls-key belong together")
        }
        return .serve(options)
    }

    private static func value(_ option: String, _ rest: inout ArraySlice<String>) throws(Refusal) -> String {
        guard let value = rest.popFirst(), !value.isEmpty else { throw Refusal(text: "\(option) needs a value") }
        return value
    }

    private static func number<N: FixedWidthInteger>(
        _ option: String,
        _ rest: inout ArraySlice<String>,
        _ allowed: ClosedRange<Int>
    ) throws(Refusal) -> N {
        let text = try value(option, &rest)
        guard let number = Int(text), allowed.contains(number) else {
            throw Refusal(text: "\(option) takes \(allowed.lowerBound) to \(allowed.upperBound), not '\(text)'")
        }
        return N(number)
    }

    private static func rate(_ option: String, _ rest: inout ArraySlice<String>) throws(Refusal) -> Double {
        let text = try value(option, &rest)
        guard let rate = Double(text), rate.isFinite, rate >= 0 else {
            throw Refusal(text: "\(option) takes requests per second (0 = no limit), not '\(text)'")
        }
        return rate
    }

    /// The emulator gives tokens for a known secret, so it must never be reachable from outside.
    private static func loopback(_ option: String, _ rest: inout ArraySlice<String>) throws(Refusal) -> String {
        let address = try value(option, &rest)
        guard address == "127.0.0.1" || address == "::1" else {
            throw Refusal(text: "\(option) takes a loopback address, 127.0.0.1 or ::1, not '\(address)'")
        }
        return address
    }
}

let usage = """
    usage: knocknoc-entra-emulator [options]

    Plays the Entra token endpoint and Microsoft Graph on loopback, for demonstrations and tests.

      --port N            port to listen on (default 0: any free one)
      --port-file PATH    write the port there once listening
      --bind ADDRESS      127.0.0.1 (default) or ::1
      --seed FILE         JSON or JSON5 with the tenant, its apps and locations
      --rate N            Conditional Access requests a second for the tenant (default 1, 0 = no limit)
      --latency MS        delay every answer
      --log FILE          append one JSON line for each request
      --tls-cert FILE     serve HTTPS with this PEM certificate chain
      --tls-key FILE      and this PEM key
      --help, --version

    The control interface is under /_emulator/.

    """
