extension String {
    /// Without white space at either end; what was pasted often ends in a newline.
    package var trimmed: String {
        let isBlank = { (character: Character) in character.isWhitespace || character == "\u{FEFF}" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
