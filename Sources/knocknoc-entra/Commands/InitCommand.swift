import Grants
import Linux
import Spool

/// `init`: makes the spool's folders with the right modes.
enum InitCommand {
    static func run(_ arguments: Arguments) throws(Complaint) -> ExitCode {
        let settings = try SettingsCommand.load(arguments).settings
        let remarks: [String]
        do throws(SystemError) {
            remarks = try SpoolInit.run(at: settings.spool)
        } catch {
            throw Complaint(
                "the spool cannot be made at \(settings.spool)", why: "\(error)",
                do: "Run init as the user that is to own the spool, or as root; its parent folder has to be there.",
                .cannotWrite)
        }
        try Answer.give(
            SafeText.lines("The spool is ready at \(settings.spool)\n" + remarks.map { "note: \($0)\n" }.joined()))
        return .success
    }
}
