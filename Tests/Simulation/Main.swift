import Foundation

/// Plays histories, or a year, as fast as an optimised program can (--help).
@main struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        let count = numbers.first
        let theme = arguments.compactMap(Theme.init).first
        switch arguments.first {
        case "histories":
            let end = 1 + UInt64(count ?? 10_000)
            exit(try await Histories(1..<end, telling: numbers.dropFirst().first ?? 5, about: theme).run() ? 0 : 1)
        case "seed":
            let seed = UInt64(count ?? 1)
            let outline = arguments.dropFirst(2).last { Theme(rawValue: $0) == nil }
            exit(try await Histories(seed..<seed + 1, about: theme, outline: outline?[...]).run() ? 0 : 1)
        case "year":
            var year = try Year(seed: 1)
            exit(year.run(days: count ?? 365) ? 0 : 1)
        default:
            print(
                """
                histories [COUNT [FAILURES]] [THEME]   so many short histories with a crash each (10,000), up to so many failures (5)
                seed SEED [THEME] [STEPS]              the history of this seed, or those steps of it, told where it fails
                year [DAYS]                            500 people for a year, a million requests (365)
                Themes: \(Theme.allCases.map(\.rawValue).joined(separator: " ")).
                """)
            exit(arguments.first == "--help" ? 0 : 64)
        }
    }
}
