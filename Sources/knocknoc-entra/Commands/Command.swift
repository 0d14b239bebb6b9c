/// What the program can be told to do.
enum Command: String, CaseIterable {
    case run
    case initialise = "init"
    case check
    case doctor
    case whatIf = "what-if"
    case adopt
    case forget
    case backup
    case explain
    case status
    case grant
    case revoke
    case flush
    case wait
    case why
    case retry
    case hold
    case release
    case leases
    case who
    case journal
    case completion
    case manual
}
