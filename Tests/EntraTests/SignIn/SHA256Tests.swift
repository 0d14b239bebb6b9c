import Testing

@testable import Entra

@Suite struct SHA256Tests {
    @Test("what is remembered of a request is the SHA-256 of its bytes")
    func known() {
        let hash = sha256(Array("abc".utf8))
        #expect(
            hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(sha256([]).first == 0xe3)
    }
}
