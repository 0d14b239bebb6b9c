package import Grants

/// One page of a list, and where the next one is.
package struct GraphPage<Element: Sendable>: Sendable {
    package let elements: [Element]
    package let nextLink: String?

    /// `make` answers nil for an element that is left out, unless all of them are needed.
    static func read(
        _ result: Result<HTTPReply, TransportFailure>, of noun: String, to operation: GraphOperation = .get,
        needsAll: Bool = false, now: Timestamp, _ make: (JSONValue) -> Element?
    ) throws(ReplyVerdict) -> GraphPage {
        let (reply, json) = try readObject(result, to: operation, now: now)
        guard let values = json["value"]?.elements else {
            throw ReplyVerdict(reply, to: operation, now: now, finding: "Its content is no list of \(noun).")
        }
        let elements = values.compactMap(make)
        guard elements.count == values.count || !needsAll else {
            throw ReplyVerdict(reply, to: operation, now: now, finding: "Its list of \(noun) holds something else.")
        }
        return GraphPage(elements: elements, nextLink: json["@odata.nextLink"]?.text)
    }
}

extension GraphPage<String> {
    /// GUIDs of groups in lower case.
    package static func groups(
        _ result: Result<HTTPReply, TransportFailure>, now: Timestamp
    ) throws(ReplyVerdict) -> GraphPage<String> {
        try read(result, of: "groups", to: .groups, needsAll: true, now: now) { $0.text?.lowercased() }
    }
}

extension HTTPReply {
    /// Graph lists at most 11,000 groups and says so when somebody has more.
    var saysTooManyGroups: Bool {
        status == 400 && GraphErrorBody(body)?.code == "Directory_ResultSizeLimitExceeded"
    }
}
