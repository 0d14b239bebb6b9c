"""A burst of grants for one location at Microsoft's pace, beside a script that does each event by itself."""

import json
import os
import sys
import time

from programs import HERE, Unmeasured, Worker, run, wait, write
from table import Row

DISTINCT = 1_900
CA_PACE = 1


def address(number):
    return f"8.{number % DISTINCT // 250}.{number % DISTINCT % 250}.1"


def here(bench, count):
    """Requests made, and seconds from the last file to the PATCH that has all of them."""
    worker = Worker(bench, locations=1, rate=CA_PACE)
    worker.start()
    wait("the worker has read its spool", lambda: os.path.exists(f"{worker.spool}/status.json"))
    for number in range(count):
        write(f"{worker.spool}/tmp/r{number}.json", json.dumps({
            "action": "grant", "location": "l0", "user": f"user{number}@example.com", "addresses": [address(number)],
            "durationSeconds": 28_800}))
    for number in range(count):
        os.rename(f"{worker.spool}/tmp/r{number}.json", f"{worker.spool}/incoming/r{number}.json")
    last = time.monotonic()
    wait("all are in done/", lambda: worker.done() == count, pause=0.02)
    everyone = {address(number) + "/32" for number in range(count)}
    log = worker.emulator.ask("GET", "requests")
    complete = [entry["monotonic"] for entry in log if entry["applied"] and everyone <= set(entry["ranges"])]
    if not complete:
        raise Unmeasured("no PATCH had all the addresses, although everything is in done/")
    requests = {kind: sum(entry["kind"] == kind for entry in log) for kind in ("token", "get", "patch")}
    worker.stop()
    worker.remove()
    return requests, complete[0] - last


def by_script(bench, count):
    """Requests and seconds an event, which do not depend on how many come: each waits for Microsoft's pace."""
    worker = Worker(bench, locations=1, rate=CA_PACE)
    environment = bench.python("requests")
    begin = time.monotonic()
    for number in range(count):
        run(sys.executable, f"{HERE}/per_event.py", worker.emulator.port, address(number) + "/32", env=environment)
    elapsed = time.monotonic() - begin
    counts = worker.emulator.ask("GET", "counts")
    worker.remove()
    return counts["total"] / count, elapsed / count


def rows(bench):
    count, sample = bench.size(10_000, 500), bench.size(20, 2)
    ours, script = [], []
    for _ in range(bench.rounds):
        ours.append(here(bench, count))
        script.append(by_script(bench, sample))
    kinds = sorted({f"{found['token']} token, {found['get']} GET, {found['patch']} PATCH" for found, _ in ours})
    # Who may make three PATCHes makes five requests in all.
    note = (f"Burst: {count:,} grants of {min(count, DISTINCT):,} addresses, 1 request/s, as in `batch.linger` and all "
            f"defaults. Requests: {'; or '.join(kinds)}. The script ran for {sample} events and is extrapolated.")
    return [
        Row("burst", f"Requests for {count:,} grants in a burst", "", [sum(found.values()) for found, _ in ours],
            "per-event script, Python with requests", [each * count for each, _ in script], ("median", "≤", 5), note),
        Row("burst", "From the last file until all are effective", "s", [seconds for _, seconds in ours],
            "per-event script, one after the other", [each * count for _, each in script], ("median", "≤", 3), note)]
