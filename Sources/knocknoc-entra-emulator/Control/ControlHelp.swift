/// What `GET /_emulator` answers.
let controlHelp = """
    The control interface. Bodies are JSON (JSON5 is taken); a success without content is 204, a mistake 400 with "error".

    GET    /_emulator/requests          the log; ?kind= ?after=N ?applied=true narrow it,
                                        ?atLeast=N&timeoutMs=MS waits for N entries (408 when they do not come)
    DELETE /_emulator/requests          empties log and counts
    GET    /_emulator/counts            requests by kind, and throttled, faults, total
    GET    /_emulator/locations         all locations
    GET    /_emulator/locations/ID      one: {"type","displayName","isTrusted","ranges",...}
    PUT    /_emulator/locations/ID      {"type":"ip","displayName","isTrusted","ranges":[CIDR or object]}
                                        {"type":"country","countries":[...]} or {"type":"#any.odata.type"}
    DELETE /_emulator/locations/ID
    GET    /_emulator/settings
    PUT    /_emulator/settings          any of: rate rateToleranceMs countsRefused retryAfter (none|seconds|decimal|date)
                                        retryAfterSeconds quotaUsedUpMs latencyMs tokenLifetime expiresInAsText
                                        resources writeNeedsBothRoles writeStatus staleReadsMs refusedRanges pageSize
                                        refuseReusedAssertions policies users groups servicePrincipalGroups;
                                        of one app (clientId, else the first): roles secrets certificates
                                        federatedTokens disabled servicePrincipalMissing
    GET    /_emulator/faults
    POST   /_emulator/faults            {"match":{"kind","id"},"after":N,"times":N or null,"do":NAME, ...}
                                        not dealt with: status {status,code,message,aadsts,suberror,headers,body}
                                        reset close stall{ms} garbage html redirect{location}
                                        throttle{retryAfter,seconds} claimsChallenge{claims,revoke}
                                        dealt with: delay{ms} cut headersCut applyThenReset applyThenClose
                                        applyThenStall{ms} landLater{ms,status}
    DELETE /_emulator/faults
    POST   /_emulator/tokens/revoke     all access tokens
    POST   /_emulator/keys/roll         {"keepOld":true}
    POST   /_emulator/mint              {"version":1|2,"claims":{},"removed":[],"expiresIn","validIn","issuedIn",
                                        "header":{},"removedHeader":[],"key":"current|old|foreign",
                                        "alg":"RS256|PS256|HS256|none"}
    POST   /_emulator/reset             back to the seed; keys, tokens, log and faults go
    GET    /_emulator/version

    Kinds: \(RequestKind.allCases.map(\.rawValue).joined(separator: " ")); a fault also takes "any".

    """
