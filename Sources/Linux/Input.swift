import Glibc

/// What is piped into a command.
package enum Input {
    package static func standard(limit: Int) throws(SystemError) -> [UInt8] {
        try SystemCall().read(STDIN_FILENO, limit: limit, at: "standard input")
    }
}
