import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct FaultTests {
    @Test(
        "A write whose reply is lost has taken effect or not, as ordered",
        arguments: [
            ("reset", false, true), ("close", false, false), ("applyThenReset", true, true),
            ("applyThenClose", true, false),
        ]
    )
    func lostReply(_ name: String, _ applied: Bool, _ isReset: Bool) throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["match": ["kind": "patch"], "do": .string(name)])
        switch try emulator.patchOutcome(token: token, ["6.5.4.0/24"]) {
        case .reset: #expect(isReset)
        case .closed(let bytes): #expect(!isReset && bytes.isEmpty)
        case .answer: Issue.record("answered")
        }
        #expect(try emulator.list() == (applied ? ["6.5.4.0/24"] : ["192.0.2.0/32"]))
        let logged = try #require(try emulator.log("?kind=patch").last)
        #expect(logged["fault"]?.text == name)
        #expect(logged["status"]?.isNull == true)
        #expect(logged["applied"]?.flag == applied)
    }

    @Test(
        "A stalled request gets no answer; only applyThenStall has an effect",
        arguments: ["stall", "applyThenStall"]
    )
    func stall(_ name: String) throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["match": ["kind": "patch"], "do": .string(name), "ms": 50])
        guard case .closed(let bytes) = try emulator.patchOutcome(token: token, ["6.5.4.0/24"]) else {
            Issue.record("not closed")
            return
        }
        #expect(bytes.isEmpty)
        #expect(try emulator.list() == (name == "stall" ? ["192.0.2.0/32"] : ["6.5.4.0/24"]))
    }

    @Test("A write can land after the connection has gone", .timeLimit(.minutes(1)))
    func landLater() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["match": ["kind": "patch"], "do": "landLater", "ms": 300])
        guard case .closed = try emulator.patchOutcome(token: token, ["6.5.4.0/24"]) else {
            Issue.record("not closed")
            return
        }
        #expect(try emulator.list() == ["192.0.2.0/32"])
        #expect(try emulator.log("?kind=patch&applied=true&atLeast=1").count == 1)
        #expect(try emulator.list() == ["6.5.4.0/24"])
    }

    @Test(
        "A reply can be cut in its body or in its head; the request has been dealt with",
        arguments: ["get", "patch"]
    )
    func cut(_ kind: String) throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        for name in ["cut", "headersCut"] {
            try emulator.fault(["match": ["kind": .string(kind)], "do": .string(name)])
            let outcome =
                try kind == "patch"
                ? emulator.patchOutcome(token: token, ["6.5.4.0/24"])
                : emulator.client.outcome(
                    "GET",
                    EmulatorProgram.path(EmulatorProgram.office),
                    headers: ["Authorization: Bearer \(token)"]
                )
            guard case .closed(let bytes) = outcome else {
                Issue.record("not closed")
                return
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 20"))
            #expect(text.contains("\r\n\r\n") == (name == "cut"))
            #expect(text.contains("Content-Length: ") || name == "headersCut")
        }
        #expect(try emulator.list() == (kind == "patch" ? ["6.5.4.0/24"] : ["192.0.2.0/32"]))
    }

    @Test(
        "An answer can be something else than Graph's",
        arguments: [("garbage", 200, "application/json"), ("html", 200, "text/html"), ("redirect", 302, "")]
    )
    func strange(_ name: String, _ status: Int, _ type: String) throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["match": ["kind": "get"], "do": .string(name)])
        let answer = try emulator.get(token: token)
        #expect(answer.status == status)
        #expect((answer["content-type"] ?? "").hasPrefix(type))
        #expect(JSON(answer.body) == nil)
        #expect((answer["location"] != nil) == (name == "redirect"))
        #expect(try emulator.get(token: token).status == 200)
    }

    @Test("A status comes with the body of whoever was asked", arguments: [400, 404, 409, 423, 500, 503, 504])
    func status(_ status: Int) throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault([
            "match": ["kind": "any"], "times": 2, "do": "status", "status": .whole(status), "code": "someCode",
            "message": "Some message.", "headers": ["Retry-After": "7"],
        ])
        let graph = try emulator.get(token: token)
        #expect(graph.status == status && graph.code == "someCode" && graph["retry-after"] == "7")
        #expect(graph.json["error"]?["message"]?.text == "Some message.")
        let entra = try emulator.tokenAnswer(EmulatorProgram.goodForm)
        #expect(entra.status == status && entra.json["error"]?.text == "someCode")
        #expect(entra.json["error_description"]?.text?.contains("Some message.") == true)
        #expect(try emulator.control("GET", "counts").json["faults"]?.whole == 2)
    }

    @Test("A status may have any body, also none")
    func statusBody() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault([
            "do": "status", "status": 502, "body": "<html>", "headers": ["Content-Type": "text/html"],
        ])
        let page = try emulator.get(token: token)
        #expect(page.body == Array("<html>".utf8) && page["content-type"] == "text/html")
        try emulator.fault(["do": "status", "status": 504, "body": ""])
        #expect(try emulator.get(token: token).body.isEmpty)
        try emulator.fault(["do": "status", "status": 503, "body": ["error": "x"]])
        #expect(try emulator.get(token: token).json == ["error": "x"])
    }

    @Test("Throttling on order has a body at Graph and none to parse at the token endpoint")
    func throttle() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["times": 2, "do": "throttle", "retryAfter": "decimal", "seconds": .number(1.5)])
        let graph = try emulator.get(token: token)
        #expect(graph.status == 429 && graph.code == "TooManyRequests" && graph["retry-after"] == "1.5")
        let entra = try emulator.tokenAnswer(EmulatorProgram.goodForm)
        #expect(entra.status == 429 && JSON(entra.body) == nil)
    }

    @Test("A claims challenge says what it wants and kills the token")
    func claimsChallenge() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["match": ["kind": "get"], "do": "claimsChallenge"])
        let answer = try emulator.get(token: token)
        #expect(answer.status == 401)
        let challenge = try #require(answer["www-authenticate"])
        #expect(challenge.contains(#"error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4i"#))
        #expect(try emulator.get(token: token).status == 401)
        #expect(try emulator.get(token: try emulator.token()).status == 200)
    }

    @Test("A fault waits its turn, acts so often, on the location it names")
    func matching() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault([
            "match": ["kind": "get", "id": .string(EmulatorProgram.lab)], "after": 1, "times": 2, "do": "status",
            "status": 500,
        ])
        #expect(try emulator.get(EmulatorProgram.office, token: token).status == 200)
        let statuses = try (0..<4).map { _ in try emulator.get(EmulatorProgram.lab, token: token).status }
        #expect(statuses == [200, 500, 500, 200])
    }

    @Test("A fault without end stays until the faults are cleared")
    func forEver() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        try emulator.fault(["times": nil, "do": "status", "status": 503])
        for _ in 0..<3 { #expect(try emulator.get(token: token).status == 503) }
        #expect(try emulator.control("GET", "faults").json.items?.count == 1)
        #expect(try emulator.control("DELETE", "faults").status == 204)
        #expect(try emulator.get(token: token).status == 200)
    }

    @Test(
        "A fault nobody understands is refused",
        arguments: [
            ["do": "explode"], [:], ["do": "status"], ["do": "status", "status": 100],
            ["do": "reset", "match": ["kind": "path"]], ["do": "reset", "times": 0],
            ["do": "throttle", "retryAfter": "soon"],
        ] as [JSON]
    )
    func refused(_ body: JSON) throws {
        let emulator = try EmulatorProgram()
        let answer = try emulator.control("POST", "faults", body)
        #expect(answer.status == 400)
        #expect(answer.json["error"]?.text?.isEmpty == false)
    }
}
