/// `manual`: the manual page.
enum ManualCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        try Answer.give(ManualPage.text)
        return .success
    }
}
