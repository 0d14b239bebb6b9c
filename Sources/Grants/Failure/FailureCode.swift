/// Every code that a failure can carry; ENTRA codes mean what Knocknoc's documentation says, SPOOL codes are about files.
package enum FailureCode: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    case entra000 = "ENTRA000"
    case entra001 = "ENTRA001"
    case entra002 = "ENTRA002"
    case entra003 = "ENTRA003"
    case entra004 = "ENTRA004"
    case entra005 = "ENTRA005"
    case entra050 = "ENTRA050"
    case entra051 = "ENTRA051"
    case entra052 = "ENTRA052"
    case entra053 = "ENTRA053"
    case entra054 = "ENTRA054"
    case spool001 = "SPOOL001"
    case spool002 = "SPOOL002"
    case spool003 = "SPOOL003"
    case spool004 = "SPOOL004"
    case spool005 = "SPOOL005"
    case spool006 = "SPOOL006"
    case spool007 = "SPOOL007"
    case spool008 = "SPOOL008"

    package var description: String { rawValue }

    package var title: String {
        switch self {
        case .entra000: "Failed to connect to Microsoft Graph"
        case .entra001: "Microsoft Entra authentication failed"
        case .entra002: "Microsoft Entra authorization failed"
        case .entra003: "Microsoft Graph TLS/SSL certificate error"
        case .entra004: "Microsoft Graph connection timed out"
        case .entra005: "Microsoft Graph API throttled"
        case .entra050: "Failed to get Entra Named Location"
        case .entra051: "Failed to update Entra Named Location"
        case .entra052: "Entra Named Location not found"
        case .entra053: "Entra Named Location is not an IP-based location"
        case .entra054: "Invalid or unexpected response from Microsoft Graph"
        case .spool001: "Request file is not readable JSON"
        case .spool002: "Request is not valid"
        case .spool003: "Named location is not configured here"
        case .spool004: "Grant expired before it could be applied"
        case .spool005: "Grant superseded by a later revoke"
        case .spool006: "Request is not authorised"
        case .spool007: "Unsafe or unreadable file"
        case .spool008: "Request was abandoned after repeated crashes"
        }
    }

    /// What happens next unless the answer itself says otherwise (`ReplyVerdict`).
    package var remedy: Remedy {
        switch self {
        case .entra000, .entra004, .entra005, .entra054: .tryAgain
        case .entra001, .entra002, .entra003, .entra050, .entra052, .entra053: .grace
        case .entra051, .spool001, .spool002, .spool003, .spool004, .spool005, .spool006, .spool007, .spool008: .fail
        }
    }
}
