"""Events that the built program itself brings about, in the shape of Microsoft's tables."""
import subprocess

import codes
from world import CLIENT, World, environment, until

GROUP = "99999999-0000-4000-8000-00000000000a"
ALICE = "cccccccc-0000-4000-8000-000000000001"


def samples(name, programs):
    if name == "app-asked-something-else":
        return list(requests(programs))
    if name == "worker-raises-alarm":
        return list(alarms(programs))
    return []


def requests(programs):
    """Whatever worker, doctor and what-if ask of Graph is no alarm."""
    locations = {"office": "aaaaaaaa-0000-4000-8000-000000000001", "lab": "aaaaaaaa-0000-4000-8000-000000000002"}
    configured = {name: {"id": one, **({"authorizedGroups": [GROUP]} if name == "office" else {})}
                  for name, one in locations.items()}
    authentication = {"enabled": True, "anyTokenOfTenant": True}
    with World(programs, configured, entraAuthentication=authentication) as world:
        world.ask("PUT", "settings", {
            "roles": ["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "User.Read.All", "GroupMember.Read.All"],
            "groups": {"55555555-5555-4555-8555-555555555555": [GROUP]}, "users": {"alice@example.com": ALICE},
            "policies": [{"id": f"p{number}", "displayName": f"Policy {number}", "state": "enabled", "conditions": {
                "users": {"includeUsers": ["All"]}, "locations": {"includeLocations": ["All"], "excludeLocations": [
                    locations["office"], "dddddddd-0000-4000-8000-000000000001"]}}} for number in range(5)],
            "pageSize": 2})
        world.start()
        token = world.ask("POST", "mint", {"version": 1, "claims": {"_claim_names": {"groups": "src1"}}})["token"]
        name = world.drop(codes.grant(token=token))
        verdict = world.await_verdict(name)
        if verdict != "done":
            raise RuntimeError(f"a grant by group ended as {verdict}: {world.log[-1000:]}")
        world.command("doctor")
        world.command("what-if", "alice@example.com", "203.0.113.7")
        seen = {(entry["method"], entry["path"]) for entry in world.ask("GET", "requests")
                if entry["path"].startswith("/v1.0/")}
    wanted = {("PATCH", "namedLocations/"), ("GET", "namedLocations/"), ("POST", "getMemberGroups"), ("GET", "policies"),
              ("POST", "evaluate"), ("GET", "$select=id"), ("GET", "namedLocations?")}
    missing = [pair for pair in wanted if not any(method == pair[0] and pair[1] in path for method, path in seen)]
    if missing:
        raise RuntimeError(f"the program was expected to ask for {missing}; it asked for {sorted(seen)}")
    for method, path in sorted(seen):
        yield {"say": f"the program itself: {method} {path}", "trips": False, "event": {
            "Type": "MicrosoftGraphActivityLogs", "AppId": CLIENT, "IPAddress": "203.0.113.250", "RequestMethod": method,
            "RequestUri": "https://graph.microsoft.com" + path}}


def alarms(programs):
    """What `journal verify` says of a journal that is whole, and of one that somebody has edited."""
    with World(programs) as world:
        world.start()
        world.await_verdict(world.drop(codes.grant()))
        world.await_verdict(world.drop(codes.grant("203.0.113.8", user="eve@example.com")))
        # What any life says on the way is no alarm either.
        until("the log", lambda: world.log.count("grant.applied") == 2)
        yield from (said("the log of a day without alarm", line, False) for line in world.log.splitlines())
        world.stop()
        yield said("a whole journal", verify(world), False)
        day = next((world.spool / "journal").glob("*.ndjson"))
        day.write_text(day.read_text().replace("eve@example.com", "bob@example.com"))
        yield said("an edited journal", verify(world), True)


def verify(world):
    """By the very line of the page, as far as the log."""
    command = " ".join(f"'{word}'" for word in world.arguments("journal", "verify"))
    return subprocess.run(["bash", "-c", f"{command} | sed 's/^/journal verify: /'"], capture_output=True, text=True,
                          env=environment(), timeout=30).stdout.splitlines()[0]


def said(what, message, trips):
    return {"say": f"the program itself, {what}: {message[:80]}", "trips": trips,
            "event": {"Type": "Syslog", "SyslogMessage": message}}
