"""What a turn costs with an empty done/ and with a million files in it."""

import os
import time

from programs import Worker, wait
from table import Row


class Case:
    """A worker with so many files in done/ of today and so many leases, which takes single grants."""

    def __init__(self, bench, files=0, held=0):
        self.worker, self.dropped = Worker(bench, locations=1, linger="00:00:00"), 0
        self.day = f"{self.worker.spool}/done/{time.strftime('%Y%m%d', time.gmtime())}"
        os.mkdir(self.day, 0o750)
        for number in range(files):
            name = f"{self.day}/20261120T000000.{number:06}Z-0000~r{number}.json"
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o640))
        for number in range(held):
            self.worker.drop(f"h{number}.json", {
                "action": "grant", "location": "l0", "user": f"held{number}@example.com", "durationSeconds": 28_800,
                "addresses": [f"8.1.{number // 250}.{number % 250}"]})
        os.sync()
        self.worker.start()
        wait("what is held is in", lambda: not self.is_waiting(), pause=0.1)
        self.turns(20)

    def is_waiting(self):
        """Without listing done/, which takes a second where a million files lie."""
        return any(os.listdir(f"{self.worker.spool}/{folder}") for folder in ("incoming", "work"))

    def turns(self, count):
        """Milliseconds of CPU for each of so many grants, one after the other; the list stays as it is."""
        before = self.worker.processor()
        for _ in range(count):
            self.dropped += 1
            self.worker.drop(f"n{self.dropped}.json", {
                "action": "grant", "location": "l0", "user": "alice@example.com", "grantId": "one",
                "addresses": [f"8.0.0.{self.dropped % 2}"], "durationSeconds": 28_800})
            wait("it is settled", lambda: not self.is_waiting(), pause=0.002)
        return (self.worker.processor() - before) / count * 1_000


def rows(bench):
    files, turns = bench.size(1_000_000, 10_000), bench.size(200, 20)
    empty, full = Case(bench), Case(bench, files)
    few, many = [], []
    for _ in range(bench.rounds):
        many.append(full.turns(turns))
        few.append(empty.turns(turns))
    for case in (empty, full):
        case.worker.stop()
        case.worker.remove()
    return [Row("history", f"CPU a turn, {files:,} files in done/", "ms", many, "with done/ empty", few,
                ("ratio", "≤", 1.1))]
