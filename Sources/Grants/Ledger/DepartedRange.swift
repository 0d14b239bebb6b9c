struct DepartedRange: JSONWritable {
    let range: CIDR
    let departure: Departures.Departure

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("cause", departure.cause)
            json.member("range", range)
            json.member("since", departure.since)
        }
    }
}
