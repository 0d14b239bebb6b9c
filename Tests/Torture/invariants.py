"""What must hold of a spool, whatever happened to it. Each finding is a sentence."""
import hashlib
import json
import os
import stat
import time
from urllib.parse import unquote_to_bytes

import oracle
from program import LOCATIONS, kit


# A run makes a thousand calls on the spool; whoever spins makes as many in an instant, however busy the machine is.
MOST = 15_000


def identity(path):
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return "link to " + os.fsdecode(os.readlink(path))
    if not stat.S_ISREG(status.st_mode):
        return "FIFO"
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Places:
    """Where everything lies: identity → [(verdict or top folder, name)], and the notes."""

    def __init__(self, spool):
        self.items, self.notes, self.strays = {}, {}, []
        root = os.fsencode(spool)
        for top in (b"incoming", b"work", b"done", b"failed", b"hold"):
            for folder, _, names in os.walk(os.path.join(root, top)):
                inside = os.path.relpath(folder, os.path.join(root, top)).decode()
                for name in names:
                    self.add(top.decode(), inside, name, os.path.join(folder, name))

    def add(self, top, inside, name, path):
        place = top if top != "failed" else inside
        if name.endswith(b".why"):
            self.notes[(place, name[:-4])] = path
        elif name.startswith(b"."):
            self.strays.append((place, name))
        else:
            self.items.setdefault(identity(path), []).append((place, name))

    def verdicts(self):
        return {item: places[0][0] for item, places in self.items.items()}


def of_files(places, items, is_settled=True, are_notes_sure=True):
    """Every item in exactly one place, nothing that nobody put there; notes are best effort where calls fail."""
    found = []
    known = {item.identity: item for item in items}
    for item in items:
        lies = places.items.get(item.identity, [])
        if len(lies) != 1:
            found.append(f"{item.name!r} lies in {len(lies)} places: {lies}")
        elif is_settled and lies[0][0] in ("incoming", "work", "hold"):
            found.append(f"{item.name!r} is not settled: {lies}")
        elif is_settled and are_notes_sure and lies[0][0] != "done" and (lies[0][0], lies[0][1]) not in places.notes:
            found.append(f"{item.name!r} in {lies[0][0]} has no note")
    for unknown in set(places.items) - set(known):
        found.append(f"bytes that nobody submitted: {places.items[unknown]}")
    if is_settled and are_notes_sure:
        names = {place for lies in places.items.values() for place in lies}
        found += [f"a note without its item: {place}/{name!r}" for place, name in places.notes
                  if (place, name) not in names]
    return found


def of_verdicts(places, items, allowed=()):
    """The verdict is that of an undisturbed run; `allowed`: further ones that the disturbance explains."""
    verdicts = places.verdicts()
    return [f"{item.name!r} should end in {item.want}, not {verdicts[item.identity]}" for item in items
            if item.identity in verdicts and verdicts[item.identity] not in (item.want, *allowed)]


def of_journal(spool, places, items, allowed=()):
    """A line for every item that has a verdict, with that verdict; and none but an allowed one in the same life."""
    found, lines = [], {}
    lives = {item.identity: item.lives for item in items}
    folder = os.path.join(spool, "journal")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            for line in file.read().split(b"\n"):
                try:
                    entry = json.loads(line)
                    lines.setdefault(unquote_to_bytes(entry["item"]), []).append(entry.get("verdict"))
                except (ValueError, KeyError):
                    continue
    for item, lies in places.items.items():
        for verdict, name in lies:
            if verdict in ("incoming", "work", "hold"):
                continue
            said = [line and line.split("/")[-1].split(" ")[-1] for line in lines.get(name, [])]
            if verdict not in said:
                found.append(f"{name!r} lies in {verdict}, but the journal says {said}")
            elif lives.get(item) == 1 and set(said) - {verdict, None, *allowed}:
                found.append(f"{name!r} lies in {verdict}, and the journal says also {said}")
    return found


def of_lives(spool, places, items):
    """What was retried by hand was judged again: it has a line for each life."""
    found, text = [], b""
    folder = os.path.join(spool, "journal")
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            text += file.read()
    for item in items:
        if item.lives > 1 and text.count(b"~" + os.fsencode(item.name) + b'"') < item.lives:
            found.append(f"{item.name!r} was put back, but not judged again")
    return found


def of_addresses(spool, emulator, places, items, now=None):
    """Emulator = ledger = what the requests come to; no ghost, no lie."""
    found = []
    verdicts = places.verdicts()
    held = emulator.ranges()
    log = emulator.requests()
    now = now or time.time()
    for location, ranges in held.items():
        there = oracle.collapsed(ranges)
        wanted = oracle.expected(items, verdicts, location, now)
        if there != wanted:
            found.append(f"{location} holds {sorted(there)}; its requests come to {sorted(wanted)}")
        if kit.ledger(spool, "SELECT 1 FROM location WHERE name = ?", location):
            leased = oracle.held_by_ledger(spool, location, now)
            if there != leased:
                found.append(f"{location} holds {sorted(there)}; its ledger says {sorted(leased)}")
        elif there != {oracle.SENTINEL}:
            found.append(f"{location} holds {sorted(there)} and has no ledger")
    for item in items:
        if item.is_first_stage and item.lives == 1 or verdicts.get(item.identity) != "done":
            continue
        if item.body.get("action") == "grant":
            found += of_grant(item, items, verdicts, log, now)
    return found


def of_grant(grant, items, verdicts, log, now):
    """A grant in done/ was in a list that Graph took."""
    # What starts later may have been settled before it was in any list; once it has started it has to be there.
    if grant.body.get("startsAt") and not oracle.is_live(grant, now) or oracle.superseded(grant, items, verdicts):
        return []
    wanted = oracle.networks(oracle.left_of(grant, oracle.removals(items, verdicts, grant.location)))
    for entry in log:
        if entry["kind"] == "patch" and entry["applied"] and entry["id"] == LOCATIONS[grant.location]:
            taken = oracle.networks(entry["ranges"] or [])
            if all(any(one.version == other.version and one.subnet_of(other) for other in taken) for one in wanted):
                return []
    return [f"{grant.name!r} is in done/, but Graph never took a list with it"]


def of_leftovers(places):
    """Nothing half made in the folders that people look at."""
    return [f"left over: {place}/{name!r}" for place, name in places.strays if name != b".judging"]


def of_end(end, statuses, cpu, what):
    found = []
    if end.told and end.told[-1] == 9:
        found.append(f"{what} did not end and had to be killed after {end.wall:.1f} s")
    elif end.status == 111:
        found.append(f"{what} spun: more than {MOST} calls on the spool")
    elif end.status not in statuses:
        found.append(f"{what} ended with {end.status}")
    if end.cpu > cpu:
        found.append(f"{what} took {end.cpu:.2f} s of CPU")
    return found


def everything(worker, items, allowed=(), are_notes_sure=True, now=None):
    places = Places(worker.spool)
    return (of_files(places, items, True, are_notes_sure) + of_verdicts(places, items, allowed)
            + of_journal(worker.spool, places, items, allowed)
            + of_lives(worker.spool, places, items) + of_leftovers(places)
            + of_addresses(worker.spool, worker.emulator, places, items, now))


def settle(worker, cpu, restarts=6, environment=None):
    """Restarts without disturbance until nothing is owed; a finding where that never comes."""
    found = []
    for _ in range(restarts):
        end = worker.once(environment)
        found += of_end(end, (0, 1, 69), cpu, "the restart")
        if found or end.status != 69:
            return found
        time.sleep(0.05)
    return ["no restart could settle everything"]
