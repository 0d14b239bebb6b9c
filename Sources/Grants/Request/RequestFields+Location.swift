extension RequestFields {
    /// The configured location that is meant; nil where that is a fault.
    func policy(among locations: ConfiguredLocations, _ faults: inout RequestFaults) -> LocationPolicy? {
        guard let location else {
            guard isMissing(.location) else { return nil }
            if let only = locations.only { return only }
            if locations.names.isEmpty {
                faults.add(.location, "no location is configured")
            } else {
                faults.add(.missing, "location is missing, and several are configured: \(list(locations.names))")
            }
            return nil
        }
        if let policy = locations[location] { return policy }
        let subject = SafeText.quoted(location).map { "location \($0)" } ?? "the location"
        let meant = Suggestion.closest(to: location, among: locations.names).map { "; did you mean \($0)?" } ?? ""
        let known = locations.names.isEmpty ? "none is" : "configured: \(list(locations.names))"
        faults.add(.location, "\(subject) is not configured here\(meant) (\(known))")
        return nil
    }

    private func list(_ names: [String]) -> String {
        let rest = names.count - 10
        return names.prefix(10).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
