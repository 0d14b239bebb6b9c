import Grants

/// Noon of the day on which all the histories play.
let noon = Timestamp(rfc3339: "2026-11-20T12:00:00Z") ?? Timestamp(seconds: 0)

func at(_ seconds: Int) -> Timestamp {
    noon + .seconds(seconds)
}

func itemName(_ text: String) -> ItemName {
    ItemName(claiming: Array(text.utf8), arrived: noon, random: 0x3fa9)
}

func order(_ seconds: Int, _ name: String = "x.json") -> Order {
    Order(issuedAt: at(seconds), name: itemName(name))
}

func grant(
    _ seconds: Int, _ ranges: [CIDR], user: String? = nil, id: String? = nil, name: String = "grant.json",
    from start: Int? = nil, until end: Int = 1_000
) -> Lease {
    Lease(
        user: user, grantId: id, ranges: ranges, order: order(seconds, name), startsAt: start.map(at),
        expiresAt: at(end), requestId: nil)
}

func removal(_ seconds: Int, _ scope: Removal.Scope, name: String = "revoke.json") -> Removal {
    Removal(scope, order: order(seconds, name))
}

let sentinel = CIDR(family: .v4, address: 0xc000_0200, prefixLength: 32)
let week = Duration.seconds(7 * 86_400)

func emptyLedger(memory: Duration = week) -> Ledger {
    Ledger(location: "office", id: "6d7b1a4e-0000-4000-8000-000000000001", memory: memory)
}

extension Ledger {
    func list(at now: Timestamp, adding waiting: [Lease] = [], pinned: [CIDR] = []) -> [CIDR] {
        desired(at: now, adding: waiting, pinned: pinned, sentinel: GrantsTests.sentinel)
    }

    /// What a restart makes of it.
    func reread() -> Ledger {
        Ledger(
            location: location, id: id, memory: memory, confirmation: confirmation, leases: Array(leases.values),
            tombstones: Array(tombstones.all.values), endings: endings.byKey.map { ($0, $1) }, forgotten: forgotten,
            sentinel: sentinel, lists: lists, departures: departures.byRange.map { ($0, $1) }, settling: settling)
    }
}
