"""From the rename into incoming/ to the PATCH arriving at the emulator, idle, without linger."""

import json
import os
import random
import subprocess
import time
import urllib.parse
import urllib.request

from programs import CLIENT, SECRET, TENANT, Worker, location_id, wait, write
from table import Row

# People who are let in all the while, so that list and ledger have a common size.
HELD = 100
# What the transaction of a revoke comes to in SQLite's log.
LEDGER = "x" * (24 * 1_024)


def request(action, number):
    body = {"action": action, "location": "l0", "user": f"user{number}@example.com",
            "addresses": [f"8.0.1.{number % 250}"]}
    return {**body, "durationSeconds": 28_800} if action == "grant" else body


def arrival(emulator, after):
    """When the next PATCH came; by the same clock as the drop, CLOCK_MONOTONIC."""
    return emulator.ask("GET", f"requests?kind=patch&after={after}&atLeast=1&timeoutMs=60000")[0]


class Series:
    """Drops one request after the other, each into silence."""

    def __init__(self, worker, chance):
        self.worker, self.chance, self.after = worker, chance, self.last(worker.emulator)

    @staticmethod
    def last(emulator):
        return max((entry["n"] for entry in emulator.ask("GET", "requests")), default=0)

    def drop(self, name, body, is_settled):
        # A long log would slow down the emulator, not us.
        self.worker.emulator.ask("DELETE", "requests")
        moment = self.worker.drop(name, body)
        entry = arrival(self.worker.emulator, self.after)
        self.after = entry["n"]
        wait("it is settled", is_settled)
        time.sleep(0.005 + self.chance.random() * 0.010)
        return (entry["monotonic"] - moment) * 1_000


def quantiles(times):
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def here(bench, count):
    """Grants and revokes by turns; p50 and p99 of both, and the ranges of the last PATCH."""
    worker = Worker(bench, locations=1, linger="00:00:00")
    for number in range(HELD):
        worker.drop(f"held{number}.json", {"action": "grant", "location": "l0", "addresses": [f"8.0.0.{number}"],
                                           "user": f"held{number}@example.com", "durationSeconds": 28_800})
    worker.start()
    wait("the first are in", lambda: worker.done() == HELD)
    series, times = Series(worker, random.Random(1)), {"grant": [], "revoke": []}
    folder = f"{worker.spool}/done/" + os.listdir(f"{worker.spool}/done")[0]
    for number in range(count + 5):
        for action in times:
            name = f"{action}{number}.json"
            took = series.drop(name, request(action, number), lambda: any(
                entry.endswith("~" + name) for entry in os.listdir(folder)))
            times[action].append(took)
    ranges = arrival(worker.emulator, series.after - 1)["ranges"]
    worker.stop()
    worker.remove()
    # The first of them find a cold connection.
    return [quantiles(taken[5:]) for taken in times.values()], ranges


def patch(port, ranges):
    """The request that the worker sends, as bytes; its token is fetched here."""
    base = f"http://127.0.0.1:{port}"
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET,
                                   "scope": base + "/.default"})
    with urllib.request.urlopen(f"{base}/{TENANT}/oauth2/v2.0/token", form.encode()) as answer:
        token = json.load(answer)["access_token"]
    body = json.dumps({"@odata.type": "#microsoft.graph.ipNamedLocation", "ipRanges": [
        {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": range} for range in ranges]})
    path = f"/v1.0/identity/conditionalAccess/namedLocations/{location_id(0)}"
    head = {"Host": base[7:], "Authorization": f"Bearer {token}", "Content-Type": "application/json",
            "Content-Length": len(body)}
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", body]
    return "\r\n".join(lines)


def in_c(bench, count, ranges, ledger):
    """The same with `arrival`; with a ledger as for revokes."""
    worker = Worker(bench, locations=1)
    write(f"{worker.root}/patch", patch(worker.emulator.port, ranges))
    words = [bench.compiled("arrival"), f"{worker.spool}/incoming", str(worker.emulator.port), f"{worker.root}/patch"]
    if ledger:
        write(f"{worker.spool}/ledger/as-it-was", ledger)
        words.append(f"{worker.spool}/ledger/as-it-was")
    worker.process = subprocess.Popen(words, stdout=subprocess.PIPE)
    worker.process.stdout.readline()
    series, times = Series(worker, random.Random(1)), []
    for number in range(count + 5):
        name = f"{number}.json"
        times.append(series.drop(name, request("grant", number),
                                 lambda: not os.path.exists(f"{worker.spool}/incoming/{name}")))
    worker.remove()
    return quantiles(times[5:])


def rows(bench):
    count = bench.size(250, 20)
    ours, plain, durable = [], [], []
    for _ in range(bench.rounds):
        times, ranges = here(bench, count)
        ours.append(times)
        plain.append(in_c(bench, count, ranges, None))
        durable.append(in_c(bench, count, ranges, LEDGER))
    targets = {("grant", 0): 1, ("grant", 1): 5, ("revoke", 0): 2}
    against = {"grant": "C: inotify, read, the same PATCH", "revoke": "C: the same, after a ledger made durable"}
    note = (f"Latency: {count} grants and {count} revokes by turns, idle, linger 0, {HELD} leases, from just before "
            f"the rename to the emulator's log. A revoke is durable first; C writes {len(LEDGER) // 1_024} KiB for it.")
    return [Row("latency", f"Drop to PATCH, {action}, p{(50, 99)[which]}", "ms", [run[kind][which] for run in ours],
                against[action], [run[which] for run in (plain, durable)[kind]],
                ("median", "≤", targets[action, which]) if (action, which) in targets else None, note)
            for kind, action in enumerate(("grant", "revoke")) for which in (0, 1)]
