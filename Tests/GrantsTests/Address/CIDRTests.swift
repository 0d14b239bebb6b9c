import Foundation
import Grants
import Kit
import Testing

struct CIDRTests {
    @Test(
        "an address has one canonical form",
        arguments: [
            ("203.0.113.7", "203.0.113.7/32"),  // bare
            ("203.0.113.0/24", "203.0.113.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),  // a policy refuses it, the parser does not
            ("255.255.255.255", "255.255.255.255/32"),
            ("2001:db8::7", "2001:db8::7/128"),
            ("2001:0DB8:0000:0000:0000:0000:0000:0007", "2001:db8::7/128"),  // upper case, leading zeros
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1/128"),  // RFC 5952: the first of two equal runs
            ("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1/128"),  // the longer run
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1/128"),  // one zero group is not shortened
            ("2001:db8:1:1:1:1:1::", "2001:db8:1:1:1:1:1:0/128"),
            ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::/128"),
            ("::", "::/128"),
            ("::/0", "::/0"),
            ("::1", "::1/128"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221/128"),  // a dotted quad at the end
            ("::ffff:203.0.113.7", "203.0.113.7/32"),  // IPv4-mapped is IPv4
            ("::FFFF:cb00:7107", "203.0.113.7/32"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ]
    )
    func canonical(text: String, expected: String) throws {
        #expect(try CIDR(text).description == expected)
        #expect(try CIDR(expected).description == expected)
    }

    @Test(
        "what could mean two things is refused, with its reason",
        arguments: [
            ("", "empty"),
            (" 203.0.113.7", "whitespace"),
            ("203.0.113.7\n", "whitespace"),
            ("203.0.113.7\u{a0}", "character that no address has"),
            ("203.0.113.7\u{0}", "character that no address has"),
            ("203.0.113.7/24", "did you mean 203.0.113.0/24 or 203.0.113.7/32?"),
            ("2001:db8::7/64", "did you mean 2001:db8::/64 or 2001:db8::7/128?"),
            ("::ffff:203.0.113.7/120", "203.0.113.7/24 has host bits"),
            ("::ffff:0:0/90", "from 96 to 128"),
            ("010.0.0.1", "leading zero"),  // 8.0.0.1 to inet_aton
            ("203.0.113.007", "leading zero"),
            ("203.0.113.0/024", "prefix length has a leading zero"),
            ("0x7f.0.0.1", "hexadecimal"),
            ("0x7f000001", "hexadecimal"),
            ("2130706433", "four octets, this has 1"),
            ("127.1", "four octets, this has 2"),  // 127.0.0.1 to inet_aton
            ("1.2.3.4.5", "four octets, this has 5"),
            ("1.2.3.", "empty octet"),
            ("1.2.3.256", "above 255"),
            ("1.2.3.99999999999999999999", "above 255"),
            ("1.2.3.-4", "host names"),
            ("203.0.113.7:443", "port"),
            ("[2001:db8::7]:443", "brackets"),
            ("fe80::1%eth0", "zone"),
            ("203.0.113.1-203.0.113.9", "a range from a to b"),
            ("2001:db8::1-2001:db8::9", "a range from a to b"),
            ("203.0.113.1,203.0.113.2", "several addresses"),
            ("my-host.example", "host names"),
            ("localhost", "host names"),
            ("...", "host names"),
            ("203.0.113.0/", "missing"),
            ("203.0.113.0/24/8", "more than one /"),
            ("203.0.113.0/255.255.255.0", "netmask"),
            ("203.0.113.0/+24", "not a plain number"),
            ("203.0.113.0/33", "above 32"),
            ("2001:db8::/129", "above 128"),
            ("2001:db8::/99999999999999999999", "above 128"),
            ("/24", "host names"),
            (":", "single colon"),
            (":1::2", "single colon"),
            ("1:2:3:4:5:6:7:", "single colon"),
            ("1::2::3", "more than once"),
            (":::", "too many colons"),
            ("1:2:3:4:5:6:7", "eight groups, this has 7"),
            ("1:2:3:4:5:6:7:8:9", "at most eight groups"),
            ("1:2:3:4:5:6:7:8::", "at least one group"),
            ("1:2:3:4:5:6:7:1.2.3.4", "at most eight groups"),
            ("12345::", "more than four digits"),
            ("2001:db8::g", "not hexadecimal"),
            ("::1.2.3", "four octets"),
            (String(repeating: "1:", count: 40), "80 bytes"),
        ]
    )
    func refused(text: String, reason: String) throws {
        let error = try #require(throws: AddressError.self) { try CIDR(text) }
        #expect(error.reason.contains(reason))
    }

    @Test(
        "what Graph returns is read, host bits cleared",
        arguments: [
            ("203.0.113.7/24", "203.0.113.0/24"), ("2001:DB8::7/64", "2001:db8::/64"), (" 1.2.3.4 ", "1.2.3.4/32"),
            ("::ffff:1.2.3.4", "1.2.3.4/32"), ("nonsense", nil), ("1.2.3.4/33", nil), ("", nil),
        ] as [(String, String?)]
    )
    func lenient(text: String, expected: String?) {
        #expect(CIDR(graph: text)?.description == expected)
    }

    @Test("text and value agree with the C library, both ways", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let range = CIDR.random(using: &random)
            #expect(try CIDR(range.description) == range)
            #expect(CIDR(graph: range.description) == range)
            #expect(range.addressText == libraryText(of: range))
            #expect(try [CIDR](json: StrictJSON.parse(Array("[\"\(range)\"]".utf8)).value) == [range])
        }
    }

    @Test("containment and order agree with the addresses themselves")
    func containment() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2_000 {
            let (left, right) = (CIDR.random(using: &random), CIDR.random(using: &random))
            let wider = left.widened(to: Int.random(in: 0...left.family.width, using: &random))
            #expect(wider.contains(left) && wider.overlaps(left) && left.overlaps(wider))
            #expect(wider.network <= left.network && left.last <= wider.last)
            let covers = left.family == right.family && left.network <= right.network && right.last <= left.last
            #expect(left.contains(right) == covers)
            #expect([left < right, right < left, left == right].count { $0 } == 1)
            #expect(left.isSingleAddress == (left.network == left.last))
        }
    }

    @Test("IPv4 comes before IPv6, and a range before what it contains")
    func order() throws {
        let sorted = ["0.0.0.0/0", "1.0.0.0/8", "1.0.0.0/9", "1.0.0.0/32", "203.0.113.7/32", "::/0", "2001:db8::/32"]
        let ranges = try sorted.map { text in try CIDR(text) }
        #expect(ranges.reversed().sorted() == ranges)
    }

    @Test("a range takes 24 bytes, since ledgers hold hundreds of thousands")
    func size() {
        #expect(MemoryLayout<CIDR>.stride == 24)
    }
}

extension CIDR {
    /// Any range, with many zero groups, outside ::/80, which the C library writes with dots.
    static func random(using random: inout SeededRandom) -> CIDR {
        if Bool.random(using: &random) {
            let address = UInt128(UInt32.random(in: 0 ... .max, using: &random))
            return CIDR(family: .v4, address: address, prefixLength: Int.random(in: 0...32, using: &random))
        }
        var address: UInt128 = UInt128(UInt16.random(in: 1 ... .max, using: &random))
        for _ in 0..<7 {
            let group = Bool.random(using: &random) ? 0 : UInt16.random(in: 0 ... .max, using: &random)
            address = address << 16 | UInt128(group)
        }
        return CIDR(family: .v6, address: address, prefixLength: Int.random(in: 16...128, using: &random))
    }
}

private func libraryText(of range: CIDR) -> String {
    let bytes = (0..<range.family.width / 8).reversed().map {
        UInt8(truncatingIfNeeded: range.network >> UInt128($0 * 8))
    }
    var text = [CChar](repeating: 0, count: 64)
    let family = range.isIPv4 ? AF_INET : AF_INET6
    guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
