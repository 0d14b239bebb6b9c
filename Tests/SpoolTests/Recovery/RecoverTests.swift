import Foundation
import Glibc
import Grants
import Testing

@testable import Spool

struct RecoverTests {
    /// Where one file has names, and what the ledger says of its claims; then which name stays.
    struct Constellation: CustomTestStringConvertible, Sendable {
        let names: [String]
        var settling: [UInt64: Verdict] = [:]
        let stays: String

        var testDescription: String {
            "\(names.joined(separator: " ")) \(settling.map { "#\($0) → \($1)" }.joined(separator: " "))"
        }
    }

    static let constellations: [Constellation] = [
        // One name: it stays, whatever a ledger says.
        Constellation(names: ["incoming"], stays: "incoming"),
        Constellation(names: ["done"], settling: [1: .done], stays: "done"),
        Constellation(names: ["failed/SPOOL004"], settling: [1: .done], stays: "failed/SPOOL004"),
        Constellation(names: ["work#1"], stays: "work#1"),
        // The name in work/ is the present life, the later claim the more so.
        Constellation(names: ["incoming", "work#1"], stays: "work#1"),
        Constellation(names: ["done", "work#1"], settling: [1: .done], stays: "work#1"),
        Constellation(names: ["failed/SPOOL004", "work#2"], settling: [1: .failed(.spool004)], stays: "work#2"),
        Constellation(names: ["work#1", "work#2"], settling: [1: .done], stays: "work#2"),
        Constellation(names: ["work#10", "work#9"], stays: "work#10"),
        Constellation(names: ["incoming", "done", "failed/ENTRA004", "work#3", "work#1"], stays: "work#3"),
        // Without it, what a ledger says, the latest claim first.
        Constellation(names: ["done", "failed/SPOOL004"], settling: [1: .failed(.spool004)], stays: "failed/SPOOL004"),
        Constellation(names: ["done", "failed/SPOOL004"], settling: [1: .done], stays: "done"),
        Constellation(
            names: ["done", "failed/SPOOL004"], settling: [1: .done, 2: .failed(.spool004)], stays: "failed/SPOOL004"),
        Constellation(
            names: ["done", "failed/SPOOL004"], settling: [2: .done, 1: .failed(.spool004)], stays: "done"),
        Constellation(
            names: ["done", "failed/SPOOL004"], settling: [1: .failed(.spool004), 2: .failed(.entra004)],
            stays: "failed/SPOOL004"),
        Constellation(
            names: ["failed/ENTRA004", "failed/SPOOL005"], settling: [1: .failed(.spool005)], stays: "failed/SPOOL005"),
        Constellation(
            names: ["failed/ENTRA004", "failed/SPOOL005"], settling: [1: .failed(.entra004)], stays: "failed/ENTRA004"),
        Constellation(
            names: ["incoming", "failed/SPOOL004"], settling: [1: .failed(.spool004)], stays: "failed/SPOOL004"),
        // Without that, done/ before failed/ before incoming/.
        Constellation(names: ["done", "failed/SPOOL004"], stays: "done"),
        Constellation(names: ["incoming", "done"], stays: "done"),
        Constellation(names: ["incoming", "failed/SPOOL004"], stays: "failed/SPOOL004"),
        Constellation(names: ["incoming", "done", "failed/SPOOL004"], stays: "done"),
    ]

    /// The path of the file in its place; `incoming` before or after a first claim.
    private func path(_ place: String, _ item: ItemName, stamped: Bool) -> String {
        if place.hasPrefix("work#"), let number = UInt64(place.dropFirst(5)) {
            return "work/\(ClaimName(item: item, number: number))"
        }
        switch place {
        case "incoming": return stamped ? "incoming/\(item)" : "incoming/a.json"
        case "done": return "done/20261120/\(item)"
        default: return "\(place)/\(item)"
        }
    }

    @Test(
        "one file in several places: one name stays, the bytes as they were", arguments: constellations, [true, false])
    func duplicates(constellation: Constellation, stamped: Bool) throws {
        let spool = try TemporarySpool()
        let item = try spool.item("a.json")
        for place in ["done/20261120", "done/20261119", "failed/SPOOL004", "failed/SPOOL005", "failed/ENTRA004"] {
            try spool.make(place)
        }
        let paths = constellation.names.map { path($0, item, stamped: stamped) }
        try spool.put("file", "bytes", in: "hold")
        for path in paths { try spool.link("hold/file", path) }
        try spool.spool.root.folder("hold").remove(Array("file".utf8))
        var settling: [ClaimName: Verdict] = [:]
        for (number, verdict) in constellation.settling { settling[ClaimName(item: item, number: number)] = verdict }
        let findings = try spool.recover(settling: settling)
        let kept = path(constellation.stays, item, stamped: stamped)
        #expect(paths.filter { FileManager.default.fileExists(atPath: "\(spool.path)/\($0)") } == [kept])
        #expect(try String(contentsOfFile: "\(spool.path)/\(kept)", encoding: .utf8) == "bytes")
        #expect(findings.duplicates.count == paths.count - 1)
        if constellation.stays.hasPrefix("work#"), let number = UInt64(constellation.stays.dropFirst(5)) {
            let claim = ClaimName(item: item, number: number)
            if let verdict = settling[claim] {
                #expect(findings.unfinished.map(\.0) == [claim] && findings.unfinished.map(\.1) == [verdict])
            } else {
                #expect(findings.unjudged == [claim])
            }
        } else {
            #expect(findings.unjudged.isEmpty && findings.unfinished.isEmpty)
        }
        let again = try spool.recover(settling: settling)
        #expect(again.duplicates.isEmpty)
    }

    @Test("a copy that got another name in failed/ counts as its item")
    func copy() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 4)
        try spool.make("failed/SPOOL004")
        try spool.make("done/20261120")
        try spool.link("work/\(claim)", "failed/SPOOL004/\(claim.item).1.json")
        try spool.link("work/\(claim)", "done/20261120/\(claim.item)")
        try spool.spool.work.remove(claim.bytes)
        _ = try spool.recover(settling: [claim: .failed(.spool004)])
        #expect(spool.names("failed/SPOOL004").count == 1 && spool.names("done/20261120").isEmpty)
    }

    @Test("a second name outside the spool, or one that somebody gave, is nobody's duplicate")
    func strangersLinks() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try spool.make("done/20261101")
        try spool.make("failed/SPOOL004")
        try spool.put("waiting.json")
        try spool.put(claim.item.bytes, "old", in: "done/20261101")
        try spool.put(TemporarySpool.stamp + "f.json", in: "failed/SPOOL004")
        try spool.link("work/\(claim)", "hold/1")
        try spool.link("incoming/waiting.json", "hold/2")
        try spool.link("incoming/waiting.json", "incoming/second.json")
        try spool.link("done/20261101/\(claim.item)", "hold/3")
        try spool.link("failed/SPOOL004/\(TemporarySpool.stamp)f.json", "failed/SPOOL004/kept.json")
        let findings = try spool.recover(settling: [claim: .done])
        #expect(findings.duplicates.isEmpty)
        #expect(findings.unfinished.map(\.0) == [claim])
        #expect(spool.names("incoming").count == 2 && spool.names("hold").count == 3)
        #expect(spool.names("failed/SPOOL004").count == 2)
    }

    @Test("what a producer's rename left in tmp/ goes, whatever its name there; the item keeps its one name")
    func producersName() throws {
        let spool = try TemporarySpool()
        let claim = try spool.putClaim("a.json", number: 1)
        try spool.make("failed/SPOOL004")
        try spool.put("waiting.json")
        try spool.put(TemporarySpool.stamp + "f.json", in: "failed/SPOOL004")
        for (number, place) in [
            "work/\(claim)", "incoming/waiting.json", "failed/SPOOL004/\(TemporarySpool.stamp)f.json",
        ]
        .enumerated() {
            try spool.link(place, "tmp/build.\(number)")
        }
        try spool.put("other", in: "tmp")
        #expect(try spool.recover(settling: [:]).unjudged == [claim])
        #expect(spool.names("tmp") == ["other"])
        #expect(spool.names("failed/SPOOL004").count == 1)
        #expect(try spool.take(at: spool.later).compactMap { $0?.error } == [])
        #expect(spool.names("incoming").isEmpty)
    }

    @Test("a duplicate is found in any day, also where days in the future or odd names surround it")
    func days() throws {
        let spool = try TemporarySpool()
        for day in ["20200101", "20261101", "20261102", "29990101", "29990102", "old"] { try spool.make("done/\(day)") }
        try spool.put("30000101", "a file", in: "done")
        unsafe symlink("/tmp", spool.path + "/done/30000102")
        unsafe symlink("/tmp", spool.path + "/failed/ENTRA052")
        try spool.put("ENTRA053", "a file", in: "failed")
        let item = try spool.item("a.json")
        try spool.put(item.bytes, in: "incoming")
        try spool.link("incoming/\(item)", "done/20200101/\(item)")
        #expect(try spool.recover(settling: [:]).duplicates.count == 1)
        #expect(spool.names("incoming").isEmpty && spool.names("done/20200101").count == 1)
    }

    @Test("what is no claim is left in work/ and told; claims come in the order of their names")
    func strangers() throws {
        let spool = try TemporarySpool()
        try spool.put("odd\n", in: "work")
        try spool.put(".judging", in: "work")
        let second = try spool.putClaim("b.json", number: 1)
        let first = try spool.putClaim("a.json", number: 2)
        let findings = try spool.recover(settling: [:])
        #expect(findings.strangers == ["odd%0A"])
        #expect(findings.unjudged == [first, second])
        #expect(spool.names("work").count == 4)
    }
}
