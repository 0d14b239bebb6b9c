/// How the items of this life ended, for the exit status of `run --once`.
struct Tally {
    var done = 0
    var failed = 0
}
