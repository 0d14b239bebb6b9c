/// The parts of a ledger file; every time is RFC 3339 and every name is escaped, so that `cat` and `jq` serve.
///
/// The members stand in the order of their names, and what is listed in an order of its own, so that the same ledger is
/// always the same text.
extension Ledger: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("adopted", adopted.orNil)
            json.member("confirmation", confirmation)
            json.member("confirmed", listed.orNil)
            json.member("departures", departures.byRange.map(DepartedRange.init).sorted { $0.range < $1.range }.orNil)
            json.member("endings", endings.byKey.map(EndedKey.init).sorted { $0.key.description < $1.key.description })
            json.member("forgotten", forgotten)
            json.member("id", id)
            json.member("kept", kept.orNil)
            json.member("leases", leases.values.sorted { $0.order < $1.order })
            json.member("location", location)
            json.member("settling", Dictionary(uniqueKeysWithValues: settling.map { ($0.description, $1.description) }))
            json.member("tombstones", tombstones.all.values.sorted { $0.removal.order < $1.removal.order })
            json.member("version", LedgerDocument.version)
        }
    }
}

extension Lease: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("expiresAt", expiresAt)
            json.member("grantId", grantId)
            json.member("issuedAt", order.issuedAt)
            json.member("item", order.name)
            json.member("key", key.description)
            json.member("ranges", ranges)
            json.member("requestId", requestId)
            json.member("startsAt", startsAt)
            json.member("user", user)
        }
    }
}

extension Tombstones.Tombstone: JSONWritable {
    package func write(to json: inout JSONWriter) {
        let (scope, grantId, ranges, user): (String, String?, [CIDR]?, String?) =
            switch removal.scope {
            case .grantId(let id): ("grantId", id, nil, nil)
            case .user(let name, let revoked): ("user", nil, revoked, name)
            case .addresses(let revoked): ("addresses", nil, revoked, nil)
            case .everything: ("everything", nil, nil, nil)
            }
        json.object { json in
            json.member("endedSomething", endedSomething)
            json.member("grantId", grantId)
            json.member("issuedAt", removal.order.issuedAt)
            json.member("item", removal.order.name)
            json.member("ranges", ranges)
            json.member("scope", scope)
            json.member("until", until)
            json.member("user", user)
        }
    }
}

struct EndedKey: JSONWritable {
    let key: LeaseKey
    let ending: Endings.Ending

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("issuedAt", ending.order.issuedAt)
            json.member("item", ending.order.name)
            json.member("key", key.description)
            json.member("until", ending.until)
        }
    }
}

extension Array {
    /// Nil instead of nothing.
    fileprivate var orNil: [Element]? { isEmpty ? nil : self }
}
