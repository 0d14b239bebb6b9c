import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct ControlTests {
    @Test("The log says who asked for what and how it went")
    func log() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        _ = try emulator.patch(token: token, rangesBody(["6.5.4.0/24", "6.5.5.0/24"]))
        _ = try emulator.get(EmulatorProgram.deleted, token: token)
        let entries = try emulator.log()
        #expect(entries.map { $0["n"]?.whole } == [1, 2, 3])
        #expect(entries.map { $0["kind"]?.text } == ["token", "patch", "get"])
        #expect(entries.map { $0["method"]?.text } == ["POST", "PATCH", "GET"])
        #expect(entries.map { $0["status"]?.whole } == [200, 204, 404])
        #expect(entries[1]["ranges"]?.texts == ["6.5.4.0/24", "6.5.5.0/24"])
        #expect(entries[1]["path"]?.text == EmulatorProgram.path(EmulatorProgram.office))
        let times = entries.compactMap { $0["monotonic"]?.number }
        #expect(times.count == 3 && times == times.sorted())
        #expect(try emulator.log("?kind=get").count == 1)
        #expect(try emulator.log("?after=1").count == 2)
        let text = JSON.array(entries).line
        #expect(!text.contains(token) && !text.contains(EmulatorProgram.secret))
    }

    @Test("Clearing the log clears the counts and keeps the numbers going")
    func clear() throws {
        let emulator = try EmulatorProgram()
        _ = try emulator.token()
        #expect(try emulator.control("DELETE", "requests").status == 204)
        #expect(try emulator.log().isEmpty)
        #expect(try emulator.control("GET", "counts").json["token"]?.whole == 0)
        _ = try emulator.token()
        #expect(try emulator.log().first?["n"]?.whole == 2)
    }

    @Test("A test can wait for requests to come, and is told when they do not")
    func waiting() throws {
        let emulator = try EmulatorProgram()
        let socket = try RawSocket(port: emulator.client.port)
        socket.send(emulator.client.request("GET", "/_emulator/requests?atLeast=2&kind=token&timeoutMs=20000"))
        _ = try emulator.token()
        _ = try emulator.token()
        guard case .answer(let answer) = socket.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == 200 && answer.json.items?.count == 2)
        #expect(try emulator.control("GET", "requests?atLeast=3&timeoutMs=1").status == 408)
    }

    @Test("Locations are edited by hand, created and deleted")
    func locations() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        let id = EmulatorProgram.deleted
        #expect(
            try emulator.control("PUT", "locations/\(id)", ["ranges": ["6.5.4.0/24"], "displayName": "Back"]).status
                == 204
        )
        #expect(try emulator.get(id, token: token).json["displayName"]?.text == "Back")
        #expect(try emulator.control("PUT", "locations/\(id)", ["type": "country", "countries": ["NO"]]).status == 204)
        #expect(try emulator.get(id, token: token).json["countriesAndRegions"]?.texts == ["NO"])
        let strange = "#microsoft.graph.compliantNetworkNamedLocation"
        #expect(try emulator.control("PUT", "locations/\(id)", ["type": .string(strange)]).status == 204)
        #expect(try emulator.get(id, token: token).json["@odata.type"]?.text == strange)
        let own: JSON = ["@odata.type": "#microsoft.graph.iPv4Range", "lowerAddress": "1.1.1.1"]
        #expect(try emulator.control("PUT", "locations/\(id)", ["ranges": [own]]).status == 204)
        #expect(try emulator.get(id, token: token).json["ipRanges"] == [own])
        #expect(try emulator.control("DELETE", "locations/\(id)").status == 204)
        #expect(try emulator.control("GET", "locations/\(id)").status == 404)
        #expect(try emulator.get(id, token: token).status == 404)
        #expect(try emulator.control("GET", "locations").json.items?.count == 4)
    }

    @Test("What the control interface returns for a location can be put back")
    func roundTrip() throws {
        let emulator = try EmulatorProgram()
        for id in [EmulatorProgram.office, EmulatorProgram.countries] {
            let before = try emulator.control("GET", "locations/\(id)").json
            #expect(try emulator.control("PUT", "locations/\(id)", before).status == 204)
            #expect(try emulator.control("GET", "locations/\(id)").json["type"] == before["type"])
            #expect(try emulator.control("GET", "locations/\(id)").json["ranges"] == before["ranges"])
        }
    }

    @Test(
        "Settings with a fault change nothing",
        arguments: [
            ["rate": 5, "unknown": 1], ["rate": 5, "latencyMs": -1], ["rate": 5, "roles": "x"],
            ["rate": 5, "retryAfter": "soon"], ["rate": 5, "clientId": "nobody"], ["rate": 5, "certificates": ["x"]],
        ] as [JSON]
    )
    func badSettings(_ body: JSON) throws {
        let emulator = try EmulatorProgram()
        #expect(try emulator.control("PUT", "settings", body).status == 400)
        #expect(try emulator.control("GET", "settings").json["rate"]?.number == 0)
    }

    @Test("A reset brings back the seed, command line included")
    func reset() throws {
        let emulator = try EmulatorProgram()
        let token = try emulator.token()
        _ = try emulator.patch(token: token, rangesBody(["6.5.4.0/24"]))
        try emulator.settings(["rate": 7, "tokenLifetime": 5])
        try emulator.fault(["times": nil, "do": "reset"])
        #expect(try emulator.control("POST", "reset").status == 204)
        #expect(try emulator.list() == ["192.0.2.0/32"])
        #expect(try emulator.log().isEmpty)
        #expect(try emulator.control("GET", "settings").json["rate"]?.number == 0)
        #expect(try emulator.get(token: token).status == 401)
    }

    @Test("The control interface explains itself")
    func help() throws {
        let answer = try EmulatorProgram().control("GET", "")
        #expect(answer.status == 200)
        let text = String(decoding: answer.body, as: UTF8.self)
        // A setting that the text does not name would be found by nobody.
        for member in EmulatorSettings().json.members ?? [] { #expect(text.contains(member.key), "\(member.key)") }
        for kind in RequestKind.allCases where kind != .other { #expect(text.contains(kind.rawValue), "\(kind)") }
    }

    @Test("An unknown path of the control interface is not found")
    func unknown() throws {
        #expect(try EmulatorProgram().control("GET", "nothing").status == 404)
    }
}
