import Kit
import Testing

@testable import knocknoc_entra_emulator

@Suite(.ownThread) struct ThrottleTests {
    @Test("One request a second is for the tenant, over locations and methods; tokens are apart")
    func tenantWide() throws {
        let emulator = try EmulatorProgram(["--rate", "0.001"])
        let token = try emulator.token()
        #expect(try emulator.get(token: try emulator.token()).status == 200)
        let refused = try emulator.patch(EmulatorProgram.lab, token: token, rangesBody(["6.5.4.0/24"]))
        #expect(refused.status == 429)
        #expect(refused.code == "TooManyRequests")
        #expect(refused.json["error"]?["message"]?.text == "Too many requests.")
        #expect(refused["retry-after"] == nil)
        #expect(try emulator.list(EmulatorProgram.lab) == ["192.0.2.0/32"])
        let counts = try emulator.control("GET", "counts").json
        #expect(counts["throttled"]?.whole == 1)
        #expect(counts["token"]?.whole == 2)
    }

    @Test(
        "Retry-After comes in the form asked for",
        arguments: [("seconds", 2.5, "3"), ("decimal", 2.5, "2.5"), ("seconds", 10, "10")]
    )
    func retryAfter(_ form: String, _ seconds: Double, _ value: String) throws {
        let emulator = try EmulatorProgram(["--rate", "0.001"])
        try emulator.settings(["retryAfter": .string(form), "retryAfterSeconds": .number(seconds)])
        let token = try emulator.token()
        _ = try emulator.get(token: token)
        #expect(try emulator.get(token: token)["retry-after"] == value)
    }

    @Test("Retry-After as a date is an HTTP date")
    func retryAfterDate() throws {
        let emulator = try EmulatorProgram(["--rate", "0.001"])
        try emulator.settings(["retryAfter": "date", "retryAfterSeconds": 30])
        let token = try emulator.token()
        _ = try emulator.get(token: token)
        let answer = try emulator.get(token: token)
        #expect(answer["retry-after"]?.hasSuffix(" GMT") == true)
        #expect(answer["retry-after"] != answer["date"])
    }

    @Test("Another client can have used the quota up")
    func quotaUsedUp() throws {
        let emulator = try EmulatorProgram()
        try emulator.settings(["quotaUsedUpMs": 600_000])
        let token = try emulator.token()
        #expect(try emulator.get(token: token).status == 429)
        try emulator.settings(["quotaUsedUpMs": 0])
        #expect(try emulator.get(token: token).status == 200)
    }

    @Test(
        "The window slides, and what it refused counts unless told otherwise",
        arguments: [
            (1.0, true, [0, 0.5, 1.1, 2.2], [true, false, false, true]),
            (1.0, false, [0, 0.5, 1.1, 2.2], [true, false, true, true]),
            (1.0, true, [0, 0.99, 1.99], [true, true, true]),  // a second apart when sent, a little less on arrival
            (2.0, true, [0, 0.1, 0.2, 1.25], [true, true, false, true]),
            (0.5, true, [0, 1.5, 3.6], [true, false, true]),  // one in two seconds
            (0.0, true, [0, 0, 0], [true, true, true]),
        ]
    )
    func window(_ rate: Double, _ countsRefused: Bool, _ times: [Double], _ admitted: [Bool]) {
        var window = RateWindow()
        var settings = EmulatorSettings()
        settings.rate = rate
        settings.countsRefused = countsRefused
        let results = times.map { time in
            window.admits(at: ClockReading(seconds: 0, nanoseconds: 0, monotonic: time), by: settings)
        }
        #expect(results == admitted)
    }
}
