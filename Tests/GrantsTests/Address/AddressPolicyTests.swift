import Grants
import Testing

struct AddressPolicyTests {
    @Test(
        "what somebody can sign in from is allowed",
        arguments: [
            "203.0.113.7", "198.51.100.0/24", "192.0.2.0/32", "2001:db8::/48",  // documentation: tests grant these
            "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "2a00::1",
            "2002:cb00:7107::1",  // 6to4 of a public address
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",  // Teredo of 192.0.2.45, the example of RFC 4380
        ]
    )
    func allowed(text: String) throws {
        #expect(AddressPolicy().refusal(of: try CIDR(text)) == nil)
    }

    @Test(
        "what nobody signs in from is refused, whatever the settings",
        arguments: [
            ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("127.0.0.1", "loopback"),
            ("169.254.169.254", "link-local"), ("224.0.0.1", "multicast"), ("239.255.255.255", "multicast"),
            ("255.255.255.255", "broadcast"), ("240.0.0.1", "reserved"),
            ("::", "unspecified"), ("::1", "loopback"), ("::7", "IPv4-compatible"), ("fe80::1", "link-local"),
            ("fec0::1", "site-local"), ("ff02::1", "multicast"), ("64:ff9b::8.8.8.8", "NAT64"),
            ("64:ff9b:1::1", "NAT64"), ("::ffff:127.0.0.1", "loopback"),
            ("2002:7f00:1::1", "6to4 form of 127.0.0.1, which is loopback"),
            ("2002:a00:1::1", "6to4 form of 10.0.0.1, which is private"),
            ("2001:0:4136:e378:8000:63bf:80ff:fffe", "Teredo form of 127.0.0.1, which is loopback"),
            ("2001::/64", "Teredo form of 0.0.0.0/0"),  // holds any client
            ("169.0.0.0/8", "contains addresses that are link-local"),  // wide, and a block inside it
            ("::/64", "contains addresses that are unspecified"),
            ("0.0.0.0/0", "wider than /8"), ("2000::/3", "wider than /8"), ("202.0.0.0/7", "wider than /8"),
        ]
    )
    func refused(text: String, reason: String) throws {
        let open = AddressPolicy(minPrefixIPv4: 8, minPrefixIPv6: 8, allowPrivate: true)
        for policy in [AddressPolicy(), open] {
            let refusal = try #require(policy.refusal(of: try CIDR(text)))
            #expect(refusal.contains(reason))
            #expect(refusal.hasSuffix("no setting allows that"))
        }
    }

    @Test(
        "what is inside only is refused unless allowPrivate",
        arguments: [
            ("10.0.0.1", "private"), ("172.16.0.1", "private"), ("172.31.255.255", "private"),
            ("192.168.1.0/24", "private"), ("100.64.0.1", "carrier-grade NAT"), ("fc00::1", "unique local"),
            ("fd12:3456::/48", "unique local"),
        ]
    )
    func inside(text: String, reason: String) throws {
        let refusal = try #require(AddressPolicy().refusal(of: try CIDR(text)))
        #expect(refusal.contains(reason) && refusal.contains("allowPrivate"))
        #expect(AddressPolicy(allowPrivate: true).refusal(of: try CIDR(text)) == nil)
    }

    @Test(
        "the widest range taken is a setting",
        arguments: [
            ("203.0.112.0/23", 24, 48, "minPrefixIPv4"), ("203.0.112.0/23", 23, 48, nil),
            ("203.0.113.0/25", 26, 48, "minPrefixIPv4"), ("2001:db8::/47", 24, 48, "minPrefixIPv6"),
            ("2001:db8::/47", 24, 32, nil), ("2001:db8::/64", 24, 128, "minPrefixIPv6"),
        ] as [(String, Int, Int, String?)]
    )
    func width(text: String, prefixIPv4: Int, prefixIPv6: Int, setting: String?) throws {
        let policy = AddressPolicy(minPrefixIPv4: prefixIPv4, minPrefixIPv6: prefixIPv6)
        let refusal = policy.refusal(of: try CIDR(text))
        #expect((refusal == nil) == (setting == nil))
        #expect(refusal?.contains(setting ?? "") ?? true)
    }

    @Test("only a bare IPv6 address is widened")
    func widened() throws {
        let policy = AddressPolicy(ipv6GrantPrefix: 64)
        let (six, four) = (try CIDR("2001:db8::7"), try CIDR("203.0.113.7"))
        #expect(policy.widened(six, wasBare: true) == (try CIDR("2001:db8::/64")))
        #expect(policy.widened(six, wasBare: false) == six)
        #expect(policy.widened(four, wasBare: true) == four)
        #expect(AddressPolicy().widened(six, wasBare: true) == six)
    }
}
