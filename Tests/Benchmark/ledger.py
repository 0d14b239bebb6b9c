"""Fifty leases made durable, by what is there already, beside C that makes as many bytes durable."""

import os

from programs import run
from table import Row

# What fifty leases come to in SQLite's log: they land on some twenty pages of 4 KiB.
BYTES = 80 * 1_024


def rows(bench):
    found = []
    many, gone = bench.size(100_000, 10_000), bench.size(140_000, 14_000)
    for leases, tombstones in ((10, 0), (2_000, 0), (many, 0), (10, gone), (2_000, gone), (many, gone)):
        ours, c = [], []
        for _ in range(bench.rounds):
            spool = bench.fresh()
            ours.append(bench.inside("ledger-writes", spool, leases, tombstones, 41)["median_ms"])
            with open(f"{spool}/ledger/as-much", "wb") as file:
                file.write(os.urandom(BYTES))
            c.append(float(run(bench.compiled("ledger"), f"{spool}/ledger", f"{spool}/ledger/as-much", 41)))
        found.append(Row("ledger", f"50 leases made durable beside {leases:,} leases, {tombstones:,} tombstones", "ms",
                         ours, f"C: {BYTES // 1_024} KiB written anew, and its fsyncs", c))
    return found
