import Grants
import Kit
import Testing

/// Whatever the bytes: a verdict, and one that can be shown.
struct GrantRequestFuzzTests {
    private static let token = "eyJ" + String(repeating: "SECRET", count: 20)
    private static let codes: Set<FailureCode> = [.spool001, .spool002, .spool003, .entra051]

    @Test("damaged requests", arguments: 0..<20 as Range<UInt64>)
    func damaged(seed: UInt64) throws {
        var random = SeededRandom(seed: seed + 500)
        for _ in 0..<300 {
            let bytes = damage(Array(randomRequest(using: &random).utf8), using: &random)
            judge(bytes)
        }
    }

    @Test("requests of fields at random, right and wrong", arguments: 0..<20 as Range<UInt64>)
    func shuffled(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var taken = 0
        for _ in 0..<200 where judge(Array(randomRequest(using: &random).utf8)) {
            taken += 1
        }
        #expect(taken > 5, "hardly any request was right")
    }

    @Test("random bytes")
    func noise() {
        var random = SeededRandom(seed: 6)
        for _ in 0..<3_000 {
            judge(
                (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
            )
        }
    }

    /// Whether the request was taken; records an issue where the verdict is not sound.
    @discardableResult
    private func judge(_ bytes: [UInt8]) -> Bool {
        let context = RequestContext(
            stamp: readingTime - .seconds(5),
            modified: readingTime,
            claimed: readingTime,
            locations: ConfiguredLocations([office, lab])
        )
        do throws(Failure) {
            let request = try GrantRequest(parsing: bytes, in: context)
            #expect(request.issuedAt <= readingTime + .seconds(300))
            #expect(["office", "lab"].contains(request.location))
            if let grant = request.grant {
                let policy = request.location == "lab" ? lab : office
                #expect(!grant.ranges.isEmpty)
                #expect(grant.ranges == Set(grant.ranges).sorted())
                #expect(grant.ranges.allSatisfy { policy.addresses.refusal(of: $0) == nil })
                #expect(grant.expiresAt <= request.issuedAt + policy.maxGrantDuration)
                #expect(grant.startsAt.map { $0 < grant.expiresAt } ?? true)
            }
            return true
        } catch {
            #expect(Self.codes.contains(error.code) && error.remedy == .fail)
            #expect(!error.detail.isEmpty && error.detail.utf8.count < 2_000)
            #expect(error.detail.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "not printable: \(error.detail)")
            #expect(!error.detail.contains("SECRETSECRET"))
            return false
        }
    }

    private func randomRequest(using random: inout SeededRandom) -> String {
        let choices = [
            (#""action":"grant""#, 8), (#""action":"revoke""#, 4), (#""action":"flush""#, 2),
            (#""location":"lab""#, 9), (#""location":"\#(officeGUID)""#, 5), (#""location":"lap""#, 1),
            (#""addresses":["203.0.113.7","2001:db8::7","198.51.100.0/28"]"#, 9), (#""addresses":["1.2.3.4/8"]"#, 1),
            (#""user":"alice@example.com""#, 5), (#""grantId":"b7e1""#, 4), (#""requestId":"é😀""#, 5),
            (#""issuedAt":"2026-11-20T22:59:00.125Z""#, 5), (#""startsAt":"2026-11-20T23:10:00Z""#, 2),
            (#""expiresAt":"2026-11-20T23:30:00Z""#, 3), (#""durationSeconds":2880"#, 3), (#""durationSeconds":-1"#, 1),
            (#""token":"\#(Self.token)""#, 8), (#""version":1"#, 5), (#""extra":{"a":[1,null]}"#, 1),
        ]
        var fields: [String: String] = [:]
        for (field, weight) in choices where Int.random(in: 0..<10, using: &random) < weight {
            let name = String(field.prefix { $0 != ":" })
            if fields[name] == nil { fields[name] = field }
        }
        return "{\(fields.values.sorted().shuffled(using: &random).joined(separator: ", "))}"
    }
}
