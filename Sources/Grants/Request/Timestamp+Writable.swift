extension Timestamp {
    /// The nearest time with a year of four digits; a file's clock may say anything, text cannot (RFC 3339, 5.6).
    var writable: Timestamp {
        min(max(self, Self.yearZero), Self.endOfYear9999)
    }

    private static let yearZero = Timestamp(seconds: -62_167_219_200)
    private static let endOfYear9999 = Timestamp(microseconds: 253_402_300_799_999_999)
}
