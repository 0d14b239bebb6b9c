/// A configuration that cannot be used, with everything that is wrong in it.
struct SettingsError: Error {
    let file: String
    let mistakes: [String]
}
