#!/usr/bin/env python3
"""Takes the spool from the active host in every way there is, under load, and looks at what is left."""
import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ground import REQUEST_TIMEOUT, Failure, Ground, await_that  # noqa: E402
from load import SHORT, Load  # noqa: E402
from verdicts import check, is_right  # noqa: E402

KINDS = ("killed", "stopped", "cut off", "told to end")
# What a takeover may take beyond the lock's lifetime, in seconds.
SLACK = 2


class Round:
    def __init__(self, ground, load, chance, number):
        self.ground, self.load, self.chance, self.number = ground, load, chance, number
        self.second = ground.lifetime + REQUEST_TIMEOUT
        self.figures = {}

    def run(self, kind):
        self.load.running.set()
        await_that("both hosts are there", 20, lambda: self.ground.candidates() == 2 and self.ground.active())
        time.sleep(self.chance.uniform(0.5, 1.5))
        self.host, self.token, self.pid = self.ground.active()
        getattr(self, kind.replace(" ", "_"))()
        self.settle()

    def killed(self):
        self.begin()
        self.host.signal(signal.SIGKILL)
        self.await_successor()

    def stopped(self):
        """Every second time its last list is held up on the way until it wakes, else it wakes under load."""
        if self.number % 2:
            self.begin()
            self.host.signal(signal.SIGSTOP)
            self.await_successor()
            time.sleep(self.chance.uniform(0, 2))
            self.host.signal(signal.SIGCONT)
            self.await_end()
            return
        link = self.ground.graph_links[self.host.name]
        link.hold()
        await_that("a list is on its way", 10, lambda: b"PATCH " in link.held)
        self.begin()
        self.host.signal(signal.SIGSTOP)
        # What the late list does not know, and then nothing that would have the list written for another reason.
        self.load.pause()
        for _ in range(10):
            self.load.revoke()
            self.load.grant(short=False)
        self.await_successor()
        await_that("the successor has settled everything", 20, self.ground.settled)
        await_that("the list is right before it", 5, lambda: is_right(self.ground, self.load))
        link.open()
        self.host.signal(signal.SIGCONT)
        end = time.monotonic() + 1
        while is_right(self.ground, self.load) and time.monotonic() < end:
            time.sleep(0.01)
        self.figures["late lists that came through"] = 0 if is_right(self.ground, self.load) else 1
        self.await_end()

    def cut_off(self):
        link = self.ground.etcd_links[self.host.name]
        self.begin()
        link.refuse() if self.number % 2 else link.silence()
        self.await_successor()
        self.await_end()
        link.open()

    def told_to_end(self):
        """In order: the lock is handed on at once."""
        self.begin()
        os.kill(self.host.process.pid, signal.SIGTERM)
        self.await_successor()
        self.await_end(status=0)

    def begin(self):
        self.link = self.ground.graph_links[next(h for h in self.ground.hosts if h is not self.host).name]
        self.ends = len(self.host.ends)
        self.begun, self.ended = time.monotonic(), threading.Event()
        threading.Thread(target=self.watch, args=(self.pid,), daemon=True).start()

    def watch(self, pid):
        while is_alive(pid):
            time.sleep(0.005)
        self.figures["former one ended"] = time.monotonic() - self.begun
        self.ended.set()

    def await_successor(self):
        def taken():
            found = self.ground.active()
            return found if found and found[1] > self.token else None
        self.successor, _, _ = await_that("another host takes over", 30, taken)
        if self.successor is self.host:
            raise Failure(f"{self.host.name} has taken over from itself")
        self.figures["taken over"] = time.monotonic() - self.begun
        first = await_that("the successor writes", 30, lambda: [at for at in self.link.patches if at > self.begun])[0]
        self.figures["first list"] = first - self.begun
        self.first = first

    def await_end(self, status=75):
        """By itself, and by the status that says why."""
        await_that(f"the worker of {self.host.name} ends", 15, self.ended.is_set)
        ended = await_that(f"{self.host.name} ends", 15, lambda: self.host.ends[self.ends:])
        if ended[0] != status:
            raise Failure(f"{self.host.name} ended with {ended[0]}, not {status}")

    def settle(self):
        if self.load.running.is_set():
            time.sleep(0.5)
            self.load.pause()
        await_that("everything is settled", 30, self.ground.settled)
        over = time.monotonic() + SHORT + 1
        time.sleep(max(over, self.first + self.second + 1.5) - time.monotonic())
        self.figures["journal lines twice"] = check(self.ground, self.load)
        late = self.figures["taken over"] - self.ground.lifetime
        if late > SLACK:
            raise Failure(f"the takeover came {late:.2f} s after the lock's lifetime, {SLACK} s are allowed")


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def show(kind, rounds):
    def column(name):
        return sorted(one[name] for one in rounds if name in one)
    for name in ("taken over", "first list", "former one ended"):
        if values := column(name):
            print(f"  {kind:<11} {name:<17} n={len(values):<3} min {values[0]:.2f}  median "
                  f"{statistics.median(values):.2f}  max {values[-1]:.2f} s after the fault")
    if late := column("late lists that came through"):
        print(f"  {kind:<11} late lists that made Entra's list wrong until the second write: {sum(late)} of {len(late)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int, default=3, help="of each kind (default 3)")
    parser.add_argument("--lifetime", type=int, default=3, help="of the lock, in seconds (default 3)")
    parser.add_argument("--only", choices=KINDS, help="one kind of fault")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="leave spool and logs")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, lock lifetime {arguments.lifetime} s, request timeout {REQUEST_TIMEOUT} s")
    folder = tempfile.mkdtemp(prefix="knocknoc-entra-two-hosts.")
    ground, failed = None, False
    rounds = {kind: [] for kind in ([arguments.only] if arguments.only else KINDS)}
    try:
        ground = Ground(arguments.bin, folder, arguments.lifetime)
        chance = random.Random(arguments.seed)
        load = Load(ground.spool, arguments.seed)
        ground.start()
        for number in range(arguments.rounds):
            for kind in rounds:
                round_ = Round(ground, load, chance, number)
                round_.run(kind)
                rounds[kind].append(round_.figures)
                shown = ", ".join(f"{name} {value:.2f}" for name, value in round_.figures.items())
                print(f"round {number + 1}, {kind}: {shown}", flush=True)
        print(f"{len(load.items)} requests, each settled once, every list right:")
        for kind, figures in rounds.items():
            show(kind, figures)
        print(f"  journal lines that a takeover repeated: {rounds[kind][-1]['journal lines twice']}")
    except Failure as failure:
        failed = True
        print(f"two-hosts: {failure}; spool and logs in {folder}", file=sys.stderr)
    finally:
        if ground:
            ground.close()
        if not failed and not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
