import Grants

/// What happens in a simulated world, in order; the seed decides it all, and any part of it may be left out.
struct Story {
    struct Step {
        /// Its place in the whole story, which says what chance decides in it.
        let number: Int
        /// What passes before it.
        var pause: Duration
        let event: Event
    }

    enum Event {
        case drop(SimulatedRequest)
        /// An operator moves failed items back: one, all of a code with their notes, or a whole folder.
        case retry(Retry)
        /// An operator mends a failed item that was no request, and moves it back.
        case edit(SimulatedRequest)
        /// An operator removes a failed item.
        case discard
        /// An operator removes all failed items.
        case discardAll
        case reload
        case stop(away: Duration)
        /// The process ends before so many more calls on the disk.
        case death(DiskPlan.Death, after: Int, away: Duration)
        /// The process ends as soon as the next list is under way; it lands soon, or so much later.
        case deathAtList(DiskPlan.Death, lands: Duration, away: Duration)
        case graph(GraphFault)
        /// An administrator adds a range to a list, or takes one away.
        case handEdit(location: String, adds: Bool)
        case revokeTokens
        /// Graph takes no list with this range from now on, or takes it again.
        case refusal(of: String?)
        case disk(DiskPlan.Fault)
        case full(Bool)
        case readOnly(Bool)
        /// The host's wall clock goes wrong, and is put right after a while.
        case clock(error: Duration, lasting: Duration)
        /// All that went wrong with Graph is over.
        case heal
        /// Nothing happens until all that was dropped has its verdict.
        case verdicts
        /// Nothing happens until all is at rest and as it should be.
        case rest
    }

    enum Retry {
        /// The one that was dropped in this step, or any.
        case item(Int?)
        case withNotes
        case folder
    }

    let seed: UInt64
    /// Where it was asked for by name.
    let theme: Theme?
    var steps: [Step]

    /// The story as it is told to people.
    var lines: [String] {
        steps.map { "\($0.number): " + ($0.pause > .zero ? "\($0.pause) later, " : "") + "\($0.event)" }
    }

    /// Which steps of the whole story these are: each by its number, with a `!` where nothing passes before it.
    var outline: String {
        steps.map { "\($0.number)" + ($0.pause == .zero ? "!" : "") }.joined(separator: ",")
    }

    /// The same with the steps of an outline alone.
    func keeping(_ outline: Substring) -> Story {
        var story = self
        story.steps = outline.split(separator: ",").compactMap { part in
            let number = Int(part.prefix { $0 != "!" })
            guard var step = steps.first(where: { $0.number == number }) else { return nil }
            if part.hasSuffix("!") { step.pause = .zero }
            return step
        }
        return story
    }
}

extension Story.Event {
    var hurtsDisk: Bool {
        switch self {
        case .disk, .full, .readOnly: true
        default: false
        }
    }
}
