import Kit
import Testing

@testable import Entra
@testable import Grants

/// One answer, and what has to come of it; the rows follow the design's table of codes.
struct Row: Sendable, CustomTestStringConvertible {
    let operation: GraphOperation
    let reply: HTTPReply
    let code: FailureCode
    let remedy: Remedy
    let scope: FaultScope
    let isAmbiguous: Bool
    let testDescription: String

    init(
        _ operation: GraphOperation,
        _ status: Int,
        _ body: Body,
        _ code: FailureCode,
        _ remedy: Remedy,
        _ scope: FaultScope,
        ambiguous: Bool = false
    ) {
        self.operation = operation
        reply = body.reply(status)
        (self.code, self.remedy, self.scope, isAmbiguous) = (code, remedy, scope, ambiguous)
        testDescription = "\(operation) \(status) \(body)"
    }

    enum Body: String {
        case none
        case requestIdOnly
        case graphError
        case oauthError
        case unavailable
        case html
        case text
        case json

        func reply(_ status: Int) -> HTTPReply {
            switch self {
            case .none: HTTPReply(status: status)
            case .requestIdOnly: HTTPReply(status: status, headers: HTTPHeaders([HTTPHeader("Request-Id", "r-1")]))
            case .graphError: HTTPReply(status: status, body: Array(#"{"error":{"code":"C","message":"m."}}"#.utf8))
            case .oauthError:
                HTTPReply(
                    status: status,
                    body: Array(#"{"error":"invalid_client","error_description":"AADSTS7000215: Wrong."}"#.utf8)
                )
            case .unavailable: HTTPReply(status: status, body: Array(#"{"error":"temporarily_unavailable"}"#.utf8))
            case .html:
                HTTPReply(
                    status: status,
                    headers: HTTPHeaders([HTTPHeader("content-type", "text/html; charset=utf-8")]),
                    body: Array("<html>Sign in</html>".utf8)
                )
            case .text: HTTPReply(status: status, body: Array("too many".utf8))
            case .json: HTTPReply(status: status, body: Array("{}".utf8))
            }
        }
    }
}

private let rows: [Row] = [
    // The token endpoint.
    Row(.token, 400, .oauthError, .entra001, .grace, .endpoint),
    Row(.token, 401, .oauthError, .entra001, .grace, .endpoint),
    Row(.token, 400, .unavailable, .entra000, .tryAgain, .endpoint),
    Row(.token, 400, .graphError, .entra054, .tryAgain, .endpoint),
    Row(.token, 401, .html, .entra054, .tryAgain, .endpoint),
    Row(.token, 403, .html, .entra054, .tryAgain, .endpoint),
    Row(.token, 404, .none, .entra054, .tryAgain, .endpoint),
    Row(.token, 407, .html, .entra000, .tryAgain, .endpoint),
    Row(.token, 408, .none, .entra000, .tryAgain, .endpoint),
    Row(.token, 429, .text, .entra005, .tryAgain, .endpoint),
    Row(.token, 429, .oauthError, .entra005, .tryAgain, .endpoint),
    Row(.token, 500, .oauthError, .entra000, .tryAgain, .endpoint),
    Row(.token, 503, .html, .entra000, .tryAgain, .endpoint),
    Row(.token, 302, .html, .entra054, .tryAgain, .endpoint),
    Row(.token, 200, .html, .entra054, .tryAgain, .endpoint),
    Row(.token, 204, .none, .entra054, .tryAgain, .endpoint),
    // The signing keys, and what leads to them.
    Row(.keys, 400, .oauthError, .entra001, .grace, .endpoint),
    Row(.keys, 404, .none, .entra054, .tryAgain, .endpoint),
    Row(.keys, 403, .html, .entra054, .tryAgain, .endpoint),
    Row(.keys, 407, .none, .entra000, .tryAgain, .endpoint),
    Row(.keys, 429, .text, .entra005, .tryAgain, .endpoint),
    Row(.keys, 503, .html, .entra000, .tryAgain, .endpoint),
    Row(.keys, 302, .html, .entra054, .tryAgain, .endpoint),
    Row(.keys, 200, .html, .entra054, .tryAgain, .endpoint),
    // Somebody's groups.
    Row(.groups, 400, .graphError, .entra054, .grace, .endpoint),
    Row(.groups, 401, .graphError, .entra001, .grace, .endpoint),
    Row(.groups, 403, .graphError, .entra002, .grace, .endpoint),
    Row(.groups, 403, .html, .entra054, .tryAgain, .endpoint),
    Row(.groups, 429, .graphError, .entra005, .tryAgain, .endpoint),
    Row(.groups, 503, .graphError, .entra000, .tryAgain, .endpoint),
    Row(.groups, 200, .json, .entra054, .tryAgain, .endpoint),
    // Reading a location.
    Row(.get, 400, .graphError, .entra050, .grace, .location),
    Row(.get, 401, .graphError, .entra001, .grace, .endpoint),
    Row(.get, 401, .none, .entra054, .tryAgain, .endpoint),
    Row(.get, 403, .graphError, .entra002, .grace, .location),
    Row(.get, 403, .requestIdOnly, .entra002, .grace, .location),
    Row(.get, 403, .html, .entra054, .tryAgain, .endpoint),
    Row(.get, 403, .none, .entra054, .tryAgain, .endpoint),
    Row(.get, 404, .graphError, .entra052, .grace, .location),
    Row(.get, 404, .none, .entra054, .tryAgain, .endpoint),
    Row(.get, 404, .requestIdOnly, .entra052, .grace, .location),
    Row(.get, 404, .html, .entra054, .tryAgain, .endpoint),
    Row(.get, 405, .graphError, .entra050, .grace, .location),
    Row(.get, 407, .none, .entra000, .tryAgain, .endpoint),
    Row(.get, 408, .requestIdOnly, .entra050, .tryAgain, .location),
    Row(.get, 409, .graphError, .entra050, .tryAgain, .location),
    Row(.get, 423, .graphError, .entra050, .tryAgain, .location),
    Row(.get, 429, .graphError, .entra005, .tryAgain, .tenant),
    Row(.get, 429, .html, .entra005, .tryAgain, .tenant),
    Row(.get, 500, .graphError, .entra050, .tryAgain, .location),
    Row(.get, 502, .html, .entra054, .tryAgain, .endpoint),
    Row(.get, 504, .requestIdOnly, .entra050, .tryAgain, .location),
    Row(.get, 301, .none, .entra054, .tryAgain, .endpoint),
    Row(.get, 200, .html, .entra054, .tryAgain, .endpoint),
    Row(.get, 200, .json, .entra054, .tryAgain, .endpoint),
    // Writing one.
    Row(.patch, 400, .graphError, .entra051, .isolate, .item),
    Row(.patch, 400, .requestIdOnly, .entra051, .isolate, .item),
    Row(.patch, 400, .none, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 400, .json, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 400, .html, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 413, .requestIdOnly, .entra051, .isolate, .item),
    Row(.patch, 413, .none, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 404, .none, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 401, .text, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 511, .html, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 422, .graphError, .entra051, .isolate, .item),
    Row(.patch, 401, .graphError, .entra001, .grace, .endpoint),
    Row(.patch, 403, .graphError, .entra002, .grace, .location),
    Row(.patch, 403, .html, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 404, .graphError, .entra052, .grace, .location),
    Row(.patch, 405, .graphError, .entra051, .grace, .location),
    Row(.patch, 408, .requestIdOnly, .entra051, .tryAgain, .location, ambiguous: true),
    Row(.patch, 409, .graphError, .entra051, .tryAgain, .location),
    Row(.patch, 412, .graphError, .entra051, .tryAgain, .location),
    Row(.patch, 423, .graphError, .entra051, .tryAgain, .location),
    Row(.patch, 429, .graphError, .entra005, .tryAgain, .tenant),
    Row(.patch, 500, .graphError, .entra051, .tryAgain, .location, ambiguous: true),
    Row(.patch, 502, .html, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 307, .none, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 200, .html, .entra054, .tryAgain, .endpoint, ambiguous: true),
    Row(.patch, 206, .json, .entra054, .tryAgain, .endpoint, ambiguous: true),
]

@Suite("The decision table")
struct DecisionTableTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test("each answer has its code, remedy, scope and certainty", arguments: rows)
    func answer(_ row: Row) {
        let verdict = verdict(on: .success(row.reply), to: row.operation, now: now)
        #expect(verdict.code == row.code)
        #expect(verdict.remedy == row.remedy)
        #expect(verdict.scope == row.scope)
        #expect(verdict.isAmbiguous == row.isAmbiguous)
        #expect(verdict.error.status == row.reply.status)
        #expect(
            verdict.dropsToken
                == (row.code == .entra001 && ![.token, .keys].contains(row.operation) || row.code == .entra002))
        expectOneLine(verdict.error.detail)
    }

    @Test("no answer: code, remedy and scope by kind", arguments: TransportFailure.Kind.allCases)
    func failure(_ kind: TransportFailure.Kind) {
        for (operation, wasSent) in [
            (GraphOperation.token, true), (.get, true), (.patch, true), (.patch, false), (.keys, true), (.groups, true),
        ] {
            let failure = TransportFailure(kind, .request, curlCode: 7, message: "x\r\ny", mayHaveTakenEffect: wasSent)
            let verdict = verdict(on: .failure(failure), to: operation, now: now)
            #expect(verdict.scope == .endpoint)
            #expect(verdict.isAmbiguous == (operation == .patch && wasSent && kind != .unsendable))
            switch kind {
            case .resolve, .connect, .proxy, .reset, .other:
                #expect(verdict.code == .entra000)
                #expect(verdict.remedy == .tryAgain)
            case .unsendable:
                #expect(verdict.code == .entra000)
                #expect(verdict.remedy == .grace)
            case .tls:
                #expect(verdict.code == .entra003)
                #expect(verdict.remedy == .grace)
            case .timeout:
                #expect(verdict.code == .entra004)
                #expect(verdict.remedy == .tryAgain)
            case .cut, .garbled, .tooLarge:
                #expect(verdict.code == .entra054)
                #expect(verdict.remedy == .tryAgain)
            }
            expectOneLine(verdict.error.detail)
        }
    }

    @Test("every sight has a decision for every operation, and only a PATCH is ever ambiguous or isolated")
    func complete() {
        for sight in Sight.allCases {
            for operation in GraphOperation.allCases {
                let decision = Decision(sight, to: operation)
                #expect(decision.remedy != .fail, "an answer from outside never fails an item by itself")
                #expect((decision.remedy == .isolate) == (decision.scope == .item))
                if decision.remedy == .isolate { #expect(operation == .patch) }
                if [.token, .keys, .groups].contains(operation) {
                    #expect(decision.scope == .endpoint || sight == .notFound)
                }
            }
        }
    }

    private func expectOneLine(_ detail: String) {
        #expect(!detail.isEmpty)
        #expect(!detail.unicodeScalars.contains { $0.value < 0x20 })
        #expect(detail.count < 700)
        #expect(!detail.contains("..") && !detail.contains("  "), "\(detail)")
        #expect(detail.last != " ")
    }
}
