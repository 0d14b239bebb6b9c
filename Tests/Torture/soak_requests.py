"""What the soak drops: requests of all kinds, each with the verdicts that it may get, and what they come to."""
import collections
import json
import os
import random
import time

LOCATIONS = [f"l{number}" for number in range(8)]
SEATS = 200
KINDS = {"grant": 520, "again": 80, "short": 40, "revoke": 90, "addresses": 40, "flush": 0.5, "expired": 60,
         "torn": 20, "field": 40, "nowhere": 40, "private": 30, "large": 1, "link": 3, "stranger": 30}


def stamp(microseconds):
    seconds, rest = divmod(microseconds, 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:06}Z"


class Request:
    """A file to drop: its bytes, or where a link leads; the verdicts it may get; whose seat it grants."""

    def __init__(self, kind, raw, *verdicts, seat=None):
        self.kind, self.raw, self.verdicts, self.seat = kind, raw, frozenset(verdicts), seat


class Requests:
    """Makes them one after the other; keys come round again, so that what is held stays as much as it is."""

    def __init__(self, seed, with_strangers):
        # The wall clock of worker and emulator is `ahead` by so many days.
        self.chance, self.now, self.ahead = random.Random(seed), 0, 0
        kinds = {kind: share for kind, share in KINDS.items() if kind != "stranger" or with_strangers}
        self.kinds, self.shares = list(kinds), list(kinds.values())
        # Who holds a seat, by location: the addresses that the list must have in the end.
        self.held = {location: {} for location in LOCATIONS}
        # The numbers of the removals by seat, and of the flushes by location with None for a seat.
        self.removed, self.last, self.removals = collections.defaultdict(list), None, 0

    def clock(self):
        """Strictly later than the one before, for the order of requests is that of their time of issue."""
        self.now = max(self.now + 1, time.time_ns() // 1_000 + self.ahead * 86_400_000_000)
        return self.now

    def sleep(self):
        """A day later nobody holds anything: a grant lasts 22 hours here."""
        self.ahead += 1
        self.last = None
        for held in self.held.values():
            held.clear()

    def next(self, number):
        kind = self.chance.choices(self.kinds, self.shares)[0]
        location, seat = self.chance.choice(LOCATIONS), self.chance.randrange(SEATS)
        body = {"requestId": str(number), "action": "grant", "location": location, "issuedAt": stamp(self.clock()),
                "user": f"{location}-{seat}@example.com", "addresses": [f"8.{LOCATIONS.index(location)}.{seat}.1"],
                "durationSeconds": 79_200}
        return getattr(self, "make_" + kind)(number, location, seat, body)

    def make_grant(self, number, location, seat, body):
        self.held[location][seat] = body["addresses"][0]
        self.last = (location, seat, body)
        return Request("grant", json.dumps(body).encode(), "done", seat=(location, seat))

    def make_again(self, number, location, seat, body):
        """The request before once more, byte for byte but its requestId."""
        if self.last is None:
            return self.make_grant(number, location, seat, body)
        location, seat, body = self.last
        if seat not in self.held[location]:
            # Issued before what has ended it since, so it must not come to life.
            return Request("again", json.dumps({**body, "requestId": str(number)}).encode(), "SPOOL005")
        return Request("again", json.dumps({**body, "requestId": str(number)}).encode(), "done", seat=(location, seat))

    def make_short(self, number, location, seat, body):
        """Ends by itself, on an address of its own; where it has to wait for long, before it was applied."""
        body.update(user=f"short-{seat}@example.com", durationSeconds=2,
                    addresses=[f"8.{LOCATIONS.index(location)}.{seat}.2"])
        return Request("short", json.dumps(body).encode(), "done", "SPOOL004", "SPOOL005")

    def make_revoke(self, number, location, seat, body):
        return self.removal(number, location, seat, body, "revoke", ("addresses", "durationSeconds"))

    def make_addresses(self, number, location, seat, body):
        return self.removal(number, location, seat, body, "revoke", ("user", "durationSeconds"))

    def make_flush(self, number, location, _, body):
        self.held[location].clear()
        return self.removal(number, location, None, body, "flush", ("user", "addresses", "durationSeconds"))

    def removal(self, number, location, seat, body, action, without):
        self.removals += 1
        self.held[location].pop(seat, None)
        self.removed[location, seat].append(number)
        body = {key: value for key, value in body.items() if key not in without}
        return Request(action, json.dumps({**body, "action": action}).encode(), "done")

    def make_expired(self, number, location, seat, body):
        """Of a user of its own, whose address nobody is to see."""
        body.update(user=f"late-{seat}@example.com", issuedAt=stamp(self.clock() - 7_200_000_000), durationSeconds=60,
                    addresses=[f"9.{LOCATIONS.index(location)}.{seat}.9"])
        return Request("expired", json.dumps(body).encode(), "SPOOL004")

    def make_torn(self, number, location, seat, body):
        return Request("torn", json.dumps(body).encode()[:-9], "SPOOL001")

    def make_field(self, number, location, seat, body):
        return Request("field", json.dumps({**body, "until": "tomorrow"}).encode(), "SPOOL002")

    def make_nowhere(self, number, location, seat, body):
        return Request("nowhere", json.dumps({**body, "location": "nowhere"}).encode(), "SPOOL003")

    def make_private(self, number, location, seat, body):
        return Request("private", json.dumps({**body, "addresses": ["10.0.0.1"]}).encode(), "ENTRA051")

    def make_large(self, number, location, seat, body):
        return Request("large", json.dumps({**body, "grantId": "x" * 70_000}).encode(), "SPOOL001")

    def make_link(self, number, location, seat, body):
        return Request("link", b"/nowhere/%d" % number, "SPOOL007")

    def make_stranger(self, number, location, seat, body):
        """Of an owner who is not on the list."""
        return Request("stranger", json.dumps(body).encode(), "SPOOL006")


def put(spool, name, request, moment):
    """Written in tmp/ and renamed, as the spool's page says; with the time that it is there, in microseconds."""
    draft = f"{spool}/tmp/{name}"
    if request.kind == "link":
        os.symlink(request.raw, draft)
    else:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        os.write(file, request.raw)
        if request.kind == "stranger":
            os.fchown(file, 65_534, -1)
        os.utime(file, ns=(moment * 1_000, moment * 1_000))
        os.close(file)
    os.rename(draft, f"{spool}/incoming/{name}")
