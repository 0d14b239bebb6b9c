/// A ledger file as the first version wrote it, with each of its parts.
let formerLedger = #"""
    {"adopted":["198.51.100.0/24"],"confirmation":"confirmed","confirmed":["8.8.8.8/32","203.0.113.7/32",\#
    "2001:db8:0:1::/64"],"departures":[{"cause":"revoked","range":"8.8.8.8/32",\#
    "since":"2026-11-28T11:29:35.778342Z"}],"endings":[{"issuedAt":"2026-11-28T11:29:29.770342Z",\#
    "item":"20261128T112929.770342Z-8f55~b%20%C3%A4.json","key":"id id/1",\#
    "until":"2026-12-05T11:29:35.778342Z"},{"issuedAt":"2026-11-28T11:29:29.770370Z",\#
    "item":"20261128T112929.770370Z-562a~c.json","key":"user 8.8.4.4/32 bob@example.com",\#
    "until":"2026-12-05T11:29:32.802387Z"}],"forgotten":"2026-11-20T12:00:00.500Z",\#
    "id":"aaaaaaaa-0000-4000-8000-000000001000","kept":["192.0.2.0/32"],"leases":[\#
    {"expiresAt":"2026-11-28T19:29:29.770204Z","issuedAt":"2026-11-28T11:29:29.770204Z",\#
    "item":"20261128T112929.770204Z-a7f6~a.json","key":"user 203.0.113.7/32,2001:db8:0:1::/64 zoë \"q\" \\ / 😀",\#
    "ranges":["203.0.113.7/32","2001:db8:0:1::/64"],"requestId":"r-1","user":"Zoë \"Q\" \\ / 😀"},\#
    {"expiresAt":"2026-11-28T13:29:29.250Z","issuedAt":"2026-11-28T11:29:29.770423Z",\#
    "item":"20261128T112929.770423Z-f8b9~d.json","key":"user 8.8.4.0/24 carol@example.com","ranges":[\#
    "8.8.4.0/24"],"startsAt":"2026-11-28T12:29:29Z","user":"carol@example.com"}],"location":"l0",\#
    "settling":{"20261128T112929.770204Z-a7f6~a.json#00000000000000ff":"SPOOL004",\#
    "20261128T112929.770204Z-a7f6~b.json#0000000000000100":"done"},"tombstones":[{"endedSomething":false,\#
    "issuedAt":"2026-11-28T11:29:34.272109Z","item":"20261128T112934.272109Z-2459~e.json","scope":"user",\#
    "until":"2026-12-05T11:29:34.272300Z","user":"dave@example.com"},{"endedSomething":false,\#
    "issuedAt":"2026-11-28T11:29:34.272187Z","item":"20261128T112934.272187Z-6946~f.json","ranges":[\#
    "9.9.9.9/32"],"scope":"addresses","until":"2026-12-05T11:29:34.272300Z"},{"endedSomething":false,\#
    "grantId":"none","issuedAt":"2026-11-28T11:29:34.272218Z","item":"20261128T112934.272218Z-20ee~g.json",\#
    "scope":"grantId","until":"2026-12-05T11:29:34.272300Z"},{"endedSomething":false,\#
    "issuedAt":"2026-11-28T11:29:34.272242Z","item":"20261128T112934.272242Z-e15b~h.json","ranges":[\#
    "8.8.4.4/32"],"scope":"user","until":"2026-12-05T11:29:34.272300Z","user":"bob@example.com"},\#
    {"endedSomething":true,"grantId":"id/1","issuedAt":"2026-11-28T11:29:35.774472Z",\#
    "item":"20261128T112935.774472Z-2e7b~i.json","scope":"grantId","until":"2026-12-05T11:29:35.778342Z"}],\#
    "version":1}
    """#
