struct LogSettings: Sendable {
    var level = LogLevel.info
    var format = LogFormat.logfmt
}
