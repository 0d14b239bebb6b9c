/// Leaves out of a story that fails whatever it fails without.
struct Shrinker {
    private(set) var story: Story
    private var rest = 400

    init(_ story: Story) {
        self.story = story
    }

    mutating func run() throws {
        var size = max(1, story.steps.count / 2)
        while true {
            var didShrink = false
            var start = 0
            while start < story.steps.count {
                var shorter = story
                shorter.steps.removeSubrange(start..<min(start + size, story.steps.count))
                if try fails(shorter) { (story, didShrink) = (shorter, true) } else { start += size }
            }
            if size == 1, !didShrink { break }
            size = max(1, size / 2)
            if rest <= 0 { return }
        }
        for index in story.steps.indices where story.steps[index].pause > .zero {
            var quicker = story
            quicker.steps[index].pause = .zero
            if try fails(quicker) { story = quicker }
        }
    }

    private mutating func fails(_ story: Story) throws -> Bool {
        rest -= 1
        guard rest > 0 else { return false }
        return try !Player.play(story).violations.isEmpty
    }

    /// What a person needs to see it again.
    func report() throws -> String {
        let outcome = try Player.play(story, isTold: true)
        let theme = story.theme.map { "\($0) " } ?? ""
        return
            ([
                "seed \(story.seed): \(outcome.violations.joined(separator: "; "))",
                "again: contrib/torture simulate seed \(story.seed) \(theme)'\(story.outline)'",
            ] + story.lines + ["what went on:"] + outcome.tape).joined(separator: "\n")
    }
}
