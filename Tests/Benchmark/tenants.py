"""What a tenant costs its host: memory beside others of its kind, CPU for a turn of a location that is full."""

import os
import time

from history import Case
from programs import Worker, wait
from table import Row


def proportional(pid):
    """MiB, with what several processes share counted once."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1_024


def together(bench, count):
    workers = [Worker(bench, locations=10) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        wait("it has told how it does", lambda: os.path.exists(f"{worker.spool}/status.json"))
    time.sleep(2)
    each = sum(proportional(worker.process.pid) for worker in workers) / count
    for worker in workers:
        worker.stop()
        worker.remove()
    return each


def rows(bench):
    count, held, turns = bench.size(20, 3), bench.size(1_999, 100), bench.size(200, 20)
    memory = [together(bench, count) for _ in range(bench.rounds)]
    full, empty = Case(bench, held=held), Case(bench)
    many, few = [], []
    for _ in range(bench.rounds):
        many.append(full.turns(turns))
        few.append(empty.turns(turns))
    for case in (full, empty):
        case.worker.stop()
        case.worker.remove()
    return [Row("tenants", f"Memory of each of {count} idle workers on one host (Pss)", "MiB", memory),
            Row("tenants", f"CPU a turn, {held + 1:,} leases held", "ms", many, "one lease held", few)]
