import Linux

/// What a command answers, on standard output.
enum Answer {
    /// A reader that has seen enough (`| head -1`) is no error, a full disk is one; false where nobody reads any more.
    @discardableResult
    static func give(_ text: String) throws(Complaint) -> Bool {
        do throws(SystemError) {
            return try Output.standard(text)
        } catch {
            throw Complaint(
                "the answer could not be written", why: "\(error)",
                do: "Look at what standard output leads to; what the command did before it answered is done.",
                .inputOutput)
        }
    }
}
