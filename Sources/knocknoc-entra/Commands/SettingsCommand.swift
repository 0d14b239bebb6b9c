import Grants
import Linux

/// What every command that needs the configuration does first.
enum SettingsCommand {
    static func load(_ arguments: Arguments) throws(Complaint) -> (path: String, settings: Settings) {
        guard let path = SettingsFile.find(given: arguments.configuration) else { throw .noConfiguration }
        do throws(SettingsError) {
            let (settings, warnings) = try Settings.read(path, now: Clock.system.wall())
            for warning in warnings { Output.error(SafeText.lines("knocknoc-entra: \(path): warning: \(warning)\n")) }
            return (path, settings)
        } catch {
            throw Complaint(error)
        }
    }
}
