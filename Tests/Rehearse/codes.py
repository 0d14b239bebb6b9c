"""How each code is brought about: with faults on order, or with requests that deserve it."""
import dataclasses
import datetime
import pathlib
import subprocess
import sys

from world import environment


def grant(address="203.0.113.7", location="office", **fields):
    return {"action": "grant", "location": location, "addresses": [address], "user": "alice@example.com", **fields}


def moment(seconds):
    """So many seconds from now."""
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fault(kind, do, **parameters):
    return {"match": {"kind": kind}, "times": None, "do": do, **parameters}


@dataclasses.dataclass
class Rehearsal:
    """What is so before the requests come, and the requests."""
    code: str
    how: str
    faults: list = dataclasses.field(default_factory=list)
    emulator: dict = None
    world: dict = dataclasses.field(default_factory=dict)
    requests: object = lambda: [grant()]
    drop: object = None  # where dropping the requests is not all there is to it


def drop_after_a_flush(world, requests):
    assert world.await_verdict(world.drop({"action": "flush", "location": "office"})) == "done"
    return [world.drop(request) for request in requests]


def drop_a_link(world, _):
    (world.spool / "incoming" / "link.json").symlink_to("/etc/passwd")
    return ["link.json"]


def crash_three_times(world, requests):
    """Killed while it judges; what it had counted before is in the metrics still."""
    world.stop()
    name = world.drop(requests[0])
    killer = pathlib.Path(__file__).with_name("kill_under_mark.py")
    for _ in range(3):
        subprocess.run([sys.executable, killer, world.spool / "work" / ".judging", *world.arguments("run", "--once")],
                       check=True, env=environment(), capture_output=True, timeout=30)
    world.start()
    return [name]


ALL = [
    Rehearsal("ENTRA000", "the connection is reset before an answer", [fault("get", "reset")]),
    Rehearsal("ENTRA001", "the client secret is wrong", world={"entra": {"clientSecret": "wrong"}}),
    Rehearsal("ENTRA002", "the app has another permission, not the one it needs",
              emulator={"roles": ["User.Read.All"]}),
    Rehearsal("ENTRA003", "a certificate that nobody vouches for", world={"tls": True}),
    Rehearsal("ENTRA004", "Graph accepts the connection and stays silent", [fault("get", "stall", ms=60000)],
              world={"entra": {"requestTimeout": "00:00:00.300"}}),
    Rehearsal("ENTRA005", "Microsoft says 429 for longer than longestThrottle", [fault("token", "throttle")],
              world={"retry": {"longestThrottle": "00:00:00.500"}}),
    Rehearsal("ENTRA050", "reading the location ends in 500",
              [fault("get", "status", status=500, code="Internal Server Error")]),
    Rehearsal("ENTRA051", "writing the location ends in 409", [fault("patch", "status", status=409, code="Conflict")]),
    Rehearsal("ENTRA052", "the location was deleted", requests=lambda: [grant(location="deleted")]),
    Rehearsal("ENTRA053", "the location is one of countries", requests=lambda: [grant(location="countries")]),
    Rehearsal("ENTRA054", "a page for people comes instead of an answer", [fault("get", "html")]),
    Rehearsal("SPOOL001", "half a file", requests=lambda: ['{"action":"grant","location":"office","addr']),
    Rehearsal("SPOOL002", "a field is misspelt", requests=lambda: [grant(expiresAtt=moment(3600))]),
    Rehearsal("SPOOL003", "a location that the configuration does not name",
              requests=lambda: [grant(location="offce")]),
    Rehearsal("SPOOL004", "five grants whose time is over when they come", requests=lambda: [
        grant(f"203.0.113.{n}", expiresAt=moment(-60)) for n in range(5)]),
    Rehearsal("SPOOL005", "five grants that are older than a flush", drop=drop_after_a_flush, requests=lambda: [
        grant(f"203.0.113.{n}", issuedAt=moment(-60)) for n in range(5)]),
    Rehearsal("SPOOL006", "a request without the token that this worker asks for",
              world={"entraAuthentication": {"enabled": True, "anyTokenOfTenant": True}}),
    Rehearsal("SPOOL007", "a symbolic link instead of a file", drop=drop_a_link),
    Rehearsal("SPOOL008", "the worker is killed three times while it judges the request", drop=crash_three_times),
]
