import Foundation

/// Takes requests, plays the part and keeps the log.
final class Emulator: Sendable {
    private let state: Guarded<State>
    private let log: LogFile?

    init(seed: Seed, log: LogFile?) {
        state = Guarded(State(seed: seed))
        self.log = log
    }

    func reply(to request: EmulatedRequest) -> Reply {
        if request.target.hasPrefix("/_emulator") {
            return .answer(control(request), afterMilliseconds: 0)
        }
        let now = ClockReading.now()
        let kind = RequestKind(request)
        return state.withLock { state in
            let locationID = kind == .list || kind == .create ? nil : request.locationID
            var entry = RequestLog.Entry(
                number: state.journal.nextNumber,
                time: now,
                method: request.method,
                path: request.target,
                kind: kind,
                locationID: locationID,
                clientRequestID: request["client-request-id"],
                ranges: kind == .patch ? request.writtenRanges : nil,
                applied: kind.isWrite ? false : nil,
                claims: kind == .token ? request.form["claims"] : nil
            )
            let fault = state.faults.next(kind, locationID: locationID)
            entry.fault = fault?.name
            let reply = play(fault?.action, &state, request, &entry, now)
            state.journal.append(entry)
            log?.append(entry.json.line)
            return reply
        }
    }

    /// Runs with the lock held, for the control interface.
    func withState<T>(_ body: (inout sending State) -> sending T) -> T {
        state.withLock(body)
    }

    private func play(
        _ action: FaultAction?,
        _ state: inout State,
        _ request: EmulatedRequest,
        _ entry: inout RequestLog.Entry,
        _ now: ClockReading
    ) -> Reply {
        let delay = state.settings.latencyMilliseconds
        guard let action else {
            return .answer(state.settle(request, &entry, now), afterMilliseconds: delay)
        }
        switch action {
        case .reset: return .reset
        case .close: return .close(afterMilliseconds: 0)
        case .stall(let milliseconds): return .close(afterMilliseconds: milliseconds)
        case .delay(let milliseconds):
            return .answer(state.settle(request, &entry, now), afterMilliseconds: milliseconds)
        case .cut:
            let response = state.settle(request, &entry, now)
            return .cutBody(response.hasBody ? response : HTTPResponse(json: ["@odata.context": "cut"]))
        case .headersCut: return .cutHead(state.settle(request, &entry, now))
        case .applyThenReset, .applyThenClose, .applyThenStall:
            _ = state.settle(request, &entry, now)
            entry.status = nil
            if case .applyThenStall(let milliseconds) = action { return .close(afterMilliseconds: milliseconds) }
            if case .applyThenReset = action { return .reset }
            return .close(afterMilliseconds: 0)
        case .landLater(let milliseconds, let answer):
            let number = entry.number
            let kind = entry.kind
            Thread.detachNewThread { [self] in
                pause(milliseconds: milliseconds)
                self.land(request, kind: kind, number: number)
            }
            guard let answer else { return .close(afterMilliseconds: 0) }
            let response = state.spoiled(.status(answer), request, kind: kind, at: now)
            entry.status = response.status
            return .answer(response, afterMilliseconds: delay)
        case .status, .garbage, .html, .redirect, .throttle, .claimsChallenge:
            let response = state.spoiled(action, request, kind: entry.kind, at: now)
            entry.status = response.status
            return .answer(response, afterMilliseconds: delay)
        }
    }

    private func land(_ request: EmulatedRequest, kind: RequestKind, number: Int) {
        let now = ClockReading.now()
        state.withLock { state in
            let outcome = state.answer(request, kind: kind, at: now)
            state.journal.noteLanding(of: number, applied: outcome.applied ?? false)
        }
    }
}

extension State {
    /// Deals with a request as if nothing were wrong, and notes how it went.
    fileprivate mutating func settle(
        _ request: EmulatedRequest,
        _ entry: inout RequestLog.Entry,
        _ now: ClockReading
    ) -> HTTPResponse {
        let outcome = answer(request, kind: entry.kind, at: now)
        entry.status = outcome.response.status
        entry.reason = outcome.reason
        if entry.kind.isWrite { entry.applied = outcome.applied ?? false }
        return outcome.response
    }
}

extension RequestKind {
    fileprivate var isWrite: Bool { self == .patch || self == .create || self == .delete }
}

extension EmulatedRequest {
    /// The last part of a named location's path.
    var locationID: String? {
        let path = segments
        guard path.count == 5, path[3].lowercased() == "namedlocations" else { return nil }
        return path[4].lowercased()
    }

    var form: [String: String] { formFields(String(decoding: body, as: UTF8.self)) ?? [:] }

    fileprivate var writtenRanges: [String]? {
        json?["ipRanges"]?.items?.map { $0["cidrAddress"]?.text ?? $0.line }
    }
}
