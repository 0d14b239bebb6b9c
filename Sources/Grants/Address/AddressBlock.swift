/// A part of the address space that nobody signs in from, or only from inside.
struct AddressBlock {
    let range: CIDR
    let name: String

    private init(_ family: CIDR.Family, _ address: UInt128, _ prefixLength: Int, _ name: String) {
        range = CIDR(family: family, address: address, prefixLength: prefixLength)
        self.name = name
    }

    /// Refused whatever the settings say; documentation ranges (RFC 5737, RFC 3849) are not here, since tests grant them.
    static let unusable = [
        AddressBlock(.v4, 0x0000_0000, 8, "unspecified"),
        AddressBlock(.v4, 0x7f00_0000, 8, "loopback"),
        AddressBlock(.v4, 0xa9fe_0000, 16, "link-local"),
        AddressBlock(.v4, 0xe000_0000, 4, "multicast"),
        AddressBlock(.v4, 0xffff_ffff, 32, "broadcast"),
        AddressBlock(.v4, 0xf000_0000, 4, "reserved"),
        AddressBlock(.v6, 0, 128, "unspecified"),
        AddressBlock(.v6, 1, 128, "loopback"),
        AddressBlock(.v6, 0, 96, "IPv4-compatible"),
        AddressBlock(.v6, 0xffff << 32, 96, "IPv4-mapped"),
        // Translation happens on the client's side of Entra, which sees the IPv4 address (RFC 6052, RFC 8215).
        AddressBlock(.v6, 0x0064_ff9b << 96, 96, "NAT64"),
        AddressBlock(.v6, 0x0064_ff9b_0001 << 80, 48, "NAT64"),
        AddressBlock(.v6, 0xfe80 << 112, 10, "link-local"),
        AddressBlock(.v6, 0xfec0 << 112, 10, "site-local"),
        AddressBlock(.v6, 0xff00 << 112, 8, "multicast"),
    ]

    /// Refused unless `allowPrivate`.
    static let inside = [
        AddressBlock(.v4, 0x0a00_0000, 8, "private"),
        AddressBlock(.v4, 0xac10_0000, 12, "private"),
        AddressBlock(.v4, 0xc0a8_0000, 16, "private"),
        AddressBlock(.v4, 0x6440_0000, 10, "carrier-grade NAT"),
        AddressBlock(.v6, 0xfc00 << 112, 7, "unique local"),
    ]

    static let sixToFour = AddressBlock(.v6, 0x2002 << 112, 16, "6to4")
    static let teredo = AddressBlock(.v6, 0x2001 << 112, 32, "Teredo")
}
