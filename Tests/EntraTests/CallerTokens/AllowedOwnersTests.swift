import Testing

@testable import Entra

@Suite("Allowed owners")
struct AllowedOwnersTests {
    @Test("a file's owner is among those allowed or not")
    func owners() {
        let owners = AllowedOwners([1_002, 0, 1_000, 1_002])
        #expect(owners.refusal(of: 1_000) == nil)
        #expect(owners.refusal(of: 0) == nil)
        #expect(
            owners.refusal(of: 1_001)?.sentence
                == "the file belongs to uid 1001; allowedOwners lets in 0, 1000, 1002")
    }
}
