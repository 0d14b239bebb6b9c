"""The spool path alone and the worker's whole backlog drain, beside C, a plain Python loop and dirq."""

import json
import os
import shutil
import sys
import time

from programs import HERE, Unmeasured, Worker, run, wait, write
from table import Row

LOCATIONS = 50


def fill(incoming, count):
    """Waiting grants, each for a user and an address of its own, 2,000 for a location."""
    os.makedirs(incoming, exist_ok=True)
    for number in range(count):
        place, index = number % LOCATIONS, number // LOCATIONS
        write(f"{incoming}/r{number}.json", json.dumps({
            "action": "grant", "location": f"l{place}", "user": f"user{number}@example.com", "durationSeconds": 28_800,
            "addresses": [f"8.{index // 250}.{index % 250}.{place * 2}"]}))
    os.sync()


def plain_spool(bench, count):
    root = bench.fresh()
    fill(f"{root}/incoming", count)
    for name in ("work", "done"):
        os.makedirs(f"{root}/{name}")
    return root


def rate_of(root, count, *command, **options):
    """Files a second of a program that empties a spool; it has to have moved all of them."""
    begin = time.monotonic()
    run(*command, **options)
    elapsed = time.monotonic() - begin
    left = len(os.listdir(f"{root}/incoming")) + len(os.listdir(f"{root}/work"))
    settled = sum(len(names) for _, _, names in os.walk(f"{root}/done"))
    if left or settled != count:
        raise Unmeasured(f"{os.path.basename(str(command[0]))} left {left} and settled {settled} of {count}")
    shutil.rmtree(root)
    return count / elapsed


def in_c(bench, count):
    root = plain_spool(bench, count)
    return rate_of(root, count, bench.compiled("spool"), root, 10_000)


def in_python(bench, count):
    root = plain_spool(bench, count)
    return rate_of(root, count, sys.executable, f"{HERE}/spool_loop.py", root, 10_000)


def by_dirq(bench, count):
    """It neither syncs nor keeps what is settled, so it has less to do."""
    root = bench.fresh()
    environment = bench.python("dirq")
    run(sys.executable, f"{HERE}/dirq_loop.py", "fill", root, count, env=environment)
    os.sync()
    begin = time.monotonic()
    run(sys.executable, f"{HERE}/dirq_loop.py", "drain", root, count, env=environment)
    elapsed = time.monotonic() - begin
    shutil.rmtree(root)
    return count / elapsed


def here(bench, count):
    worker = Worker(bench)
    worker.emulator.stop()
    fill(f"{worker.spool}/incoming", count)
    program = f"{bench.programs}/knocknoc-entra-benchmark"
    rate = rate_of(worker.spool, count, program, "spool-path", worker.spool, 10_000)
    shutil.rmtree(worker.root)
    return rate


def spool_path(bench):
    count, slow = bench.size(100_000, 2_000), bench.size(20_000, 2_000)
    ours, in_few, c, python, dirq = [], [], [], [], []
    for _ in range(bench.rounds):
        ours.append(here(bench, count))
        c.append(in_c(bench, count))
        in_few.append(here(bench, slow))
        python.append(in_python(bench, slow))
        dirq.append(by_dirq(bench, slow))
    return [
        Row("spool", f"Spool path alone (claim, read, decode, settle), {count:,} files", "/s", ours,
            "C, the same calls", c, ("ratio", "≥", 0.85)),
        Row("spool", f"The same, {slow:,} files", "/s", in_few, "a plain Python loop, the same protocol", python),
        Row("spool", f"The same, {slow:,} files", "/s", in_few, "Python's dirq: lock, get, remove; no fsync", dirq)]


def drained(bench, count):
    """Grants a second until every file is in done/, from the start of the worker; and its memory then."""
    worker = Worker(bench)
    fill(f"{worker.spool}/incoming", count)
    begin = time.monotonic()
    worker.start()
    wait("all is done", lambda: not os.listdir(f"{worker.spool}/incoming") and worker.done() == count, pause=0.1)
    rate = count / (time.monotonic() - begin)
    memory = worker.memory()
    requests = worker.emulator.ask("GET", "counts")["patch"]
    worker.stop()
    worker.start()
    wait("it has read its ledgers", lambda: os.path.exists(f"{worker.spool}/status.json"))
    time.sleep(3)
    again = worker.memory()
    worker.remove()
    return rate, memory, again, requests


def drain(bench):
    count = bench.size(100_000, 2_000)
    ours, c = [], []
    for _ in range(bench.rounds):
        ours.append(drained(bench, count))
        c.append(in_c(bench, count))
    rates, after, again, requests = ([run[column] for run in ours] for column in range(4))
    return [
        Row("drain", f"Whole worker drains {count:,} grants, {LOCATIONS} locations", "/s", rates,
            "C, the same calls", c, ("ratio", "≥", 0.6),
            note=f"The drain took {sorted(requests)[len(requests) // 2]} PATCHes, without latency and pacing; the C "
                 "program keeps no ledger, no journal and speaks to nobody."),
        Row("drain", f"RSS after it, {count:,} leases", "MiB", after, target=("median", "≤", 96)),
        Row("drain", f"RSS after a restart, {count:,} leases", "MiB", again, target=("median", "≤", 96))]
