import Grants
import Testing

@Test(
    "a misspelt name suggests the nearest known one",
    arguments: [
        ("expiresat", "expiresAt"),  // case alone
        ("expires", "expiresAt"), ("expire", "expiresAt"),  // stops early
        ("expiersAt", "expiresAt"),  // two letters swapped
        ("adresses", "addresses"), ("address", "addresses"), ("duration", "durationSeconds"),
        ("grant_id", "grantId"), ("usr", "user"), ("loaction", "location"),
        ("ttl", nil), ("x", nil), ("", nil), ("somethingElse", nil), (String(repeating: "user", count: 1_000), nil),
    ] as [(String, String?)]
)
func suggestion(text: String, expected: String?) {
    let known = ["action", "location", "addresses", "user", "grantId", "startsAt", "expiresAt", "durationSeconds"]
    #expect(Suggestion.closest(to: text, among: known) == expected)
}

@Test("an exact match but for case wins over a nearer-looking one, and of equals the first")
func suggestionOrder() {
    #expect(Suggestion.closest(to: "OFFICE", among: ["office1", "Office"]) == "Office")
    #expect(Suggestion.closest(to: "site9", among: ["site1", "site2"]) == "site1")
    #expect(Suggestion.closest(to: "site", among: []) == nil)
}
