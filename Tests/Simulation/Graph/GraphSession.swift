import Entra
import FoundationEssentials
import Grants

/// The connections of one process to the simulated Graph; its answers die with it, what it has sent does not.
final class GraphSession: Transport {
    private struct Answer {
        let at: Duration
        let completion: Completion
    }

    let graph: SimulatedGraph
    private let process: DiskSession
    private var answers: [Answer] = []
    private var lastNumber: UInt64 = 0
    private var lastAsked: Duration?
    private var delays: () -> Duration

    /// `delays` says how long a request takes to Graph, and its answer back.
    init(_ graph: SimulatedGraph, of process: DiskSession, delays: @escaping () -> Duration) {
        (self.graph, self.process, self.delays) = (graph, process, delays)
    }

    var isIdle: Bool { answers.isEmpty }
    var nextAnswer: Duration? { answers.map(\.at).min() }

    func wait(alsoFor _: [Int32], atMost _: Duration?) -> [Completion] {
        let now = graph.clock.elapsed
        let due = answers.filter { $0.at <= now }.sorted { $0.at < $1.at }
        answers.removeAll { $0.at <= now }
        return due.map(\.completion)
    }

    func cancel(_ id: Exchange.ID) {
        answers.removeAll { $0.completion.id == id }
    }

    func start(_ request: HTTPRequest) -> Exchange.ID {
        lastNumber += 1
        let id = Exchange.ID(number: lastNumber)
        guard process.isAlive else { return id }
        let kind: GraphFault.Target =
            switch request.method {
            case .post: .token
            case .get: .get
            case .patch: .patch
            }
        graph.countRequest(kind)
        if kind != .token { checkPace() }
        let (arrival, answer) = (graph.clock.elapsed + delays(), delays())
        let (result, delay) = carryOut(request, kind, arrivingAt: arrival)
        answers.append(Answer(at: arrival + (delay ?? answer), completion: Completion(id: id, result: result)))
        if kind == .patch, let death = process.disk.plan.deathAtList {
            process.disk.plan.deathAtList = nil
            graph.delayLandings(by: graph.delayAtDeath)
            process.die(death)
        }
        return id
    }

    /// Entra takes one request a second from a tenant.
    private func checkPace() {
        if let lastAsked, graph.clock.elapsed - lastAsked < .seconds(1) {
            graph.violate("two requests within \(graph.clock.elapsed - lastAsked)")
        }
        lastAsked = graph.clock.elapsed
    }

    private typealias Result = Swift.Result<HTTPReply, TransportFailure>

    /// What becomes of a request, and how long its answer takes where that is not the usual time.
    private func carryOut(_ request: HTTPRequest, _ kind: GraphFault.Target, arrivingAt arrival: Duration) -> (
        Result, Duration?
    ) {
        let list = kind == .patch ? ranges(of: request) : nil
        let id = request.url.split(separator: "/").last.map(String.init) ?? ""
        if let list { graph.tell("PATCH \(id.prefix(1)) \(list)") }
        guard let action = graph.fault(for: kind) else { return (serve(request, kind, id, list, arrival), nil) }
        graph.tell("\(kind.rawValue) meets: \(action)")
        switch action {
        case .status(let status, let wait, let effect):
            take(effect, id, list, arrival)
            return (.success(refusal(status, wait, kind)), nil)
        case .silence(let effect):
            take(effect, id, list, arrival)
            let failure = TransportFailure(.timeout, .request, mayHaveTakenEffect: true)
            return (.failure(failure), request.timeouts.request)
        case .reset(let effect):
            take(effect, id, list, arrival)
            return (.failure(TransportFailure(.reset, .request, mayHaveTakenEffect: true)), nil)
        case .unreachable:
            return (.failure(TransportFailure(.connect, .tcp, mayHaveTakenEffect: false)), nil)
        case .page:
            let type = HTTPHeader("Content-Type", "text/html")
            return (.success(HTTPReply(status: 200, headers: HTTPHeaders([type]), body: Array("<html>".utf8))), nil)
        case .doubled(let delay):
            let result = serve(request, kind, id, list, arrival)
            take(.late(delay), id, list, arrival)
            return (result, nil)
        case .slow(let delay):
            return (serve(request, kind, id, list, arrival), delay)
        case .stale:
            guard kind == .get else { return (serve(request, kind, id, list, arrival), nil) }
            return (.success(location(id, graph.locations[id]?.former ?? [])), nil)
        }
    }

    private func take(_ effect: GraphFault.Effect, _ id: String, _ list: [String]?, _ arrival: Duration) {
        guard let list else { return }
        switch effect {
        case .none: break
        case .atOnce: graph.schedule(list, for: id, at: arrival, isLate: false)
        case .late(let delay): graph.schedule(list, for: id, at: arrival + delay, isLate: true)
        }
    }

    private func serve(
        _ request: HTTPRequest, _ kind: GraphFault.Target, _ id: String, _ list: [String]?, _ arrival: Duration
    ) -> Result {
        guard kind != .token else {
            let token = graph.makeToken(lifetime: .seconds(3_600))
            let body = #"{"token_type":"Bearer","expires_in":3599,"access_token":"\#(token)"}"#
            return .success(reply(200, body))
        }
        guard graph.takes(request.accessToken?.revealed) else { return .success(refusal(401, nil, kind)) }
        guard let held = graph.locations[id] else { return .success(refusal(404, nil, kind)) }
        guard let list else { return .success(location(id, held.ranges)) }
        if let refused = graph.refused, list.contains(refused) { return .success(refusal(400, nil, kind)) }
        graph.schedule(list, for: id, at: arrival, isLate: false)
        return .success(reply(204, ""))
    }

    private func location(_ id: String, _ ranges: [String]) -> HTTPReply {
        let list = ranges.map { range in
            let type = range.contains(":") ? "iPv6CidrRange" : "iPv4CidrRange"
            return ##"{"@odata.type":"#microsoft.graph.\##(type)","cidrAddress":"\##(range)"}"##
        }
        let head = ##""@odata.type":"#microsoft.graph.ipNamedLocation","id":"\##(id)","displayName":"x""##
        return reply(200, "{\(head),\"isTrusted\":true,\"ipRanges\":[\(list.joined(separator: ","))]}")
    }

    private func refusal(_ status: Int, _ wait: Int?, _ kind: GraphFault.Target) -> HTTPReply {
        let body =
            kind == .token
            ? #"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}"#
            : #"{"error":{"code":"x","message":"made up","innerError":{"request-id":"r"}}}"#
        return reply(status, body, wait)
    }

    private func reply(_ status: Int, _ body: String, _ wait: Int? = nil) -> HTTPReply {
        var headers = HTTPHeaders([
            HTTPHeader("Date", graph.clock.truth.httpDate), HTTPHeader("request-id", "r-\(lastNumber)"),
            HTTPHeader("Content-Type", "application/json"),
        ])
        if let wait { headers.append(HTTPHeader("Retry-After", String(wait))) }
        return HTTPReply(status: status, headers: headers, body: Array(body.utf8))
    }

    private struct Patch: Decodable {
        struct Range: Decodable {
            let cidrAddress: String
        }

        let ipRanges: [Range]
    }

    private func ranges(of request: HTTPRequest) -> [String] {
        let bytes = request.body?.bytes ?? []
        guard let patch = try? JSONDecoder().decode(Patch.self, from: Data(bytes)) else {
            graph.violate("a PATCH that Graph cannot read")
            return []
        }
        let list = patch.ipRanges.map(\.cidrAddress)
        if list.isEmpty || list.count > 2_000 { graph.violate("a list of \(list.count) ranges was sent") }
        if Set(list).count < list.count { graph.violate("a list holds a range twice: \(list)") }
        return list
    }
}

extension Timestamp {
    /// RFC 9110, 5.6.7.
    fileprivate var httpDate: String {
        let text = Array(description)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(String(text[5...6])) ?? 1) - 1]
        return "Mon, \(String(text[8...9])) \(month) \(String(text[0...3])) \(String(text[11...18])) GMT"
    }
}
