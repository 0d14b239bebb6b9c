enum LogFormat: String, CaseIterable, Sendable {
    case logfmt
    case json
}
