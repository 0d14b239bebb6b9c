import Foundation
import Grants
import Kit
import Testing

@testable import Entra

private typealias World = TokenWorld

/// Whatever bytes come: no crash, a verdict, and nobody let in whom `openssl` would not believe.
@Suite("Damaged tokens and keys")
struct CallerTokenFuzzTests {
    @Test("damaged tokens", arguments: 0..<8 as Range<UInt64>)
    func tokens(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var authentication = try World.authentication(seed % 2 == 0 ? .numbers : .certificate)
        let seeds = [
            try World.token(), try World.token(by: .foreign), try World.token(header: ["kid": #""other""#], by: .two),
        ].map { Array($0.revealed.utf8) }
        for _ in 0..<1_500 {
            let text = String(decoding: damaged(seeds, &random), as: UTF8.self)
            switch World.judge(&authentication, Secret(text), at: 4_000) {
            case .accepted:
                let isGood = try TestTokenKey.one.verifies(text) || TestTokenKey.two.verifies(text)
                #expect(isGood, "accepted, and openssl refuses: \(text)")
            case .refused(let refusal):
                #expect(refusal.sentence.utf8.allSatisfy { (0x20...0x7e).contains($0) })
                if case .signature = refusal, Int.random(in: 0..<100, using: &random) == 0 {
                    #expect(try !TestTokenKey.one.verifies(text), "openssl takes \(text)")
                }
            case .waitsForKeys, .waitsForGroups: break
            }
        }
    }

    @Test("every single byte of a signature counts")
    func everyByte() throws {
        var authentication = try World.authentication(.numbers)
        let good = Array(try World.token().revealed.utf8)
        let start = try #require(good.lastIndex(of: UInt8(ascii: "."))) + 1
        for index in start..<good.count {
            var text = good
            text[index] = text[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            guard case .refused = World.judge(&authentication, Secret(String(decoding: text, as: UTF8.self)))
            else {
                Issue.record("byte \(index)")
                return
            }
        }
    }

    @Test("damaged documents and key sets let no foreign token in", arguments: 0..<8 as Range<UInt64>)
    func keySets(seed: UInt64) throws {
        var random = SeededRandom(seed: seed + 100)
        let document = Array(#"{"issuer":"\#(World.issuerV2)","jwks_uri":"https://login.example/keys"}"#.utf8)
        let set = Array(
            "{\"keys\":[\(try TestTokenKey.one.json(.numbers)),\(try TestTokenKey.two.json(.certificate))]}".utf8)
        let good = try CallerToken(parsing: World.token())
        let foreign = try CallerToken(parsing: World.token(by: .foreign))
        var taken = 0
        for _ in 0..<400 {
            var keys = SigningKeys(metadataAddress: World.metadata, cacheDuration: .seconds(60), at: World.zero)
            _ = keys.request(now: World.zero, clientRequestId: "")
            let first = Bool.random(using: &random) ? document : damaged([document], &random)
            guard (try? keys.receive(.success(HTTPReply(status: 200, body: first)), date: World.date)) != nil,
                let request = keys.request(now: World.zero, clientRequestId: "")
            else { continue }
            #expect(request.url.hasPrefix("https://"))
            _ = try? keys.receive(
                .success(HTTPReply(status: 200, body: damaged([set], &random))), date: World.date)
            if case .genuine = keys.check(foreign, since: World.at(1), at: World.at(1)) {
                Issue.record("a foreign token was taken")
            }
            if case .genuine = keys.check(good, since: World.at(1), at: World.at(1)) { taken += 1 }
        }
        #expect(taken > 0, "hardly any set was read")
    }

    /// One of the seeds with a few bytes changed, lost, doubled or put elsewhere.
    private func damaged(_ seeds: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let length = Int.random(in: 1...min(40, bytes.count - index), using: &random)
            let range = index..<(index + length)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(range)
            case 3: bytes.insert(contentsOf: bytes[range], at: index)
            case 4: bytes.insert(contentsOf: Array(".=-_+/\"{}[]: ".utf8).shuffled(using: &random).prefix(1), at: index)
            case 5: bytes = Array(bytes.prefix(index))
            default:
                let other = seeds.randomElement(using: &random) ?? []
                bytes = Array(bytes.prefix(index)) + other.dropFirst(index)
            }
        }
        return bytes
    }
}
