/// Everything the doctor looks at; the name is what it prints and the anchor in `contrib/docs/doctor.md`.
enum Check: String, CaseIterable {
    case configurationFound = "configuration-found"
    case configurationValid = "configuration-valid"
    case configurationWarnings = "configuration-warnings"

    case credentialPresent = "credential-present"
    case credentialReadable = "credential-readable"
    case credentialPrivate = "credential-private"
    case credentialBlanks = "credential-blanks"
    case credentialSecretId = "credential-secret-id"
    case certificateDates = "certificate-dates"
    case certificateKey = "certificate-key"

    case spoolFound = "spool-found"
    case spoolMarker = "spool-marker"
    case spoolFolders = "spool-folders"
    case spoolModes = "spool-modes"
    case spoolOwner = "spool-owner"
    case spoolFileSystem = "spool-file-system"
    case spoolRoom = "spool-room"
    case spoolInodes = "spool-inodes"
    case spoolWorker = "spool-worker"
    case workerAlive = "worker-alive"
    case workerTroubles = "worker-troubles"
    case spoolWaiting = "spool-waiting"
    case spoolFailed = "spool-failed"
    case ledgerReadable = "ledger-readable"
    case ledgerOrphans = "ledger-orphans"

    case networkProxy = "network-proxy"
    case caBundle = "ca-bundle"
    case networkTLS = "network-tls"
    case dns
    case tcp
    case tls
    case tlsIssuer = "tls-issuer"
    case tlsDates = "tls-dates"

    case clock

    case tokenAnswer = "token-answer"
    case tenantKnown = "tenant-known"
    case applicationKnown = "application-known"
    case credentialAccepted = "credential-accepted"
    case signInAllowed = "sign-in-allowed"
    case tokenReadable = "token-readable"
    case tokenTenant = "token-tenant"
    case tokenApplication = "token-application"
    case tokenAudience = "token-audience"
    case rolesPresent = "roles-present"
    case roleWrite = "role-write"
    case roleRead = "role-read"
    case rolesExcess = "roles-excess"
    case rolesGroups = "roles-groups"

    case keysMetadata = "keys-metadata"
    case keysUsable = "keys-usable"

    case locationFound = "location-found"
    case locationPermitted = "location-permitted"
    case locationType = "location-type"
    case locationTrusted = "location-trusted"
    case locationRanges = "location-ranges"
    case locationForms = "location-forms"
    case locationFirstStart = "location-first-start"
    case locationMatches = "location-matches"

    case policiesReadable = "policies-readable"
    case policyRefers = "policy-refers"
    case policyEnforced = "policy-enforced"
    case policyRanges = "policy-ranges"

    case throttled

    var step: Step {
        switch self {
        case .configurationFound, .configurationValid, .configurationWarnings: .configuration
        case .credentialPresent, .credentialReadable, .credentialPrivate, .credentialBlanks, .credentialSecretId,
            .certificateDates, .certificateKey:
            .credential
        case .spoolFound, .spoolMarker, .spoolFolders, .spoolModes, .spoolOwner, .spoolFileSystem, .spoolRoom,
            .spoolInodes, .spoolWorker, .workerAlive, .workerTroubles, .spoolWaiting, .spoolFailed, .ledgerReadable,
            .ledgerOrphans:
            .spool
        case .networkProxy, .caBundle, .networkTLS, .dns, .tcp, .tls, .tlsIssuer, .tlsDates: .network
        case .clock: .clock
        case .tokenAnswer, .tenantKnown, .applicationKnown, .credentialAccepted, .signInAllowed, .tokenReadable,
            .tokenTenant, .tokenApplication, .tokenAudience, .rolesPresent, .roleWrite, .roleRead, .rolesExcess,
            .rolesGroups:
            .token
        case .keysMetadata, .keysUsable: .keys
        case .locationFound, .locationPermitted, .locationType, .locationTrusted, .locationRanges, .locationForms,
            .locationFirstStart, .locationMatches:
            .locations
        case .policiesReadable, .policyRefers, .policyEnforced, .policyRanges: .policies
        case .throttled: .pace
        }
    }
}
