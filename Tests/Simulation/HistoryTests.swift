import Foundation
import Testing

/// The whole worker in memory: whatever goes wrong, the requests alone decide the end.
@Suite(.timeLimit(.minutes(10))) struct HistoryTests {
    /// One seed alone where it is given.
    private static let seeds: Range<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return seed..<seed + 1 }
        return 1..<1 + (environment["SIMULATION_HISTORIES"].flatMap(UInt64.init) ?? 200)
    }()

    /// One each for two cores; `contrib/torture simulate` plays more of them.
    @Test(
        "killed, cut off and refused anywhere: each list is what the requests say, no item is lost, no verdict changes",
        arguments: [0, 1] as [UInt64])
    func histories(half: UInt64) throws {
        let (reports, figures) = try Histories(Self.seeds).play(everyOther: half, of: 2)
        for report in reports { Issue.record("\(report)") }
        print(figures)
    }
}
