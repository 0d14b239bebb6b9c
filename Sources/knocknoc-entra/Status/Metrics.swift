import Grants

/// `metrics.prom`: the age of the oldest item rather than a depth, and what has to leave and has not.
enum Metrics {
    static func text(_ status: StatusDocument, _ counters: Counters) -> String {
        var page = MetricsText()
        process(status, &page)
        queue(status, &page)
        outcomes(counters, &page)
        locations(status, counters, &page)
        entra(status.entra, counters, &page)
        return page.text
    }

    private static func process(_ status: StatusDocument, _ page: inout MetricsText) {
        page.family("info", .gauge, "The version that runs.")
        page.sample("info", ["version": status.version], 1)
        page.family("heartbeat_timestamp_seconds", .gauge, "When the worker wrote this file.")
        page.sample("heartbeat_timestamp_seconds", status.heartbeat.unixSeconds)
        page.family("start_timestamp_seconds", .gauge, "When the worker was started.")
        page.sample("start_timestamp_seconds", status.startedAt.unixSeconds)
        page.family("up", .gauge, "1 while it runs, 0 after it stopped in order.")
        page.sample("up", status.state == .running ? 1 : 0)
        page.family("clock_doubted", .gauge, "1 while the wall clock is not believed, so that expiry waits.")
        page.sample("clock_doubted", status.isClockDoubted ? 1 : 0)
        page.family("spool_writable", .gauge, "0 while nothing can be recorded in spool, ledger or journal.")
        page.sample("spool_writable", status.disk.trouble == nil ? 1 : 0)
        page.family("spool_short_of_room", .gauge, "1 while nothing is added for want of bytes or inodes.")
        page.sample("spool_short_of_room", status.disk.isShortOfRoom ? 1 : 0)
        page.family(
            "reload_refused", .gauge, "1 after a reload that was refused, so that the settings of before go on.")
        page.sample("reload_refused", status.isReloadRefused == true ? 1 : 0)
        page.family("orphaned_ledgers", .gauge, "Ledgers of locations that left the configuration and drain.")
        page.sample("orphaned_ledgers", status.orphaned.count)
    }

    private static func queue(_ status: StatusDocument, _ page: inout MetricsText) {
        page.family(
            "oldest_item_age_seconds", .gauge, "Age of the oldest item without a verdict, 0 where there is none.")
        page.sample("oldest_item_age_seconds", status.queue.oldestSince.map { status.age(of: $0) } ?? 0)
        page.family("items", .gauge, "Items in work/, by what they wait for.")
        page.sample("items", ["state": "waiting"], status.queue.waiting)
        page.sample("items", ["state": "parked"], status.queue.parked)
        page.sample("items", ["state": "held"], status.queue.held)
        page.sample("items", ["state": "settling"], status.queue.settling)
    }

    private static func outcomes(_ counters: Counters, _ page: inout MetricsText) {
        page.family("outcomes_total", .counter, "Items that were settled, by code; done is no failure.")
        for code in ["done"] + FailureCode.allCases.map(\.rawValue) {
            page.sample("outcomes_total", ["code": code], counters.outcomes[code] ?? 0)
        }
        page.family("batch_items", .histogram, "Items that one accepted list carried.")
        var sum = 0
        for (bound, count) in zip(Counters.batchBounds, counters.batches) {
            sum += count
            page.sample("batch_items_bucket", ["le": String(bound)], sum)
        }
        sum += counters.batches.last ?? 0
        page.sample("batch_items_bucket", ["le": "+Inf"], sum)
        page.sample("batch_items_sum", counters.itemsInBatches)
        page.sample("batch_items_count", sum)
    }

    private static func locations(_ status: StatusDocument, _ counters: Counters, _ page: inout MetricsText) {
        func each(
            _ name: String, _ help: String, _ kind: MetricsText.Kind = .gauge,
            _ value: (StatusDocument.Location) -> Double
        ) {
            page.family(name, kind, help)
            for location in status.locations { page.sample(name, ["location": location.name], value(location)) }
        }
        each("ranges", "Ranges in the list that Entra took last; it takes ranges_limit at most.") { Double($0.ranges) }
        each("ranges_limit", "How many ranges a named location holds.") { Double($0.limit) }
        each("leases", "Grants that are held.") { Double($0.leases) }
        each("overdue_removals", "Ranges that ended or were revoked and are still in Entra.") {
            Double($0.overdue?.count ?? 0)
        }
        each("overdue_removal_age_seconds", "How long the oldest of them has been due.") {
            $0.overdue.map { status.age(of: $0.since) } ?? 0
        }
        each("dirty_seconds", "How long a write has been wanted.") { $0.dirtySince.map { status.age(of: $0) } ?? 0 }
        each("confirmed", "1 where Entra is known to hold the list that was written last.") {
            $0.confirmation == "confirmed" ? 1 : 0
        }
        each("paused", "1 where nothing is done until somebody mends the ledger.") { $0.isPaused ? 1 : 0 }
        each("trouble", "1 while requests for it fail.") { $0.trouble == nil ? 0 : 1 }
        each("drift_repaired_total", "Changes by others that were written over.", .counter) {
            Double(counters.driftRepaired[$0.name] ?? 0)
        }
    }

    private static func entra(_ entra: StatusDocument.Entra, _ counters: Counters, _ page: inout MetricsText) {
        page.family("endpoint_trouble", .gauge, "1 while requests to it fail, whatever they are about.")
        for (endpoint, trouble) in entra.endpoints {
            page.sample("endpoint_trouble", ["endpoint": endpoint], trouble == nil ? 0 : 1)
        }
        page.family(
            "token_expiry_timestamp_seconds", .gauge, "When the access token in hand ends, 0 where there is none.")
        page.sample("token_expiry_timestamp_seconds", entra.tokenExpiresAt?.unixSeconds ?? 0)
        page.family("gate_shut", .gauge, "1 while Microsoft's throttling keeps requests back.")
        page.sample("gate_shut", entra.gateOpensAt == nil ? 0 : 1)
        page.family("requests_total", .counter, "Requests to Entra and Graph, by operation and HTTP status.")
        for (request, count) in counters.requests.sorted(by: { $0.key < $1.key }) {
            page.sample("requests_total", ["op": request.operation, "status": request.status], count)
        }
        page.family("throttled_total", .counter, "Requests that were answered with 429.")
        page.sample("throttled_total", counters.throttled)
    }
}

extension StatusDocument.Entra {
    /// What is asked beside the locations, and what is wrong there.
    fileprivate var endpoints: [(String, StatusDocument.Problem?)] {
        [("token", tokenTrouble), ("graph", graphTrouble), ("keys", keysTrouble), ("groups", groupsTrouble)]
    }
}

extension StatusDocument {
    func age(of time: Timestamp) -> Double {
        max(heartbeat.unixSeconds - time.unixSeconds, 0)
    }
}

extension Timestamp {
    /// To the millisecond.
    var unixSeconds: Double { Double(microseconds / 1_000) / 1_000 }
}
