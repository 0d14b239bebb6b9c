"""What the spool says of each request, held against what was asked."""
import glob
import json
import os
import subprocess

from ground import Failure
from load import LOCATIONS, kit


def places(spool):
    """By the producer's name, where each file lies."""
    found = {}
    for folder in ("incoming", "work", "done", "failed", "hold"):
        for path, _, names in os.walk(os.path.join(spool, folder)):
            verdict = os.path.basename(path) if folder == "failed" else folder
            for name in names:
                if name.endswith(".json"):
                    found.setdefault(name.rpartition("~")[2], []).append(verdict)
    return found


def check_settled(ground, load):
    """Each request once, with a verdict that it may have."""
    found = places(ground.spool)
    for name in load.items:
        lies = found.get(name, [])
        if len(lies) != 1:
            raise Failure(f"{name} lies in {lies or 'no place'}, not in one")
        if not load.may_end(name, lies[0]):
            raise Failure(f"{name} ended as {lies[0]}: {load.items[name]}")
    if stray := set(found) - set(load.items):
        raise Failure(f"files that nobody has put in: {sorted(stray)[:5]}")


def check_lists(ground, load):
    """Neither a ghost nor a lie: Entra holds what the requests come to, and so do the ledgers."""
    held, lists = load.lasting(), ground.lists()
    for location, grants in held.items():
        if lists[location] != sorted(set(grants.values())):
            raise Failure(f"{location}: {difference(lists[location], grants.values())} at Entra")
        leases = kit.leases(ground.spool, location)
        kept = {ranges[0] for _, ranges, _, _ in leases}
        if kept != set(grants.values()) or len(leases) != len(grants):
            raise Failure(f"{location}: {difference(kept, grants.values())} in the ledger")


def is_right(ground, load):
    lists = ground.lists()
    return all(lists[location] == sorted(set(grants.values())) for location, grants in load.lasting().items())


def difference(found, wanted):
    found, wanted = set(found), set(wanted)
    return f"ghosts {sorted(found - wanted)[:5]}, missing {sorted(wanted - found)[:5]} ({len(wanted)} wanted)"


def check_journal(ground, load):
    """No item has two verdicts; how many lines repeat one is the answer."""
    verdicts, repeated = {}, 0
    for path in sorted(glob.glob(os.path.join(ground.spool, "journal", "*.ndjson"))):
        with open(path) as file:
            for line in file:
                entry = json.loads(line)
                name = (entry.get("item") or "").rpartition("~")[2]
                verdict = entry.get("verdict")
                if name not in load.items or not verdict:
                    continue
                repeated += name in verdicts
                if verdicts.setdefault(name, verdict) != verdict:
                    raise Failure(f"{name} has two verdicts in the journal: {verdicts[name]} and {verdict}")
    if missing := set(load.items) - set(verdicts):
        raise Failure(f"the journal knows nothing of {sorted(missing)[:5]}")
    run = subprocess.run([ground.program, "journal", "verify", "--config", ground.config("alpha")],
                         capture_output=True, text=True)
    if run.returncode != 0:
        raise Failure(f"journal verify: {run.stdout}{run.stderr}")
    return repeated


def check(ground, load):
    check_settled(ground, load)
    check_lists(ground, load)
    for location in LOCATIONS:
        if glob.glob(os.path.join(ground.spool, f".*-before-*")):
            raise Failure("a takeover has left a folder behind")
    return check_journal(ground, load)
