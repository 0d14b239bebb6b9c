"""Measures the program against plain ways of doing the same, side by side, in one run.

tokens   caller's tokens checked, beside bare RSA
spool    the spool path alone, beside C, a plain Python loop and dirq
drain    the whole worker emptying a backlog, beside the same C; memory with that many leases
ledger   a ledger made durable, beside C writing the same bytes
latency  from the drop of a request to its PATCH, beside C that only sends it
burst    10,000 grants at once at Microsoft's pace, beside a script that does each event by itself
start    from the start of the program until it is ready
idle     memory and CPU while nothing happens
history  the cost of a turn with a million files in done/, beside an empty one
tenants  what one more tenant costs its host
"""

import argparse
import os
import signal
import sys
import tempfile

sys.dont_write_bytecode = True

import burst  # noqa: E402
import history  # noqa: E402
import latency  # noqa: E402
import ledger  # noqa: E402
import place  # noqa: E402
import resident  # noqa: E402
import spool  # noqa: E402
import table  # noqa: E402
import tenants  # noqa: E402
import tokens  # noqa: E402
from programs import Bench, NeverCame, Unmeasured  # noqa: E402

ROWS = {"tokens": tokens.rows, "spool": spool.spool_path, "drain": spool.drain, "ledger": ledger.rows,
        "latency": latency.rows, "burst": burst.rows, "start": resident.start, "idle": resident.idle,
        "history": history.rows, "tenants": tenants.rows}


def main():
    parser = argparse.ArgumentParser(prog="contrib/benchmark", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help="these rows: " + " ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="small and once, to see that it runs; judges nothing")
    parser.add_argument("--rounds", type=int, help="runs of which the median counts (default: 5; quick: 1)")
    parser.add_argument("--folder", help="where the files lie; default: ext4 in a loop image, else /dev/shm")
    parser.add_argument("--bin", metavar="FOLDER", help="programs that are built already")
    parser.add_argument("--out", metavar="FILE", help="also write FILE.md and FILE.json")
    options = parser.parse_args()
    rounds = options.rounds or (1 if options.quick else 5)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows, failures = [], []
    with place.made(options.folder) as (folder, where), tempfile.TemporaryDirectory(prefix="benchmark.") as tools:
        bench = Bench(options.programs, folder, tools, rounds, options.quick)
        for name in options.only or ROWS:
            print(f"benchmark: {name}", file=sys.stderr, flush=True)
            try:
                rows += ROWS[name](bench)
            except (NeverCame, Unmeasured) as reason:
                failures.append(f"{name}: {reason}")
        sys.stdout.write(table.markdown(rows, where, rounds, options.quick))
        if options.out:
            table.save(rows, where, rounds, options.quick, options.out)
    for failure in failures:
        print(f"benchmark: not measured: {failure}", file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
