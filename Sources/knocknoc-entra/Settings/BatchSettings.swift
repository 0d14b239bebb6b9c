struct BatchSettings: Sendable {
    var linger = Duration.milliseconds(50)
    var maxItems = 10_000
    var settleTime = Duration.seconds(2)
}
