"""What is in the spool: requests with the verdict each must get, and the hand-made moves."""
import hashlib
import json
import os
import shutil
import time

from program import kit

BY_BYTES = ("SPOOL001", "SPOOL002", "SPOOL003", "SPOOL006", "SPOOL007")


def stamp(seconds):
    whole = int(seconds // 1)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
    return f"{text}.{int((seconds - whole) * 1000):03d}Z"


class Item:
    """A request, what is in it, and where it must end."""

    def __init__(self, name, want, body=None, raw=None):
        self.name, self.want = name, want
        self.body = body or {}
        self.raw = raw if raw is not None else json.dumps(self.body).encode()
        self.identity = hashlib.sha256(self.raw).hexdigest()
        # Retried by hand: it has a journal line of its former life already.
        self.lives = 1
        self.is_first_stage = False

    @property
    def location(self):
        return self.body.get("location")


def request(name, want, action, location, at, addresses=None, **more):
    # First what makes it unlike all others, so that half of it is that as well.
    body = {"requestId": name, "action": action, "location": location, "issuedAt": stamp(at)}
    if addresses:
        body["addresses"] = addresses
    item = Item(name + ".json", want, {**body, **more})
    item.issued = round(at * 1000)
    return item


def first_stage(now):
    """Lies in the spool, settled, before the run that is tortured."""
    def grant(name, location, ago, addresses, want="done", **more):
        return request(name, want, "grant", location, now - ago, addresses, durationSeconds=80_000, **more)
    items = [
        grant("a-alice", "office", 900, ["203.0.113.1", "203.0.113.2"], user="alice@example.com"),
        grant("a-bob", "office", 890, ["203.0.113.2"], user="bob@example.com"),
        grant("a-k1", "office", 880, ["203.0.113.3"], grantId="k1"),
        grant("a-over", "office", 870, ["203.0.113.4"], grantId="over"),
        grant("a-carol", "office", 860, ["203.0.113.5", "2001:db8::5"], user="carol@example.com"),
        grant("a-dave", "lab", 850, ["198.51.100.0/28"], user="dave@example.com"),
        grant("a-lab", "lab", 840, ["198.51.100.77"]),
        grant("a-deleted1", "deleted", 830, ["203.0.113.31"], want="ENTRA052", user="d1@example.com"),
        grant("a-deleted2", "deleted", 820, ["203.0.113.32"], want="ENTRA052", user="d2@example.com"),
        grant("a-nowhere1", "nowhere", 810, ["203.0.113.33"], want="SPOOL003"),
        grant("a-nowhere2", "nowhere", 800, ["203.0.113.34"], want="SPOOL003"),
        Item("a-half.json", "SPOOL001", raw=b'{"action":"grant","location":"office","addr'),
        Item("a-typo.json", "SPOOL002", raw=b'{"action":"grant","location":"office","adresses":["203.0.113.8"]}'),
    ]
    for item in items:
        item.is_first_stage = True
    return items


def second_stage(now, soon=None, short=None):
    """Dropped before the tortured run; `soon`: seconds until a short grant ends; `short`: how long some others last."""
    def grant(name, location, ago, addresses, want="done", duration=50_000, **more):
        if "expiresAt" not in more:
            more["durationSeconds"] = duration
        return request(name, want, "grant", location, now - ago, addresses, **more)

    def revoke(name, location, ago, want="done", addresses=None, **more):
        return request(name, want, "revoke", location, now - ago, addresses, **more)
    items = [
        grant("erin", "office", 60, ["203.0.113.6"], duration=short or 50_000, user="erin@example.com"),
        grant("k1-again", "office", 59, ["203.0.113.7"], duration=short or 50_000, grantId="k1"),
        grant("k1-late", "office", 500, ["203.0.113.8"], grantId="k1"),
        revoke("r-alice", "office", 58, user="Alice@example.com"),
        revoke("r-address", "office", 57, addresses=["203.0.113.5"]),
        revoke("r-k2", "office", 56, grantId="k2"),
        grant("k2", "office", 70, ["203.0.113.9"], "SPOOL005", grantId="k2"),
        revoke("r-bob-old", "office", 40_000, "SPOOL005", user="bob@example.com"),
        request("flush", "done", "flush", "lab", now - 40),
        grant("lab-before", "lab", 45, ["198.51.100.80"], "SPOOL005", user="frank@example.com"),
        grant("lab-after", "lab", 35, ["198.51.100.81"], duration=short or 50_000, user="gina@example.com"),
        grant("later", "office", 34, ["203.0.113.10"], startsAt=stamp(now + 3_600), expiresAt=stamp(now + 7_200)),
        grant("over", "office", 100, ["203.0.113.11"], "SPOOL004", duration=50),
        grant("gone", "gone", 33, ["203.0.113.12"], "ENTRA052"),
        grant("countries", "countries", 32, ["203.0.113.13"], "ENTRA053"),
        grant("branch", "branch", 31, ["203.0.113.14"], duration=short or 50_000, user="heidi@example.com"),
        grant("branch2", "branch", 30, ["203.0.113.14", "203.0.113.15"], user="ivan@example.com"),
        revoke("r-nobody", "branch", 29, user="nobody@example.com"),
        Item("half.json", "SPOOL001", raw=b'{"action":"revoke","location":"office","us'),
        Item("empty.json", "SPOOL001", raw=b""),
    ]
    odd = grant("odd", "office", 28, ["203.0.113.16"], user="odd@example.com")
    odd.name = b"odd-\xff name.json"
    items.append(odd)
    if soon is not None:
        items.append(grant("soon", "office", 27, ["203.0.113.17"], expiresAt=stamp(now + soon)))
    return items


def drop(spool, items):
    """As a careful producer; one second apart, so that the order in the listing is the same every time."""
    incoming = os.fsencode(os.path.join(spool, "incoming"))
    start = time.time() - len(items) - 10
    for index, item in enumerate(items):
        name = os.fsencode(item.name)
        temporary = os.path.join(os.fsencode(os.path.join(spool, "tmp")), b"drop")
        with open(temporary, "wb") as file:
            file.write(item.raw)
        os.utime(temporary, (start + index, start + index))
        os.rename(temporary, os.path.join(incoming, name))


def move_back(spool, items):
    """The operator's part: one item without its note, a code with *, a whole folder."""
    by_name = {item.name: item for item in items}
    failed = os.path.join(spool, "failed")
    incoming = os.path.join(spool, "incoming")
    for name in sorted(os.listdir(os.path.join(failed, "ENTRA052"))):
        if name.endswith("~a-deleted1.json"):
            os.rename(os.path.join(failed, "ENTRA052", name), os.path.join(incoming, name))
    for name in os.listdir(os.path.join(failed, "SPOOL001")):
        os.rename(os.path.join(failed, "SPOOL001", name), os.path.join(incoming, name))
    os.rename(os.path.join(failed, "SPOOL003"), os.path.join(incoming, "SPOOL003"))
    for name in ("a-deleted1", "a-half", "a-nowhere1", "a-nowhere2"):
        by_name[name + ".json"].lives = 2
    by_name["a-deleted1.json"].want = "done"


class Template:
    """A spool after the first stage, and what the emulator holds by then; each point begins with a fresh copy."""

    def __init__(self, worker, folder):
        self.spool = os.path.join(folder, "template")
        self.made = time.time()
        self.items = first_stage(self.made)
        worker.emulator.reset({})
        if worker.init().status != 0:
            raise SystemExit("torture: init failed: " + open(worker.log).read())
        drop(worker.spool, self.items)
        end = worker.once()
        if end.status != 1:
            raise SystemExit(f"torture: the first stage ended with {end.status}, see {worker.log}")
        self.ranges = {name: held for name, held in worker.emulator.ranges().items() if name != "deleted"}
        self.ranges["deleted"] = ["192.0.2.0/32"]
        move_back(worker.spool, self.items)
        self.end_one(worker.spool)
        os.rename(worker.spool, self.spool)

    def end_one(self, spool):
        """One lease is over since the worker last ran."""
        kit.ledger(spool, "UPDATE lease SET expiresAt = ? WHERE grantId = 'over'", int((self.made - 1) * 1e6),
                   writes=True)
        item = next(item for item in self.items if item.name == "a-over.json")
        item.over = True

    def fresh(self, worker, soon=None, faults=(), short=None):
        """Puts a copy in the worker's place and answers with everything that is in it."""
        shutil.rmtree(worker.spool, ignore_errors=True)
        shutil.copytree(self.spool, worker.spool, symlinks=True)
        if os.path.exists(worker.log):
            os.unlink(worker.log)
        worker.emulator.reset(self.ranges, faults)
        # However long ago this was made: a start doubts its clock where nothing was recorded for an hour.
        kit.ledger(worker.spool, "UPDATE clock SET recorded = ?", int(time.time() * 1e6), writes=True)
        items = second_stage(time.time(), soon, short)
        drop(worker.spool, items)
        incoming = os.path.join(worker.spool, "incoming")
        os.symlink("/etc/hostname", os.path.join(incoming, "link.json"))
        os.mkfifo(os.path.join(incoming, "pipe.json"))
        link, pipe = Item("link.json", "SPOOL007"), Item("pipe.json", "SPOOL007")
        link.identity, pipe.identity = "link to /etc/hostname", "FIFO"
        # What does not parse has rested by then, so that every run takes the same path.
        time.sleep(0.11)
        return self.items + items + [link, pipe]
