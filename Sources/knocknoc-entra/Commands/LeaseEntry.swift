import Grants

/// Why an address is let in.
struct LeaseEntry: JSONWritable {
    let location: String
    let user: String?
    let grantId: String?
    let ranges: [CIDR]
    let startsAt: Timestamp?
    /// Nil: for good (`adopt --pin`).
    let expiresAt: Timestamp?
    let item: String?
    let requestId: String?
    /// Set where it has ended and Entra has not taken a list without it.
    var endedAt: Timestamp?
    var cause: String?
    /// Of a list that was sent and whose end nobody knows.
    var isPerhapsInEntra: Bool?

    init(_ lease: Lease, _ location: String) {
        self.location = location
        user = lease.user
        grantId = lease.grantId
        ranges = lease.ranges
        startsAt = lease.startsAt
        expiresAt = lease.expiresAt
        item = lease.order.name.description
        requestId = lease.requestId
    }

    /// Ranges that no lease holds.
    init(_ ranges: [CIDR], _ location: String) {
        (self.location, self.ranges) = (location, ranges)
        (user, grantId, startsAt, expiresAt, item, requestId) = (nil, nil, nil, nil, nil, nil)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("cause", cause)
            json.member("endedAt", endedAt)
            json.member("expiresAt", expiresAt)
            json.member("grantId", grantId)
            json.member("isPerhapsInEntra", isPerhapsInEntra)
            json.member("item", item)
            json.member("location", location)
            json.member("ranges", ranges)
            json.member("requestId", requestId)
            json.member("startsAt", startsAt)
            json.member("user", user)
        }
    }
}
