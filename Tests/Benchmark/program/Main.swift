/// Measures inside one process what no command could show from outside; `contrib/benchmark` runs it.
@main
enum Main {
    static func main() throws {
        switch CommandLine.arguments.dropFirst().first {
        case "token-checks": try TokenChecks.run(Array(CommandLine.arguments.dropFirst(2)))
        case "spool-path": try SpoolPath.run(Array(CommandLine.arguments.dropFirst(2)))
        case "ledger-writes": try LedgerWrites.run(Array(CommandLine.arguments.dropFirst(2)))
        default: Result.usage()
        }
    }
}
