import Kit
import Testing

@testable import Entra
@testable import Grants

/// Every answer to every request, as a person would write it on one page.
@Suite("The decisions") struct DecisionsTests {
    @Test("what comes back, and what it was for, make code, remedy and scope; `late` may still land")
    func table() {
        var lines = [Self.line("", GraphOperation.allCases.map(\.rawValue))]
        for sight in Sight.allCases {
            lines.append(Self.line("\(sight)", GraphOperation.allCases.map { Self.cell(Decision(sight, to: $0)) }))
        }
        let table = lines.joined(separator: "\n")
        print(table)
        #expect(table == Self.expected)
    }

    private static func cell(_ decision: Decision) -> String {
        "\(decision.code) \(decision.remedy) \(decision.scope)" + (decision.mayLandLate ? " late" : "")
    }

    private static func line(_ first: String, _ cells: [String]) -> String {
        let widths = [23, 36, 36, 36, 36, 0]
        return zip([first] + cells, widths).map { text, width in
            text + String(repeating: " ", count: max(0, width - text.count))
        }.joined()
    }

    private static let expected = """
                               token                               get                                 patch                               keys                                groups
        unreachable            ENTRA000 tryAgain endpoint late     ENTRA000 tryAgain endpoint late     ENTRA000 tryAgain endpoint late     ENTRA000 tryAgain endpoint late     ENTRA000 tryAgain endpoint late
        unsendable             ENTRA000 grace endpoint             ENTRA000 grace endpoint             ENTRA000 grace endpoint             ENTRA000 grace endpoint             ENTRA000 grace endpoint
        timedOut               ENTRA004 tryAgain endpoint late     ENTRA004 tryAgain endpoint late     ENTRA004 tryAgain endpoint late     ENTRA004 tryAgain endpoint late     ENTRA004 tryAgain endpoint late
        untrusted              ENTRA003 grace endpoint late        ENTRA003 grace endpoint late        ENTRA003 grace endpoint late        ENTRA003 grace endpoint late        ENTRA003 grace endpoint late
        garbled                ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late
        redirected             ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late
        foreign                ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late
        proxyDenied            ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint
        notUnderstood          ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late     ENTRA054 tryAgain endpoint late
        wrongType              ENTRA054 tryAgain endpoint          ENTRA053 grace location             ENTRA053 grace location             ENTRA054 tryAgain endpoint          ENTRA054 grace endpoint
        badRequest             ENTRA054 tryAgain endpoint          ENTRA050 grace location             ENTRA051 isolate item               ENTRA054 tryAgain endpoint          ENTRA054 grace endpoint
        unauthorized           ENTRA001 grace endpoint             ENTRA001 grace endpoint             ENTRA001 grace endpoint             ENTRA001 grace endpoint             ENTRA001 grace endpoint
        forbidden              ENTRA054 tryAgain endpoint          ENTRA002 grace location             ENTRA002 grace location             ENTRA054 tryAgain endpoint          ENTRA002 grace endpoint
        notFound               ENTRA054 tryAgain endpoint          ENTRA052 grace location             ENTRA052 grace location             ENTRA054 tryAgain endpoint          ENTRA054 grace endpoint
        requestTimeout         ENTRA000 tryAgain endpoint          ENTRA050 tryAgain location          ENTRA051 tryAgain location late     ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint
        conflict               ENTRA054 tryAgain endpoint          ENTRA050 tryAgain location          ENTRA051 tryAgain location          ENTRA054 tryAgain endpoint          ENTRA000 tryAgain endpoint
        throttled              ENTRA005 tryAgain endpoint          ENTRA005 tryAgain tenant            ENTRA005 tryAgain tenant            ENTRA005 tryAgain endpoint          ENTRA005 tryAgain endpoint
        refused                ENTRA054 tryAgain endpoint          ENTRA050 grace location             ENTRA051 grace location             ENTRA054 tryAgain endpoint          ENTRA054 grace endpoint
        serverFault            ENTRA000 tryAgain endpoint          ENTRA050 tryAgain location          ENTRA051 tryAgain location late     ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint
        credentialRefused      ENTRA001 grace endpoint             ENTRA001 grace endpoint             ENTRA001 grace endpoint             ENTRA001 grace endpoint             ENTRA001 grace endpoint
        temporarilyUnavailable ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint          ENTRA000 tryAgain endpoint
        """
}
