/// Plays a story to its end and tells what was wrong.
struct Player {
    struct Outcome {
        let violations: [String]
        let tape: [String]
        let calls: Int
        let turns: Int
        let lives: Int
    }

    static func play(_ story: Story, isTold: Bool = false) throws -> Outcome {
        let world = try World(seed: story.seed, locations: StoryTeller.locations, isTold: isTold, idle: .seconds(30))
        world.disk.hasWholeRenames = story.steps.contains { $0.event.hurtsDisk }
        // The very first start is no part of the story.
        world.pass(.milliseconds(10))
        for step in story.steps where world.violations.isEmpty {
            world.pass(step.pause)
            if world.violations.isEmpty { world.happen(step) }
        }
        if world.violations.isEmpty { world.awaitRest() }
        return Outcome(
            violations: world.violations, tape: world.tape.all, calls: world.disk.calls, turns: world.turns,
            lives: world.lives)
    }
}
