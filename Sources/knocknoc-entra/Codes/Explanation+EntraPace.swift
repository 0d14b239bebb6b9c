import Grants

/// Time: an answer that does not come, and an answer that says "later".
extension Explanation {
    static let entra004 = Explanation(
        .entra004,
        """
        Connecting, the handshake or the answer took longer than allowed (connectTimeout 10 s, requestTimeout 30 s). \
        If a change was under way it may have been made all the same; the worker therefore sends the whole list \
        again, which is harmless.
        ENTRA000: There something said no at once: refused, no such name, no route.
        ENTRA003: There the handshake was answered, and failed.
        ENTRA005: There Graph did answer, and asked us to come back later.
        - A firewall drops packets to TCP 443 silently instead of rejecting them.
        - Packet loss, a broken route or IPv6 that leads nowhere.
        - A proxy or an overloaded line that is slow; seldom, Microsoft being slow.
        1. How long does each part take?
        $ curl -sS -o /dev/null -w '%{time_connect} %{time_total}\\n' \\
        $   https://graph.microsoft.com/v1.0/
        2. Is only one of IPv4 and IPv6 broken?
        $ curl -4 -sSI https://graph.microsoft.com/v1.0/
        $ curl -6 -sSI https://graph.microsoft.com/v1.0/
        3. Ask whoever runs the firewall for dropped packets from this host to port 443.
        4. On a line that is slow by nature, raise requestTimeout in the configuration.
        Do: Find what swallows traffic from this host to Microsoft on TCP 443 (a dropping firewall, broken IPv6), \
        then move the file back.
        """)

    static let entra005 = Explanation(
        .entra005,
        """
        Microsoft answered 429: too many requests. For named locations the limit is one request a second for the \
        whole tenant, shared by every program that reads or changes Conditional Access.
        ENTRA004: There no answer came; here one came, and it says wait.
        ENTRA051: There Graph looked at the list and refused it; here it did not look.
        - Another tool (backup, Terraform, reporting, a script) reads or changes policies in this tenant.
        - Two workers or agents serve the same tenant, each believing it has the limit to itself.
        - requestsPerSecond in the configuration is above 1.
        1. Usually nothing: the worker waits as long as it is told and then sends one list for all that waited.
        2. If it lasts longer than a few minutes: Entra admin centre > Audit logs, Category "Policy": who else is \
        updating named locations or policies? Make that tool slower, or run it at another hour.
        3. Make sure that only one worker serves the tenant, and that requestsPerSecond is 1.
        Then: Closes the gate for as long as Microsoft says, at most an hour, and never for less than a growing time \
        (2 s up to 2 min). That time does not count against giveUpAfter (10 min); a grant that it held up for \
        longestThrottle (1 h) altogether fails with this code. Everything that waits goes out in one list. Revokes, flushes and expiries stay in the ledger until they are sent. Files that failed \
        nevertheless, in the spool's folder:
        $ mv failed/ENTRA005/* incoming/
        Do: Wait a few minutes, slow down whatever else reads or changes Conditional Access in this tenant, then \
        move the file back.
        """)
}
