import FoundationEssentials
package import Grants

/// An IP-based named location as Graph shows it; its ranges stay text, since an admin may have written any form.
package struct NamedLocation: Hashable, Sendable {
    package let id: String
    package let displayName: String?
    package let isTrusted: Bool?
    /// As Graph returned them: `203.0.113.7/32`, host bits and all, or `lower-upper` for the old range types.
    package let ranges: [String]

    package init(id: String, displayName: String?, isTrusted: Bool?, ranges: [String]) {
        self.id = id
        self.displayName = displayName
        self.isTrusted = isTrusted
        self.ranges = ranges
    }
}

extension NamedLocation {
    /// What a GET brought: the location, or why it is none.
    package static func read(
        _ result: Result<HTTPReply, TransportFailure>,
        now: Timestamp
    ) throws(ReplyVerdict) -> NamedLocation {
        let reply: HTTPReply
        switch result {
        case .success(let success): reply = success
        case .failure(let failure): throw ReplyVerdict(failure, to: .get)
        }
        guard reply.status == 200 else { throw ReplyVerdict(reply, to: .get, now: now) }
        do throws(Unreadable) {
            return try NamedLocation(json: reply.body)
        } catch {
            switch error {
            case .wrongType(let type):
                let finding =
                    "The location is a \(type), which holds no ranges that could be set. Configure the id of an IP location."
                throw ReplyVerdict(reply, .wrongType, to: .get, now: now, finding: finding)
            case .noLocation(let finding):
                throw ReplyVerdict(reply, .notUnderstood, to: .get, now: now, finding: finding)
            }
        }
    }

    private enum Unreadable: Error {
        case wrongType(String)
        case noLocation(String)
    }

    private init(json bytes: [UInt8]) throws(Unreadable) {
        let data = Data(withoutByteOrderMark(bytes))
        guard let tag = try? JSONDecoder().decode(TypeTag.self, from: data) else {
            throw .noLocation("Its content is no JSON object with an @odata.type.")
        }
        guard tag.type.lowercased() == "#microsoft.graph.ipnamedlocation" else {
            throw .wrongType(plainText(String(tag.type.split(separator: ".").last ?? ""), limit: 60))
        }
        do {
            let document = try JSONDecoder().decode(LocationDocument.self, from: data)
            self.init(
                id: document.id,
                displayName: document.displayName,
                isTrusted: document.isTrusted,
                ranges: document.ipRanges.map(\.text)
            )
        } catch let error as DecodingError {
            throw .noLocation("Its content is no IP location: \(error.place)")
        } catch {
            throw .noLocation("Its content is no IP location.")
        }
    }
}

private struct TypeTag: Decodable {
    let type: String

    enum CodingKeys: String, CodingKey {
        case type = "@odata.type"
    }
}

private struct LocationDocument: Decodable {
    let id: String
    let displayName: String?
    let isTrusted: Bool?
    let ipRanges: [RangeDocument]
}

private struct RangeDocument: Decodable {
    let text: String

    private enum CodingKeys: CodingKey {
        case cidrAddress
        case lowerAddress
        case upperAddress
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if container.contains(.lowerAddress) {
            let lower = try container.decode(String.self, forKey: .lowerAddress)
            text = try lower + "-" + container.decode(String.self, forKey: .upperAddress)
        } else {
            text = try container.decode(String.self, forKey: .cidrAddress)
        }
    }
}

extension DecodingError {
    /// Which field is missing or of the wrong kind, without any of the content.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context): "\(path(context, key)) is missing."
        case .valueNotFound(_, let context): "\(path(context)) is null."
        case .typeMismatch(_, let context): "\(path(context)) is of another kind."
        case .dataCorrupted(let context): "\(path(context)) cannot be read."
        @unknown default: "it cannot be read."
        }
    }

    private func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
        let keys = context.codingPath + (last.map { [$0] } ?? [])
        let names = keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        return names.isEmpty ? "it" : names.joined(separator: ".")
    }
}
