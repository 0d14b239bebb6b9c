"""A million requests of all kinds and a hundred days through one process, at full speed, while Graph has bad moments.

Grants, the same again, short ones, revokes, flushes, expired ones, bad files, links, files of strangers (as root), and
operators who move files back. Afterwards every file lies in one place, with a verdict that it may have and its bytes
unchanged; journal, ledgers and Entra agree with what the requests come to. Memory and descriptors are flat: the mean of
the last quarter is within 3 % of the second one's, beyond what the ledgers have grown by.

What has ended is remembered for a week, so the ledgers are as big as they get once a week has passed. That is why the
wall clock of worker and emulator goes on by a day a hundred times: it jumps, is doubted, and believed when Graph's date
agrees; then the day's grants end all at once.
"""
import argparse
import array
import itertools
import json
import mmap
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

sys.dont_write_bytecode = True

import soak_figures  # noqa: E402
import soak_judge  # noqa: E402
from program import Emulator, kit, spawn  # noqa: E402
from soak_requests import LOCATIONS, Request, Requests, put  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# So many are on their way; more would only wait in incoming/.
OUTSTANDING = 4_000
FAULTS = [{"do": "throttle", "retryAfter": "decimal", "seconds": 0.2}, {"do": "throttle"},
          {"do": "status", "status": 500}, {"do": "status", "status": 503}, {"do": "reset"}, {"do": "close"},
          {"do": "stall", "ms": 800}, {"do": "applyThenReset"}, {"do": "applyThenStall", "ms": 800},
          {"do": "landLater", "ms": 100}, {"do": "cut"}, {"do": "html"}, {"do": "garbage"}, {"do": "delay", "ms": 100}]


class Soak:
    def __init__(self, options, folder, shim):
        self.count, self.day, self.folder = options.requests, max(options.requests // options.days, 1), folder
        self.spool, self.log = f"{folder}/spool", f"{folder}/worker.log"
        with open(f"{folder}/clock", "wb+") as file:
            file.write(bytes(8))
            file.flush()
            self.clock = mmap.mmap(file.fileno(), 8)
        extra = {"LD_PRELOAD": shim, "SOAK_CLOCK": f"{folder}/clock"}
        self.emulator = Emulator(options.bin, extra=extra)
        self.program = f"{options.bin}/knocknoc-entra"
        self.ids = {name: kit.location_id(index) for index, name in enumerate(LOCATIONS)}
        for name, identity in self.ids.items():
            self.emulator.put(identity, name)
        kit.configure(
            f"{folder}/config.json5", "spool", self.emulator.address, self.ids, log={"level": "error"},
            allowedOwners=[os.getuid()], entra={"requestTimeout": "00:00:00.500"}, batch={"linger": "00:00:00"},
            retention={"doneDays": 3650, "journalDays": 3650},
            retry={"giveUpAfter": None, "grace": None, "secondWriteAfter": "00:00:01"})
        self.run("init")
        self.requests = Requests(options.seed, os.getuid() == 0)
        self.chance = random.Random(f"{options.seed} faults")
        # By number: checksum of its bytes, which verdicts it may get, whose seat it grants, whether it was moved back.
        self.sums, self.wants, self.seats = array.array("L"), array.array("B"), []
        self.verdicts, self.retried = [], set()
        self.samples, self.faults, self.moves = [], 0, 0
        self.worker = spawn([self.program, "run", "--config", f"{folder}/config.json5"], self.log, extra)
        self.pid = self.worker.pid

    def run(self, *words):
        return subprocess.run([self.program, *words, "--config", f"{self.folder}/config.json5"], env=kit.environment(),
                              check=False, capture_output=True, text=True)

    def waiting(self):
        return sum(len(os.listdir(f"{self.spool}/{folder}")) for folder in ("incoming", "work"))

    def drop(self, number):
        request = self.requests.next(number)
        self.sums.append(zlib.crc32(request.raw))
        self.seats.append(request.seat)
        if request.verdicts not in self.verdicts:
            self.verdicts.append(request.verdicts)
        self.wants.append(self.verdicts.index(request.verdicts))
        put(self.spool, f"s{number:08}.json", request, self.requests.now)

    def move_back(self):
        """As operators do: some of what failed, and some of what is done."""
        folders = [f"{self.spool}/{top}/{inside}" for top in ("failed", "done")
                   for inside in os.listdir(f"{self.spool}/{top}")]
        if not folders:
            return
        folder, start = self.chance.choice(folders), self.chance.randrange(1_000)
        with os.scandir(folder) as entries:
            some = [entry.name for entry in itertools.islice(entries, start, start + 40)]
        for name in [name for name in some if soak_judge.NAME.search(name)][:20]:
            self.retried.add(soak_judge.number(name))
            os.rename(f"{folder}/{name}", f"{self.spool}/incoming/{name}")
            self.moves += 1

    def disturb(self):
        kind = self.chance.choice(("patch", "patch", "patch", "any"))
        self.emulator.ask("POST", "faults", {"match": {"kind": kind}, **self.chance.choice(FAULTS)})
        self.faults += 1

    def sleep(self):
        """The next day: everything is settled, the clock jumps, and a grant brings an answer with the new date."""
        findings = self.settled()
        self.requests.sleep()
        self.clock[:] = (self.requests.ahead * 86_400).to_bytes(8, sys.byteorder)
        day = self.requests.ahead
        body = {"action": "grant", "location": LOCATIONS[0], "addresses": [f"8.200.0.{day % 250}"],
                "user": f"day{day}@example.com", "durationSeconds": 2}
        put(self.spool, f"day{day}.json", Request("day", json.dumps(body).encode()), self.requests.clock())
        return findings + self.settled()

    def settled(self):
        try:
            kit.until("all is settled", lambda: not self.waiting(), 120)
        except kit.NeverCame:
            return [f"{self.waiting()} files never settled on day {self.requests.ahead}"]
        return []

    def soak(self):
        next_fault, told, step = time.monotonic() + 1, time.monotonic(), max(min(self.count // 400, 2_500), 1)
        findings = []
        for number in range(self.count):
            self.drop(number)
            if number and number % self.day == 0:
                findings += self.sleep()
            if number % min(step, 250):
                continue
            while (waiting := self.waiting()) > OUTSTANDING:
                time.sleep(0.01)
            if self.worker.poll() is not None:
                raise SystemExit(f"soak: the worker ended after {number:,} requests; its log: {self.log}")
            now = time.monotonic()
            if number % step == 0:
                self.samples.append(soak_figures.Sample(self.pid, self.spool, number - waiting))
            if now >= next_fault:
                self.disturb()
                self.move_back()
                next_fault = now + 0.15
            if now >= told + 30:
                print(f"soak: {number:,} dropped, {self.samples[-1]}", file=sys.stderr, flush=True)
                told = now
        self.emulator.ask("DELETE", "faults")
        findings += self.settled()
        # Short grants end, and lists whose answer was lost are written once more.
        time.sleep(4)
        return findings

    def stop(self):
        self.worker.terminate()
        status = self.worker.wait()
        self.emulator.stop()
        return [] if status == 0 else [f"the worker ended with status {status}"]


def main():
    parser = argparse.ArgumentParser(prog="contrib/torture soak", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=100, help="that pass meanwhile (default: 100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bin", help="the folder of programs that are built already; else a release is built")
    options = parser.parse_args()
    if not options.bin:
        options.bin = kit.build(ROOT, "knocknoc-entra", "knocknoc-entra-emulator")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    # Each file takes a page and its inode.
    room = shutil.disk_usage("/dev/shm").free if os.access("/dev/shm", os.W_OK) else 0
    fast = "/dev/shm" if room > options.requests * 8_192 else None
    folder = tempfile.mkdtemp(prefix="knocknoc-entra-soak.", dir=fast)
    # Elsewhere, since a memory file system may forbid to run what lies in it.
    tools = tempfile.mkdtemp(prefix="knocknoc-entra-soak.")
    soak, findings = None, ["it was broken off"]
    try:
        shim = f"{tools}/yearclock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", shim,
                        f"{HERE}/yearclock.c"], check=True)
        soak, begin = Soak(options, folder, shim), time.monotonic()
        findings = soak.soak()
        seconds = time.monotonic() - begin
        findings += soak_judge.at_rest(soak) + soak_figures.report(soak, seconds) + soak_judge.of_addresses(soak)
        findings += soak.stop() + soak_judge.of_files(soak) + soak_judge.of_journal(soak)
        for finding in findings:
            print(f"VIOLATION {finding}")
        kept = f"; kept: {folder}" if findings else ""
        print(f"torture soak: {soak.count:,} requests, {len(findings)} violations{kept}")
    finally:
        shutil.rmtree(tools, ignore_errors=True)
        if soak and soak.emulator and findings == ["it was broken off"]:
            kit.end(soak.worker)
            soak.emulator.stop()
        if not findings or findings == ["it was broken off"]:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
