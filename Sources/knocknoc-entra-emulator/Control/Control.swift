extension Emulator {
    /// The interface tests and rehearsals steer the emulator by: no token, no quota, no entry in the log.
    func control(_ request: EmulatedRequest) -> HTTPResponse {
        let path = request.segments.dropFirst()
        let route = "\(request.method) \(path.first ?? "")"
        do throws(ControlError) {
            switch (route, path.count) {
            case ("GET ", 0):
                let type = EmulatedHeader(name: "Content-Type", value: "text/plain; charset=utf-8")
                return HTTPResponse(status: 200, headers: [type], body: Array(controlHelp.utf8))
            case ("GET requests", 1): return try requests(request.query)
            case ("DELETE requests", 1): return change { $0.journal.clear() }
            case ("GET counts", 1): return withState { HTTPResponse(json: $0.journal.countsObject) }
            case ("GET locations", 1):
                return withState { HTTPResponse(json: .array($0.locations.all.map(\.controlObject))) }
            case ("GET locations", 2): return location(request.segments[2])
            case ("PUT locations", 2): return try putLocation(request.segments[2], try body(request))
            case ("DELETE locations", 2):
                return change { $0.locations.write(nil, id: request.segments[2], at: ClockReading.now()) }
            case ("GET settings", 1): return withState { HTTPResponse(json: $0.settings.json) }
            case ("PUT settings", 1): return try putSettings(try body(request))
            case ("GET faults", 1): return withState { HTTPResponse(json: .array($0.faults.faults.map(\.json))) }
            case ("POST faults", 1):
                let fault = try Fault(try body(request))
                return change { $0.faults.add(fault) }
            case ("DELETE faults", 1): return change { $0.faults.clear() }
            case ("POST tokens", 2) where path.last == "revoke": return change { $0.tokens.revokeAll() }
            case ("POST keys", 2) where path.last == "roll":
                let keepsOld = JSON(request.body)?["keepOld"]?.flag ?? true
                return change { state in
                    _ = state.keyRing()
                    state.keys?.roll(keepingOld: keepsOld)
                }
            case ("POST mint", 1): return HTTPResponse(json: try minted(request.body.isEmpty ? [:] : body(request)))
            case ("POST reset", 1): return change { $0 = State(seed: $0.seed) }
            case ("GET version", 1): return HTTPResponse(json: ["version": .string(version)])
            default: return HTTPResponse(status: 404, json: ["error": .string("no \(request.method) \(request.path)")])
            }
        } catch {
            return HTTPResponse(status: 400, json: ["error": .string(error.text)])
        }
    }

    private func body(_ request: EmulatedRequest) throws(ControlError) -> JSON {
        guard let body = JSON(json5: request.body), body.members != nil else {
            throw ControlError("the body is not a JSON object")
        }
        return body
    }

    private func change(_ body: (inout State) -> Void) -> HTTPResponse {
        withState { state in
            body(&state)
            return HTTPResponse(status: 204)
        }
    }

    private func location(_ id: String) -> HTTPResponse {
        withState { state in
            guard let location = state.locations.current(id) else {
                return HTTPResponse(status: 404, json: ["error": "no such location"])
            }
            return HTTPResponse(json: location.controlObject)
        }
    }

    private func minted(_ order: JSON) throws(ControlError) -> JSON {
        try withState { state in
            Result { () throws(ControlError) in try state.mint(order, at: ClockReading.now()) }
        }.get()
    }

    private func putLocation(_ id: String, _ body: JSON) throws(ControlError) -> HTTPResponse {
        let now = ClockReading.now()
        let location = try TenantLocation(body, id: id, at: now.graphText)
        return change { $0.locations.write(location, id: id, at: now) }
    }

    /// `kind`, `after` and `applied` narrow the list; `atLeast` waits until so many are there, for tests without polling.
    private func requests(_ query: [String: String]) throws(ControlError) -> HTTPResponse {
        let kind = query["kind"].flatMap { RequestKind(rawValue: $0) }
        if query["kind"] != nil && kind == nil { throw ControlError("no such kind") }
        let after = query["after"].flatMap { Int($0) } ?? 0
        let isApplied = query["applied"] == "true"
        let wanted = query["atLeast"].flatMap { Int($0) } ?? 0
        let end = ClockReading.now().monotonic + Double(query["timeoutMs"].flatMap { Int($0) } ?? 10_000) / 1_000
        while true {
            let entries = withState { state in
                state.journal.entries.filter { entry in
                    entry.number > after && (kind == nil || entry.kind == kind) && (!isApplied || entry.applied == true)
                }
            }
            let isLate = ClockReading.now().monotonic >= end
            if entries.count >= wanted || isLate {
                let list = JSON.array(entries.map(\.json))
                return HTTPResponse(status: entries.count >= wanted ? 200 : 408, json: list)
            }
            pause(milliseconds: 2)
        }
    }
}
