import Grants
import Kit
import Testing

/// Ranges inside one /24 or /120, so that the set of addresses can be written out.
struct IPRangeSetTests {
    @Test("union and merging keep the address set; merging is minimal", arguments: [CIDR.Family.v4, .v6])
    func properties(family: CIDR.Family) {
        var random = SeededRandom(seed: UInt64(family.rawValue))
        for _ in 0..<1_000 {
            let ranges = randomRanges(family, using: &random)
            let addresses = Set(ranges.flatMap(offsets))
            let union = IPRangeSet.union(of: ranges)
            let merged = IPRangeSet.merged(ranges)
            #expect(Set(union.flatMap(offsets)) == addresses)
            #expect(Set(merged.flatMap(offsets)) == addresses)
            #expect(union == union.sorted() && merged == merged.sorted())
            #expect(merged.flatMap(offsets).count == addresses.count, "ranges overlap")
            #expect(union.allSatisfy(ranges.contains), "union makes no range of its own")
            #expect(merged.count == fewest(addresses, 0, 256))
            #expect(IPRangeSet.merged(merged) == merged)
            let shuffled = ranges.shuffled(using: &random)
            #expect(IPRangeSet.union(of: shuffled) == union && IPRangeSet.merged(shuffled) == merged)
        }
    }

    @Test("taking one set from another leaves just the addresses that only it has", arguments: [CIDR.Family.v4, .v6])
    func subtracting(family: CIDR.Family) {
        var random = SeededRandom(seed: 10 + UInt64(family.rawValue))
        for _ in 0..<1_000 {
            let (ranges, others) = (randomRanges(family, using: &random), randomRanges(family, using: &random))
            let rest = IPRangeSet.subtracting(others, from: ranges)
            #expect(Set(rest.flatMap(offsets)) == Set(ranges.flatMap(offsets)).subtracting(others.flatMap(offsets)))
            let union = IPRangeSet.union(of: others)
            for range in ranges {
                let mine = Set(offsets(range))
                #expect(union.covers(range) == others.contains { $0.contains(range) })
                #expect(union.touches(range) == !mine.isDisjoint(with: others.flatMap(offsets)))
            }
        }
    }

    @Test(
        "merging",
        arguments: [
            ([], []),
            (["1.0.0.0", "1.0.0.1"], ["1.0.0.0/31"]),
            (["1.0.0.1", "1.0.0.2"], ["1.0.0.1/32", "1.0.0.2/32"]),  // neighbours, not siblings
            (["1.0.0.0", "1.0.0.1", "1.0.0.2/31", "1.0.0.4/30"], ["1.0.0.0/29"]),  // a chain
            (["2.0.0.0/9", "2.128.0.0/9"], ["2.0.0.0/8"]),
            (["2.0.0.0/8", "3.0.0.0/8"], ["2.0.0.0/8", "3.0.0.0/8"]),  // never wider than /8
            (["2600::/8", "2700::/8"], ["2600::/8", "2700::/8"]),
            (["255.255.255.254", "255.255.255.255", "::", "::1"], ["255.255.255.254/31", "::/127"]),
            (["0.0.0.0/1", "1.2.3.4"], ["0.0.0.0/1"]),  // wider already: kept
        ] as [([String], [String])]
    )
    func merging(texts: [String], expected: [String]) {
        #expect(IPRangeSet.merged(texts.compactMap(CIDR.init(graph:))).map(\.description) == expected)
    }

    @Test("a hundred thousand ranges are nothing", .timeLimit(.minutes(1)))
    func many() {
        let ranges = (0..<100_000).map { CIDR(family: .v4, address: UInt128(0x0100_0000 + $0), prefixLength: 32) }
        #expect(IPRangeSet.union(of: ranges.reversed()).count == 100_000)
        #expect(IPRangeSet.merged(ranges).count == 6)  // 65,536 + 32,768 + 1,024 + 512 + 128 + 32
    }
}

private func randomRanges(_ family: CIDR.Family, using random: inout SeededRandom) -> [CIDR] {
    let width = family.width
    let base: UInt128 = family == .v4 ? 0xcb00_7100 : 0x2001_0db8 << 96
    return (0..<Int.random(in: 0...40, using: &random)).map { _ in
        let address = base + UInt128(UInt8.random(in: 0 ... .max, using: &random))
        let length = max(Int.random(in: width - 8...width, using: &random), width - 6)
        return CIDR(family: family, address: address, prefixLength: length)
    }
}

private func offsets(_ range: CIDR) -> ClosedRange<Int> {
    Int(range.network & 0xff)...Int(range.last & 0xff)
}

/// The size of the smallest cover, from the definition: halve until a part is all in or all out.
private func fewest(_ addresses: Set<Int>, _ start: Int, _ count: Int) -> Int {
    let inside = (start..<start + count).count(where: addresses.contains)
    if inside == 0 { return 0 }
    if inside == count { return 1 }
    return fewest(addresses, start, count / 2) + fewest(addresses, start + count / 2, count / 2)
}
