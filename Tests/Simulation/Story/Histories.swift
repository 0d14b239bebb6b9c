/// Many short histories, one after the other on each core.
struct Histories {
    private let seeds: Range<UInt64>
    /// After so many failures there is no point in more.
    private let told: Int
    private let theme: Theme?
    /// Of a single story, the steps to play.
    private let outline: Substring?

    init(_ seeds: Range<UInt64>, telling told: Int = 5, about theme: Theme? = nil, outline: Substring? = nil) {
        (self.seeds, self.told, self.theme, self.outline) = (seeds, told, theme, outline)
    }

    /// What was wrong, each shrunk to its shortest story, and the figures.
    func play(everyOther offset: UInt64 = 0, of cores: UInt64 = 1) throws -> (reports: [String], figures: String) {
        var (calls, lives, turns) = (0, 0, 0)
        var reports: [String] = []
        let begin = ContinuousClock.now
        for seed in seeds where seed % cores == offset && reports.count < told {
            var teller = StoryTeller(seed: seed, about: theme)
            let whole = teller.short()
            let story = outline.map { whole.keeping($0) } ?? whole
            let outcome = try Player.play(story)
            (calls, lives, turns) = (calls + outcome.calls, lives + outcome.lives, turns + outcome.turns)
            guard !outcome.violations.isEmpty else { continue }
            var shrinker = Shrinker(story)
            try shrinker.run()
            reports.append(try shrinker.report())
        }
        let figures =
            "simulation: \(UInt64(seeds.count) / cores) histories, \(lives) lives, \(turns) turns, \(calls) calls on the disk, "
            + "\(reports.count) violations, \(ContinuousClock.now - begin)"
        return (reports, figures)
    }

    /// On two cores; whether all was as it has to be.
    func run() async throws -> Bool {
        let cores: UInt64 = seeds.count > 1 ? 2 : 1
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for core in 0..<cores {
                group.addTask {
                    let (reports, figures) = try play(everyOther: (seeds.lowerBound + core) % cores, of: cores)
                    for report in reports { print(report) }
                    print(figures)
                    return reports.isEmpty
                }
            }
            return try await group.allSatisfy { $0 }
        }
    }
}
