import Grants

/// Takes out of a text what tells of people: addresses, names with an @, and what is quoted from requests.
enum PeopleMask {
    static func apply(_ text: String) -> String {
        var (result, word) = ("", "")
        var isQuoted = false
        for character in text {
            if character == "\n" { isQuoted = false }
            if character == "\"" {
                result += masked(word) + (isQuoted ? "<left out>\"" : "\"")
                word = ""
                isQuoted.toggle()
            } else if isQuoted {
                continue
            } else if character.isWhitespace || "()[]{},;'`=".contains(character) {
                result += masked(word) + String(character)
                word = ""
            } else {
                word.append(character)
            }
        }
        return result + masked(word)
    }

    private static func masked(_ word: String) -> String {
        var core = word[...]
        while let last = core.last, ".:".contains(last) { core.removeLast() }
        guard !core.isEmpty else { return word }
        let rest = word[core.endIndex...]
        if core.contains("@") { return "<user>" + rest }
        let ends = core.split(separator: "-")
        let isRange = ends.count == 2 && ends.allSatisfy { isAddress(String($0)) }
        return isAddress(String(core)) || isRange ? "<address>" + rest : word
    }

    private static func isAddress(_ text: String) -> Bool {
        guard text.contains(".") || text.contains(":") else { return false }
        return CIDR(graph: text) != nil
    }
}
