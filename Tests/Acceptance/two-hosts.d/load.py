"""Grants and revokes without end, and what they come to by themselves."""
import os
import random
import sys
import threading
import time
from datetime import datetime, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Kit/python"))

import kit  # noqa: E402

LOCATIONS = {name: kit.LOCATIONS[name] for name in ("office", "lab")}
SHORT = 4


class Load:
    def __init__(self, spool, seed):
        self.spool, self.chance = spool, random.Random(seed)
        self.items, self.living = {}, []
        self.revokes, self.last = {}, 0
        self.running = threading.Event()
        self.idle = threading.Event()
        self.wanted = True
        self.thread = threading.Thread(target=self.produce, daemon=True)
        self.thread.start()

    def produce(self):
        while self.wanted:
            if not self.running.is_set():
                self.idle.set()
                time.sleep(0.01)
                continue
            self.idle.clear()
            for _ in range(self.chance.choice((1, 1, 1, 4, 20))):
                self.drop()
            time.sleep(self.chance.uniform(0.01, 0.1))

    def pause(self):
        self.running.clear()
        self.idle.wait()

    def drop(self):
        if self.living and self.chance.random() < 0.45:
            self.revoke()
        else:
            self.grant()

    def grant(self, short=None):
        """Few addresses, so that some are shared."""
        number = len(self.items)
        location = self.chance.choice(list(LOCATIONS))
        body = {"action": "grant", "location": location, "grantId": f"grant {number}",
                "addresses": [f"203.0.113.{self.chance.randrange(1, 200)}"], "user": f"user{number % 37}@example.com"}
        if short if short is not None else self.chance.random() < 0.1:
            body["durationSeconds"] = SHORT
        else:
            self.living.append((location, body["grantId"]))
        return self.put(f"grant-{number}.json", body)

    def revoke(self):
        location, grant = self.living.pop(self.chance.randrange(len(self.living)))
        name = self.put(f"revoke-{len(self.items)}.json",
                        {"action": "revoke", "location": location, "grantId": grant})
        self.revokes[grant] = name

    def put(self, name, body):
        # Each at a time of its own, so that the order is never in doubt.
        self.last = max(self.last + 1, time.time_ns() // 1_000)
        issued = datetime.fromtimestamp(self.last / 1e6, timezone.utc)
        body["issuedAt"] = issued.isoformat(timespec="microseconds").replace("+00:00", "Z")
        self.items[name] = body
        kit.drop(self.spool, name, body)
        return name

    def lasting(self):
        """By location, the grants that nothing has ended; the short ones have to be over."""
        held = {location: {} for location in LOCATIONS}
        for body in self.items.values():
            if body["action"] == "grant" and "durationSeconds" not in body and body["grantId"] not in self.revokes:
                held[body["location"]][body["grantId"]] = body["addresses"][0] + "/32"
        return held

    def may_end(self, name, verdict):
        """Whether a request may have this verdict."""
        body = self.items[name]
        if verdict == "done":
            return True
        if body["action"] == "revoke":
            return False
        return (verdict == "SPOOL005" and body["grantId"] in self.revokes
                or verdict == "SPOOL004" and "durationSeconds" in body)
