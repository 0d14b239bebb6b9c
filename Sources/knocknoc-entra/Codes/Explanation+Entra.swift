import Grants

/// Connection and sign-in: what stands between this host and an access token that Graph takes.
extension Explanation {
    static let entra000 = Explanation(
        .entra000,
        """
        No connection to Microsoft came about: the name did not resolve, the connection was refused or broken off \
        before an answer, a proxy said no, or the sign-in service answered that it is out of order. Nothing was \
        judged yet, neither credentials nor permissions.
        ENTRA003: There the connection stood and the certificate was not believed.
        ENTRA004: There nothing said no: the answer never came within the time allowed.
        ENTRA054: There an answer came, and it was not one that Graph would give.
        - DNS does not resolve login.microsoftonline.com or graph.microsoft.com on this host.
        - A firewall rejects outbound TCP 443, or there is no route.
        - A proxy is needed and not configured, or it refuses (407: it wants a login of its own).
        - The sign-in service has a fault (HTTP 5xx). Then it passes by itself.
        1. Do both names resolve?
        $ getent ahosts login.microsoftonline.com
        $ getent ahosts graph.microsoft.com
        2. Does a request get through? Any HTTP status, even 401, means yes.
        $ curl -sS -o /dev/null -w '%{http_code}\\n' \\
        $   https://graph.microsoft.com/v1.0/
        3. Behind a proxy: look at "proxy" in the configuration and at HTTPS_PROXY in the environment of the \
        service, which is not that of your shell.
        4. If all of this works, look at https://status.cloud.microsoft for an incident.
        Do: Make login.microsoftonline.com and graph.microsoft.com reachable from this host on TCP 443 (DNS, \
        firewall, proxy), then move the file back.
        """)

    static let entra001 = Explanation(
        .entra001,
        """
        Entra did not accept who we say we are: the tenant ID, the client ID or the credential (secret, certificate \
        or federated token) is wrong, expired or unknown, or its file cannot be used. The detail says which, by an \
        AADSTS number if Entra was asked.
        ENTRA002: There the sign-in worked, and the permission to change locations is missing.
        SPOOL006: That is about whoever handed in the request, not about the worker's own sign-in.
        - AADSTS7000215: wrong secret. Often the Secret ID (a GUID) was copied instead of the secret's Value.
        - AADSTS7000222: the secret has expired (two years at the most).
        - AADSTS700016: no such client ID in this tenant; one of the two IDs is wrong, or the app was deleted.
        - AADSTS90002: no such tenant, or it lives in another national cloud than the configured one.
        - AADSTS7000229 or 7000112: the app has no service principal in this tenant, or it is disabled.
        - AADSTS700027: the certificate was not uploaded to the app, or only a moment ago.
        - AADSTS700024: the clock of this host is wrong, so that what the certificate signed is out of its time.
        - AADSTS700211 to 700213: the app trusts no federated token with that issuer, audience or subject.
        - AADSTS53003: a Conditional Access policy for workload identities blocks this host's own address.
        - The secret was renewed in Entra and the file here still holds the old one.
        - The credential's file is missing, or open to every user of this host, which is refused.
        1. Entra admin centre (entra.microsoft.com) > App registrations > the app > Overview: compare Directory \
        (tenant) ID and Application (client) ID with the configuration, character by character.
        2. Same app > Certificates & secrets: is it there, has it expired? If so, add a new one.
        3. Copy a secret's Value at once, it is shown only then, and put it into the secret file:
        $ (umask 077; cat > config/secrets/client-secret)
        4. See whether the configuration and the credential read well; a changed file needs no restart.
        $ knocknoc-entra check
        Do: Correct tenant ID, client ID or credential (the detail says which; of a secret it takes the Value, not \
        the Secret ID), then move the file back.
        """)

    static let entra002 = Explanation(
        .entra002,
        """
        The sign-in worked and Graph answered 403: this app is not permitted to do that with named locations.
        ENTRA001: There not even the sign-in was accepted.
        ENTRA050: There Graph had another objection to reading than a missing permission.
        SPOOL006: That is our own refusal of a request; this is Graph's refusal of the worker.
        - Policy.ReadWrite.ConditionalAccess was never added to the app, or not consented to.
        - It was added as a delegated permission; a daemon needs the application permission.
        - Only Policy.Read.All was granted: then reading works and every change is refused.
        - Consent was given a moment ago and has not spread yet, or it was given to another app.
        1. Entra admin centre > App registrations > the app > API permissions: Microsoft Graph, \
        Policy.ReadWrite.ConditionalAccess, Type "Application", Status "Granted" with a green tick. Microsoft also \
        lists Policy.Read.All; add it likewise if reading is refused.
        2. If the tick is missing: "Grant admin consent", as a Privileged Role Administrator.
        3. Compare the client ID on the Overview page with the configuration: is it this app?
        4. Wait a minute. The worker drops its token after a 403, so new consent needs no restart.
        Do: Give the app the application permission Policy.ReadWrite.ConditionalAccess with admin consent, then move \
        the file back.
        """)

    static let entra003 = Explanation(
        .entra003,
        """
        TCP connected, but the TLS handshake failed: the certificate shown could not be verified with this host's \
        trust store. Nothing was sent. There is no way to switch verification off.
        ENTRA000: There no connection came about at all.
        ENTRA004: There the handshake was not answered in time; nothing was wrong with it.
        ENTRA054: There TLS was fine, and what came through it was not from Graph.
        - A proxy that opens TLS (Zscaler, Netskope, Palo Alto and the like) shows a certificate of its own.
        - The clock of this host is wrong, so that good certificates look expired or not yet valid.
        - The CA certificates are missing, outdated or damaged; "caFile" names the wrong file.
        1. Is the clock right, to the minute?
        $ date -u; timedatectl
        $ timedatectl set-ntp true
        2. Who signed what we are shown? The issuer should be DigiCert or Microsoft; your own company's name means \
        an intercepting proxy.
        $ openssl s_client -connect graph.microsoft.com:443 \\
        $   -servername graph.microsoft.com -showcerts </dev/null
        3. Intercepting proxy: exempt login.microsoftonline.com and graph.microsoft.com from inspection, or put its \
        CA into a file and name that as "caFile" in the configuration.
        4. Otherwise renew the CA certificates of the system:
        $ apt-get install --reinstall ca-certificates
        $ update-ca-certificates --fresh
        Do: Check the clock (date -u) and who signed the certificate shown for graph.microsoft.com (explain ENTRA003 \
        has the command), put that right, then move the file back.
        """)
}
