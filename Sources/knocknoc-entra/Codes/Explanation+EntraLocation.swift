import Grants

/// The named location itself: reading it, changing it, and whether it is the right thing at all.
extension Explanation {
    static let entra050 = Explanation(
        .entra050,
        """
        Graph would not show the named location, and not for one of the reasons that have a code of their own (401, \
        403, 404, 429). The status and Graph's own words stand in the detail.
        ENTRA002: That is the 403: a permission is missing.
        ENTRA051: There reading was not the trouble: the change was refused.
        ENTRA052: That is the 404: there is no such location.
        ENTRA054: There the answer said success and made no sense.
        - A fault at Microsoft (HTTP 5xx). It passes.
        - HTTP 400: the ID in the configuration is not one that Graph understands.
        - Authority and Graph of different national clouds in the configuration.
        1. Read the status in the .why file. 5xx: wait, and look at https://status.cloud.microsoft.
        2. 4xx: compare the ID in the configuration with the one that Graph Explorer shows for
        $ GET /v1.0/identity/conditionalAccess/namedLocations
        3. Is "cloud" (or "authority" and "graph") right for this tenant?
        4. Still there: open a case with Microsoft and give the Graph request-id from the .why file.
        Then: A 5xx, 408, 409 or 423 is tried again at growing intervals until giveUpAfter (10 min); any other \
        status waits out the grace (30 s) and then fails. Only this location waits, the others go on. Revokes, \
        flushes and expiries are already in the ledger and are sent as soon as Entra accepts. In the spool's folder:
        $ mv failed/ENTRA050/* incoming/
        Do: Look at the status in the detail: 5xx passes by itself; for 4xx compare the location's ID and the cloud \
        in the configuration; then move the file back.
        """)

    static let entra051 = Explanation(
        .entra051,
        """
        The list could not be changed. Either the worker found the reason itself before sending (an address that is \
        malformed or not allowed, a full location, a list that was there before us), or Graph refused the change. \
        The detail says which.
        ENTRA005: There Graph did not look at the list, it asked us to wait.
        ENTRA050: There reading failed; nothing was sent to be changed.
        ENTRA052: There the location to be changed does not exist.
        SPOOL002: There a field is wrong; here the fields are fine and an address is not.
        - An address is not one: leading zeros, a port, a zone such as %eth0, host bits set in a CIDR.
        - The range is wider than allowed (minPrefixIPv4, minPrefixIPv6), or private, loopback, multicast.
        - "location full": a named location holds 2,000 ranges and they are taken.
        - The location held ranges before the worker first wrote to it: the ID is wrong, the ledger was lost, or \
        somebody has to decide (firstStart: "guard").
        - Another program changes the same location at the same time (HTTP 409, 412, 423).
        1. Read the detail in the .why file: does it speak of an address, of the location, or of Graph?
        2. An address: correct the file in failed/ENTRA051/ and move it back.
        3. A private or wide range that is meant: set allowPrivate, minPrefixIPv4 or minPrefixIPv6 for the location. \
        Entra sees the public address of a user, so a private one seldom helps.
        4. "location full": end grants that are not needed (revoke or flush), shorten maxGrantDuration, or spread \
        the users over two locations.
        5. Ranges that were there before: is the ID right? They stand in ledger/LOCATION.found. Keep them for a time \
        or for good, or throw them away, as the worker's user; then move the file back.
        $ knocknoc-entra adopt LOCATION --for 8h
        $ knocknoc-entra adopt LOCATION --pin
        $ knocknoc-entra adopt LOCATION --replace
        6. Other writers: Entra admin centre > Audit logs, Activity "Update named location".
        Then: What it found itself in a request, and "location full", fails at once. A conflict or 5xx from Graph is \
        tried again at growing intervals until giveUpAfter (10 min). If Graph calls the list bad (400), the worker \
        finds the request that spoils it by sending parts; that one fails and the others go through. A location that \
        refuses every list, or holds one from before the first write, waits out the grace (30 s). Removals stay in \
        the ledger and are sent as soon as Entra accepts. In the spool's folder:
        $ mv failed/ENTRA051/NAME.json incoming/
        $ mv failed/ENTRA051/* incoming/
        Do: As the detail says, correct the address in the file, permit it in the location's configuration, make \
        room, or decide with `adopt`; then move the file back.
        """)

    static let entra052 = Explanation(
        .entra052,
        """
        Graph answered 404 for the configured ID, and again when asked once more: this tenant has no such named \
        location.
        ENTRA050: There the location may well exist, and reading it failed.
        ENTRA051: There the location exists and the change was refused.
        ENTRA053: There the location exists, and is not made of addresses.
        SPOOL003: There this worker's configuration does not know the name; Entra was not asked.
        - The named location was deleted, perhaps to be made anew: then it has a new ID.
        - The ID belongs to another tenant, or to something else (a policy, an app).
        - A slip in copying the GUID.
        - It was created a minute ago and has not spread yet.
        1. Entra admin centre > Conditional Access > Named locations: is it there?
        2. Its ID, in Graph Explorer (signed in to the same tenant):
        $ GET /v1.0/identity/conditionalAccess/namedLocations
        3. Was it deleted by mistake? Where the tenant keeps deleted locations it can be restored with its ID:
        $ GET /v1.0/identity/conditionalAccess/deletedItems/namedLocations
        4. Write the right ID into the configuration under namedLocations. A ledger that belongs to the old ID \
        pauses the location, and the log says what to do with it. Policies that referred to a deleted location have \
        to be pointed to the new one. Check, then reload with SIGHUP:
        $ knocknoc-entra check
        Do: Put the ID of an existing named location of this tenant into the configuration (Graph Explorer lists \
        them), then move the file back.
        """)

    static let entra053 = Explanation(
        .entra053,
        """
        The ID leads to a named location of another kind, such as one made of countries. Only an IP ranges location \
        can hold addresses, and the kind of a location cannot be changed.
        ENTRA052: There nothing at all has this ID.
        ENTRA054: There the answer could not be understood; here it is clear.
        - A countries location was made where an IP ranges location was meant.
        - The ID of a neighbouring location was copied.
        1. Entra admin centre > Conditional Access > Named locations: look at the column Location type.
        2. "+ IP ranges location": give it a name and the placeholder 192.0.2.0/32, which the worker replaces with \
        its first list.
        3. Write the new location's ID into the configuration, and name the new location in the policies.
        4. See that the configuration reads well, then reload it with SIGHUP:
        $ knocknoc-entra check
        Do: Make an IP ranges location in Entra, put its ID into the configuration and into the policies, then move \
        the file back.
        """)

    static let entra054 = Explanation(
        .entra054,
        """
        An answer came, and it was not Graph's: HTML, a redirect, a body that is cut, garbled or too long, or JSON \
        without what must be in it. Whether a change was made is not known; the whole list is sent again.
        ENTRA000: There no answer came at all.
        ENTRA003: There TLS itself failed, before any answer.
        ENTRA050: There Graph said clearly that it failed.
        ENTRA053: There the answer is sound, and names another kind of location.
        - A proxy or captive portal answers in Graph's place (a login or block page).
        - "authority" or "graph" in the configuration leads to something else.
        - The connection was cut in the middle of the answer.
        1. What does this host get? Graph answers JSON, also for an error.
        $ curl -sS -i https://graph.microsoft.com/v1.0/ | head -n 30
        2. HTML or a redirect: log in to the portal, or have the two Microsoft hosts exempted in the proxy.
        3. Look at "authority", "graph" and "proxy" in the configuration.
        Do: Find what changes the answers on the way (proxy, captive portal, a wrong URL in the configuration), then \
        move the file back.
        """)
}
