"""The worker and the emulator as the torture steers and measures them."""
import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Kit/python"))

import kit  # noqa: E402
from kit import SENTINEL, processor  # noqa: E402,F401

LOCATIONS = {**kit.LOCATIONS, "gone": kit.ID + "dd"}
PINNED = {"office": ["192.0.2.128/28"]}


class End:
    """How a program ended: exit status (minus the signal), CPU seconds, wall seconds, whether it had to be told."""

    def __init__(self, status, cpu, wall, told):
        self.status, self.cpu, self.wall, self.told = status, cpu, wall, told


def spawn(arguments, log, extra=None):
    # Swift seeds its hashing anew for each process; the calls must come in the same order every time.
    return kit.start(arguments, log, {"SWIFT_DETERMINISTIC_HASHING": "1", **(extra or {})})


def run(arguments, log, extra=None, term_after=None, kill_after=20.0):
    """To its end; SIGTERM after `term_after` seconds, SIGKILL after `kill_after` more."""
    start = time.monotonic()
    process = spawn(arguments, log, extra)
    pid = process.pid
    told = []

    def tell(number):
        told.append(number)
        os.kill(pid, number)

    timers = [threading.Timer((term_after or 0) + kill_after, tell, [signal.SIGKILL])]
    if term_after is not None:
        timers.append(threading.Timer(term_after, tell, [signal.SIGTERM]))
    for timer in timers:
        timer.daemon = True
        timer.start()
    # Not reaped before the timers are off, so that they never hit another process.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    for timer in timers:
        timer.cancel()
        timer.join()
    _, status, usage = os.wait4(pid, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    process.returncode = code
    return End(code, usage.ru_utime + usage.ru_stime, time.monotonic() - start, told)


class Emulator(kit.Emulator):
    def reset(self, ranges, faults=()):
        """Back to the seed, but for these locations' ranges."""
        self.ask("POST", "reset")
        for name, held in ranges.items():
            self.put(LOCATIONS[name], name, held)
        for fault in faults:
            self.ask("POST", "faults", fault)

    def ranges(self):
        all_ids = {identity: name for name, identity in LOCATIONS.items()}
        return {all_ids[found["id"]]: found.get("ranges") or [] for found in self.ask("GET", "locations")
                if found.get("type") == "ip" and found["id"] in all_ids}


class Worker:
    """One spool with its configuration, beside one emulator; a slot of work for one thread."""

    def __init__(self, bin_folder, folder):
        self.folder = folder
        self.spool = os.path.join(folder, "spool")
        self.program = os.path.join(bin_folder, "knocknoc-entra")
        self.config = os.path.join(folder, "config.json5")
        self.log = os.path.join(folder, "worker.log")
        os.makedirs(folder, exist_ok=True)
        self.emulator = Emulator(bin_folder)
        self.configure()

    def configure(self, requestTimeout="00:00:05", giveUpAfter="00:00:10", linger="00:00:00",
                  settleTime="00:00:00.100", grace="00:00:00.050", backoff="00:00:00.020"):
        locations = {name: {"id": identity, "pinnedRanges": PINNED.get(name, [])} for name, identity in LOCATIONS.items()}
        kit.configure(
            self.config, self.spool, self.emulator.address, locations,
            entra={"connectTimeout": "00:00:02", "requestTimeout": requestTimeout},
            batch={"linger": linger, "settleTime": settleTime},
            retry={"giveUpAfter": giveUpAfter, "grace": grace, "initialBackoff": backoff, "maxBackoff": backoff})

    def init(self):
        return run([self.program, "init", "--config", self.config], self.log)

    def once(self, extra=None, term_after=None, kill_after=20.0):
        return run([self.program, "run", "--once", "--config", self.config], self.log, extra, term_after, kill_after)

    def start(self):
        return spawn([self.program, "run", "--config", self.config], self.log)
