import Grants

/// The request files: what can be wrong with one before Entra is ever asked.
extension Explanation {
    static let spool001 = Explanation(
        .spool001,
        """
        The file is not JSON that can be trusted: empty, torn, not UTF-8, a key that stands twice, nested too \
        deeply, or over 64 KiB. The detail names the place.
        SPOOL002: There the JSON is sound and what it says is not.
        SPOOL007: There the file could not even be opened safely.
        SPOOL008: There reading the file brought the worker down.
        - The producer crashed, or the power failed, before the file was complete.
        - The file was built by hand or by printf, and a quote, brace or comma is missing.
        - A text editor saved it in another encoding than UTF-8.
        1. Where does it break?
        $ python3 -m json.tool failed/SPOOL001/NAME.json
        2. Correct the file and move it back, or have its producer write it again.
        3. Producers should write the file under tmp/ and rename it into incoming/ when it is complete; \
        contrib/inject-grant shows how.
        Do: Correct the JSON at the place that the detail names, or have the producer write the request again, then \
        move the file back.
        """)

    static let spool002 = Explanation(
        .spool002,
        """
        The JSON is sound, but it is not a request: a field is missing, unknown, of the wrong type or value, or two \
        of them contradict each other. Unknown fields are refused on purpose: a misspelt expiresAt must not become a \
        grant that lasts longer than meant.
        ENTRA051: There the fields are fine, and an address in them is not acceptable.
        SPOOL001: There the file is not even JSON.
        SPOOL003: There the request is fine, and its location is not served here.
        - A slip in a field's name; the detail says which one may have been meant.
        - Both expiresAt and durationSeconds, or an end before the beginning.
        - "addresses" is a text instead of a list, or a number stands in quotes.
        - A time without a zone: 2026-11-20T22:59:00Z is right.
        1. Read the detail in the .why file: it names the field.
        2. Compare with the table of fields in README.md.
        3. Correct the file and move it back; if a program wrote it, correct the program too.
        Do: Correct the field that the detail names, then move the file back.
        """)

    static let spool003 = Explanation(
        .spool003,
        """
        The request names a location that is not in the configuration, or names none where several are configured. \
        Only configured locations may be written.
        ENTRA052: There the location is configured, and does not exist in Entra.
        SPOOL002: There a field is wrong in itself.
        - A slip in the name (office, Office and office1 are three names).
        - The request is meant for another worker or another tenant.
        - The location was taken out of the configuration, or the worker has not read it again yet.
        1. Compare "location" in the file with the names and IDs under namedLocations.
        2. If the location belongs here, add it, have the configuration checked, and reload it with SIGHUP:
        $ knocknoc-entra check
        3. Otherwise correct the name in the file.
        Do: Add the location to the configuration or correct its name in the file, then move the file back.
        """)

    static let spool004 = Explanation(
        .spool004,
        """
        By the time the grant could have been applied, its own end had passed. Nobody was let in.
        SPOOL005: There the grant was taken back by somebody; here its time ran out.
        - The worker was not running, or Entra could not be reached, for longer than the grant was to last.
        - The clock of the producer or of this host is wrong, or a local time was written with a Z.
        - An old file was moved back into incoming/. durationSeconds counts from issuedAt, not from now.
        1. Are the clocks right, here and where the file came from?
        $ date -u; timedatectl
        2. Compare expiresAt (or issuedAt plus durationSeconds) with the file's time of arrival.
        3. If the access is still wanted, have a new grant issued. Moving the same file back fails again.
        Then: Fails the request; it is remembered, so that no older grant of the same key comes to life afterwards. \
        Only with a later end, and a later issuedAt, is it worth another try. In the spool's folder:
        $ mv failed/SPOOL004/NAME.json incoming/
        Do: Have a new grant issued if the access is still wanted; moving this file back unchanged fails again.
        """)

    static let spool005 = Explanation(
        .spool005,
        """
        A revoke or flush that was issued at the same time or later covers this grant, so it must not take effect, \
        whichever of the two files came first. On a revoke the code means: it found only newer grants, so it ended \
        nothing.
        SPOOL004: There the grant's own time ran out; nobody took it back.
        - The user logged out again before the grant could be applied: all is as it should be.
        - An old grant was moved back into incoming/ after its revoke.
        - The producer's clock is behind, so that new grants look older than the last revoke.
        1. Usually nothing. The later wish was followed.
        2. Compare issuedAt in the file with the time of the revoke in the journal:
        $ cat journal/*.ndjson | grep USER-OR-ADDRESS
        3. If the access is wanted, have a new grant issued, with a new issuedAt.
        Then: Fails the request and remembers it for as long as the revoke. Moved back unchanged, it fails again; a \
        grant issued after the revoke goes through. With a new issuedAt in the file, in the spool's folder:
        $ mv failed/SPOOL005/NAME.json incoming/
        Do: Usually nothing, the later revoke was followed; if the access is wanted, have a new grant issued.
        """)

    static let spool006 = Explanation(
        .spool006,
        """
        Whoever handed in this request did not prove that they may: the token is missing or was rejected, or the \
        file's owner is not among those allowed. The detail says which check failed, what it expected and what it \
        found.
        ENTRA001: That is the worker's own sign-in to Entra, refused by Entra.
        ENTRA002: That is the worker's own permission in Graph, also the one to ask for groups.
        - Entra authentication is on and the producer sends no token, or one that has expired.
        - The token was issued for another audience, tenant or issuer than the configured ones: tokens of version \
        1.0 and 2.0 differ in both iss and aud.
        - It lacks a role or another claim that requiredClaims asks for.
        - The submitter is not in a group that the location asks for (authorizedGroups).
        - The file was changed after it had been accepted: changed bytes need a new token.
        - allowedOwners is set, and the file belongs to somebody else; an editor may have made it anew.
        1. Read the detail in the .why file: it names the check, never the token.
        2. Compare with entraAuthentication, authorizedGroups and allowedOwners in the configuration.
        3. A time in the detail that is wrong points to a clock, here or at the producer.
        $ date -u; timedatectl
        4. Have the producer hand in the request again with a fresh token.
        Do: Have the request handed in again by somebody who may, with a fresh token; the detail names the check \
        that failed.
        """)

    static let spool007 = Explanation(
        .spool007,
        """
        What lay in incoming/ is not a plain file that can be read safely: a symbolic link, a hard link, a pipe, \
        socket or device, or a file that the worker may not read. It was moved aside, not followed.
        SPOOL001: There the file could be read, and was not JSON.
        SPOOL008: There the file is plain, and something in it stops the worker.
        - mktemp made the file with mode 0600, and the worker runs as another user.
        - A link was made instead of moving the file.
        - Somebody tries to make the worker read a file that it should not.
        1. What is it, and whose?
        $ ls -l failed/SPOOL007/
        2. A plain file with the wrong mode: let the group read it, and move it back.
        $ chmod 0640 failed/SPOOL007/NAME.json
        3. A link: find out who made it. Hand in a real file instead, and delete the link.
        Do: Make it a plain file that the worker may read (chmod 0640), then move it back; do not copy what a link \
        points to without looking.
        """)

    static let spool008 = Explanation(
        .spool008,
        """
        Three times the worker began with this file and ended before it was done with it. It was put aside so that \
        the other requests go on. That is a fault in the worker, whatever the file holds.
        SPOOL001: There the file was read to the end, and found not to be JSON.
        SPOOL007: There the file was not opened at all.
        - A fault in the worker that this file brings out.
        - The machine killed the worker at that moment, for want of memory for instance.
        1. What ended the worker?
        $ journalctl -u knocknoc-entra --since -1h
        $ journalctl -k | grep -i 'out of memory'
        2. Keep the file: it is what is needed to find the fault. It holds personal data; mind whom you send it.
        3. Have the request issued anew. After an update, or if memory was the cause, move the file back.
        Do: Keep this file for whoever maintains the worker, and have the request issued anew; move it back only \
        after an update.
        """)
}
