import Grants

/// Leases as a table, or one below the other where a terminal is too narrow for it.
struct LeaseListing {
    private static let titles = ["LOCATION", "USER", "ADDRESSES", "UNTIL", "ITEM"]
    private let rows: [[String]]

    init(_ entries: [LeaseEntry], at moment: Timestamp) {
        rows = entries.map { entry in
            [
                entry.location, entry.user ?? entry.grantId.map { "grant \($0)" } ?? "-",
                entry.ranges.shortList, Self.end(of: entry, at: moment), entry.item ?? "-",
            ].map { SafeText.line($0, limit: 400) }
        }
    }

    private static func end(of entry: LeaseEntry, at moment: Timestamp) -> String {
        if let endedAt = entry.endedAt {
            let place = entry.isPerhapsInEntra == true ? "PERHAPS IN ENTRA" : "STILL IN ENTRA"
            return "\(entry.cause ?? "ended") \(endedAt), \(place)"
        }
        guard let expiresAt = entry.expiresAt else { return "for good (adopt --pin)" }
        return (entry.startsAt.flatMap { $0 > moment ? "from \($0) " : nil } ?? "") + expiresAt.description
    }

    func text(width: Int?) -> String {
        guard !rows.isEmpty else { return "nobody\n" }
        let all = [Self.titles] + rows
        let widths = Self.titles.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        guard widths.reduce(2 * (widths.count - 1), +) <= width ?? .max else { return list(width: width ?? .max) }
        return all.map { row in
            let cells = zip(row, widths).map { $0.padded(to: $1) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    private func list(width: Int) -> String {
        var page = TextPage(width: width)
        for row in rows {
            for (title, cell) in zip(Self.titles, row) { page.add(cell, label: title.padded(to: 11), indent: 0) }
            page.add("", indent: 0)
        }
        return page.text
    }
}
