struct RetentionSettings: Sendable {
    var doneDays = 14
    var journalDays = 90
}
