"""A ledger made durable, by its size, beside C that writes the same bytes in the same steps."""

import os

from programs import run
from table import Row


def rows(bench):
    spool = bench.fresh()
    os.makedirs(f"{spool}/ledger")
    found = []
    for leases, times in ((10, 51), (1_000, 51), (bench.size(100_000, 10_000), 5)):
        ours, c = [], []
        for _ in range(bench.rounds):
            ours.append(bench.inside("ledger-writes", spool, leases, times)["median_ms"])
            c.append(float(run(bench.compiled("ledger"), f"{spool}/ledger", f"{spool}/ledger/benchmark.json", times)))
        size = os.path.getsize(f"{spool}/ledger/benchmark.json") / 1_024
        found.append(Row("ledger", f"Ledger made durable, {leases:,} leases ({size:,.0f} KiB)", "ms", ours,
                         "C, the same bytes and fsyncs", c))
    return found
