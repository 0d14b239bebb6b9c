import Grants
import Linux
import Spool

/// How many items lie where; what this user may not see is left out.
struct FolderCounts: JSONFields {
    var incoming: Int?
    /// When the oldest came there.
    var oldestIncoming: Timestamp?
    var work: Int?
    var hold: Int?
    var failed: [String: Int]?

    static var fields: [JSONField<FolderCounts>] {
        [
            .init("failed", \.failed), .init("hold", \.hold), .init("incoming", \.incoming),
            .init("oldestIncoming", \.oldestIncoming), .init("work", \.work),
        ]
    }
}

extension FolderCounts {
    init(_ spool: SpoolView) {
        func count(_ place: String, _ note: (FoundItem) -> Void = { _ in }) -> Int? {
            var number = 0
            do throws(SystemError) {
                try spool.forEachItem(in: [place]) { item in
                    number += 1
                    note(item)
                }
            } catch { return nil }
            return number
        }
        var oldest: Timestamp?
        var byCode: [String: Int] = [:]
        incoming = count("incoming") { item in
            guard let since = spool.since(item) else { return }
            oldest = min(oldest ?? since, since)
        }
        oldestIncoming = oldest
        work = count("work")
        hold = count("hold")
        failed = count("failed") { item in
            if case .failed(let code) = item.place { byCode[code, default: 0] += 1 }
        }.map { _ in byCode }
    }
}
