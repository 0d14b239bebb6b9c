import Grants

/// One object of the configuration, read key by key; what is wrong goes to `mistakes`, and the default is taken.
struct Section {
    let path: String
    private let line: Int?
    private let members: [String: JSONMember]
    private let mistakes: Mistakes

    /// Names every key that is not in `keys`; nil where the node is no object.
    init?(_ node: JSONNode, path: String, keys: [String], _ mistakes: Mistakes) {
        guard case .object(let all) = node.value else {
            mistakes.add(path, line: node.line, "must be an object { … }")
            return nil
        }
        self.path = path
        line = node.line
        self.mistakes = mistakes
        var known: [String: JSONMember] = [:]
        for member in all {
            if keys.contains(member.name) || keys.isEmpty {
                known[member.name] = member
                continue
            }
            let hint = Suggestion.closest(to: member.name, among: keys).map { "; did you mean \($0)?" } ?? ""
            mistakes.add(Self.join(path, member.name), line: member.line, "is not a setting\(hint)")
        }
        members = known
    }

    /// An object with nothing in it, for what may be left out.
    init(emptyAt path: String, _ mistakes: Mistakes) {
        self.path = path
        line = nil
        members = [:]
        self.mistakes = mistakes
    }

    var all: [JSONMember] { members.values.sorted { $0.line < $1.line } }

    func has(_ key: String) -> Bool {
        node(key) != nil
    }

    /// `null` counts as left out.
    func node(_ key: String) -> JSONNode? {
        guard let node = members[key]?.node else { return nil }
        if case .null = node.value { return nil }
        return node
    }

    func mistake(_ key: String, _ text: String) {
        // A variable of the environment stands on no line of the file.
        let isVariable = key.hasPrefix("AZURE_")
        mistakes.add(
            isVariable ? key : Self.join(path, key), line: isVariable ? nil : members[key]?.line ?? line, text)
    }

    func warning(_ key: String, _ text: String) {
        mistakes.warn(Self.join(path, key), line: members[key]?.line ?? line, text)
    }

    func section(_ key: String, keys: [String]) -> Section {
        node(key).flatMap { Section($0, path: Self.join(path, key), keys: keys, mistakes) }
            ?? Section(emptyAt: Self.join(path, key), mistakes)
    }

    /// The value of a key, the fallback where it is left out; what `read` makes nothing of is a mistake.
    private func value<Value>(
        _ key: String, _ fallback: Value, must expectation: @autoclosure () -> String, _ read: (JSONValue) -> Value?
    ) -> Value {
        guard let node = node(key) else { return fallback }
        if let value = read(node.value) { return value }
        mistake(key, "must \(expectation())")
        return fallback
    }

    func string(_ key: String) -> String? {
        value(key, nil, must: "be a string", \.text)
    }

    func strings(_ key: String) -> [(text: String, line: Int)] {
        guard let node = node(key) else { return [] }
        guard case .array(let elements) = node.value else {
            mistake(key, "must be a list of strings")
            return []
        }
        var result: [(text: String, line: Int)] = []
        for element in elements {
            guard case .string(let text) = element.value else {
                mistakes.add(Self.join(path, key), line: element.line, "must be a list of strings")
                continue
            }
            result.append((text, element.line))
        }
        return result
    }

    func bool(_ key: String, _ fallback: Bool) -> Bool {
        value(key, fallback, must: "be true or false") { if case .bool(let flag) = $0 { flag } else { nil } }
    }

    func integer(_ key: String, _ fallback: Int, in range: ClosedRange<Int>) -> Int {
        value(key, fallback, must: "be a whole number from \(range.lowerBound) to \(range.upperBound)") {
            $0.number.flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func decimal(_ key: String, _ fallback: Double, in range: ClosedRange<Double>) -> Double {
        value(key, fallback, must: "be a number from \(range.lowerBound) to \(range.upperBound)") {
            $0.number.flatMap { Double($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func duration(_ key: String, _ fallback: Duration, in range: ClosedRange<Duration>) -> Duration {
        guard let text = string(key) else { return fallback }
        let form = "be a duration hh:mm:ss or hh:mm:ss.fff, such as \"\(fallback.clock)\""
        let bounds = "lie between \(range.lowerBound.clock) and \(range.upperBound.clock)"
        return value(key, fallback, must: Duration(clock: text) == nil ? form : bounds) { _ in
            Duration(clock: text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _ fallback: Choice) -> Choice {
        guard let text = string(key) else { return fallback }
        let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return value(key, fallback, must: "be one of \(names)") { _ in Choice(rawValue: text) }
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : path + "." + key
    }
}
