/// Whether a location that this worker has never written to may be written.
///
/// It may hold what must not be thrown away unasked: a wrong GUID or a lost ledger would otherwise lock a company out.
enum FirstWrite {
    case allowed
    /// The ranges to keep, if any, as an operator or the configuration decided.
    case adopting([CIDR], Adoption)
    case refused(String)

    init(_ look: FirstLook, _ decision: Adoption?, _ name: String) {
        guard !look.strangers.isEmpty else {
            self = .allowed
            return
        }
        switch decision {
        case nil: self = .refused(Self.guarding(look.strangers, name))
        case .replace?: self = .adopting([], .replace)
        case let decision?: self = look.keepable.map { .adopting($0, decision) } ?? .refused(Self.unkeepable(name))
        }
    }

    private static func guarding(_ strangers: [String], _ name: String) -> String {
        let count = strangers.count
        let shown = strangers.prefix(3).joined(separator: ", ")
        return
            "it holds \(count) range\(count == 1 ? "" : "s") that this worker did not write (\(shown)\(count > 3 ? ", …" : "")), so nothing is written: "
            + "is the GUID right, was the ledger lost? Decide with `knocknoc-entra adopt \(name) --replace`, "
            + "`--pin` or `--for 8h`; what was found is kept in ledger/\(name).found"
    }

    private static func unkeepable(_ name: String) -> String {
        "it holds ranges from one address to another, which a list of networks cannot keep: replace them in the portal by "
            + "networks, or decide with `knocknoc-entra adopt \(name) --replace`"
    }
}
