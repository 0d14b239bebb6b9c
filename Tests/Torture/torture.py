"""Does to the worker what a bad day does, and looks whether anything was lost, invented or left behind.

crash      killed before, after and within every call on the spool, then restarted
errors     each of those calls failing, once or from then on
producers  many careless producers and operators at once, against the running worker
all        these three
power      the power cut under the worker, on ext4 and xfs; needs root, and has options of its own (power --help)
simulate   the whole worker in memory: histories with crashes, one seed, a year of 500 people (simulate --help)
soak       a million requests of all kinds through one process, with options of its own (soak --help)
model      every order of steps and faults in a model of the commit order, without the program: model --help, and
           model --as-built for what the code does not keep of it

Without arguments: all, quick, as CI runs it. Quick crashes before and after every call of a plain run and of one where
answers are lost, items given up and the clock moves on before the restart; it lets every sort of call fail, one call of
each sort with every errno, once and for ever; the rest are samples that the seed decides.
Status 1 where anything was not as it must be; the spool of such a point is kept.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

import crash  # noqa: E402
import errors  # noqa: E402
import invariants  # noqa: E402
import producers  # noqa: E402
from points import Point, Result  # noqa: E402
from program import Worker  # noqa: E402
from scenario import Template  # noqa: E402


class Context:
    def __init__(self, options, folder):
        self.options, self.folder, self.seed = options, folder, options.seed
        # Elsewhere, since a memory file system may forbid to run what lies in it; copies, since somebody may build.
        self.programs = tempfile.mkdtemp(prefix="knocknoc-entra-torture.")
        self.library = os.path.join(self.programs, "crashpoint.so")
        self.kept = None
        self.known_findings = {}
        self.tried = self.violations = self.missed = self.interleavings = 0
        self.lock = threading.Lock()

    def say(self, text):
        print(text, flush=True)

    def shim(self, worker, at, side=None, errno=0, lasting="once", log=None):
        """The environment that makes call number `at` the last one, or a failing one."""
        more = {"LD_PRELOAD": self.library, "CP_DIR": worker.spool, "CP_AT": str(at), "CP_MOST": str(invariants.MOST)}
        if side:
            more["CP_SIDE"] = side
        if errno:
            more.update(CP_ERR=str(errno), CP_FOR=lasting)
        if log:
            more["CP_LOG"] = log
        return more

    def watched(self, worker, ahead=0):
        """The environment that only counts, and may have moved the wall clock."""
        return {**self.shim(worker, 0), "CP_CLOCK": str(ahead)}

    def count(self, worker):
        """Runs undisturbed; the calls as (kind, path), and the end."""
        log = os.path.join(worker.folder, "calls")
        if os.path.exists(log):
            os.unlink(log)
        end = worker.once(self.shim(worker, 0, log=log))
        with open(log, errors="replace") as file:
            return [tuple(line.rstrip("\n").split(" ", 2)[1:]) for line in file if line[0].isdigit()], end

    def keep(self, worker, result):
        if self.kept is None:
            self.kept = tempfile.mkdtemp(prefix="knocknoc-entra-torture.", dir=os.environ.get("TMPDIR", "/tmp"))
        place = os.path.join(self.kept, str(result.point).replace(":", "-"))
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run(["cp", "-a", worker.folder, place], check=False)
        with open(os.path.join(place, "findings"), "w") as file:
            file.write("\n".join(result.findings) + "\n")
        return place

    def note(self, worker, result):
        with self.lock:
            self.tried += 1
            self.missed += not result.was_reached
            if not result.findings:
                return
            self.violations += 1
            # The same thing at a hundred points is one finding; three of them are enough to look at.
            same = self.known_findings.setdefault(re.sub("[0-9]+", "N", result.findings[0]), [])
            same.append(str(result.point))
            if len(same) > 3:
                return
            self.say(f"VIOLATION at {result.point}")
            for finding in result.findings[:8]:
                self.say(f"    {finding}")
            self.say(f"    kept: {self.keep(worker, result)}")
            self.say(f"    again: contrib/torture --no-build --seed {self.seed} --point {result.point}")


def try_all(context, workers, points, attempt):
    """Spreads the points over the workers."""
    waiting = iter(points)

    def go(worker):
        while True:
            with context.lock:
                point = next(waiting, None)
            if point is None:
                return
            try:
                result = attempt(context, worker, point)
            except Exception:
                result = Result(point)
                result.findings.append("the torture itself broke: " + traceback.format_exc())
            context.note(worker, result)
    threads = [threading.Thread(target=go, args=[worker], daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def torture_crash(context, workers):
    quick = context.options.quick
    # Files have to rest for a moment, so that three keep a core busy; workers that cannot go on are mostly watched.
    workers = workers[:context.options.jobs * 3]
    for variant in crash.VARIANTS:
        start, tried, violations = time.monotonic(), context.tried, context.violations
        limit = None if variant in crash.COMPLETE or not quick else 60
        points, total = crash.points(context, workers[0], variant, limit)
        try_all(context, workers, points, crash.try_point)
        report(context, f"crash {variant}", total, start, tried, violations)
    start, tried, violations = time.monotonic(), context.tried, context.violations
    points, total = crash.points(context, workers[0], "plain", twice=60 if quick else 2_000)
    try_all(context, workers, points, crash.try_point)
    report(context, "crash, and again in recovery", total * total, start, tried, violations)


def torture_errors(context, workers):
    start, tried, violations = time.monotonic(), context.tried, context.violations
    points, total = errors.points(context, workers[0], context.options.quick)
    try_all(context, workers, points, errors.try_point)
    report(context, "errors", total, start, tried, violations)


def torture_producers(context, workers):
    start, tried, violations = time.monotonic(), context.tried, context.violations
    points = producers.points(*((25, 2) if context.options.quick else (60, 6)))
    try_all(context, workers[:1], points, producers.try_point)
    report(context, "producers", len(points), start, tried, violations)


def report(context, what, total, start, tried, violations):
    context.say(f"{what}: {context.tried - tried} points of {total}, {time.monotonic() - start:.0f} s, "
                f"{context.violations - violations} violations")


PARTS = {"crash": (torture_crash, crash.try_point), "errors": (torture_errors, errors.try_point),
         "producers": (torture_producers, producers.try_point)}


def build():
    subprocess.run([os.path.join(ROOT, "contrib", "setup")], check=True, stdin=subprocess.DEVNULL)
    for product in ("knocknoc-entra", "knocknoc-entra-emulator"):
        built = subprocess.run(["swift", "build", "--product", product], cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if built.returncode:
            sys.exit(built.stdout)


def interrupted(number, _):
    """Ends like any failure, so that nothing that was started is left behind."""
    raise SystemExit(128 + number)


def main():
    if sys.argv[1:2] == ["power"]:
        os.execv(sys.executable, [sys.executable, os.path.join(HERE, "powercut.py"), *sys.argv[2:]])
    if sys.argv[1:2] in (["soak"], ["--soak"]):
        os.execv(sys.executable, [sys.executable, os.path.join(HERE, "soak.py"), *sys.argv[2:]])
    parser = argparse.ArgumentParser(prog="contrib/torture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=["crash", "errors", "producers", "all", "power", "soak", "model"])
    parser.add_argument("--quick", action="store_true", help="samples of what takes long; as CI runs it")
    parser.add_argument("--seed", type=int, default=1, help="decides the samples")
    parser.add_argument("--jobs", type=int, default=2, help="cores to use")
    parser.add_argument("--no-build", dest="build", action="store_false")
    parser.add_argument("--bin", help="the folder of programs that are built already")
    parser.add_argument("--point", help="one point, as a violation names it")
    options = parser.parse_args()
    options.quick |= not options.part
    options.part = options.part or "all"
    if options.build and not options.bin:
        build()
    fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = os.path.realpath(tempfile.mkdtemp(prefix="knocknoc-entra-torture.", dir=fast))
    context = Context(options, folder)
    signal.signal(signal.SIGTERM, interrupted)
    workers, summaries = [], []
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", context.library,
                        os.path.join(HERE, "crashpoint.c"), "-ldl"], check=True)
        for name in ("knocknoc-entra", "knocknoc-entra-emulator"):
            shutil.copy2(os.path.join(options.bin or os.path.join(ROOT, ".build", "debug"), name), context.programs)
        for number in range(options.jobs * 6):
            workers.append(Worker(context.programs, os.path.join(folder, str(number))))
        context.template = Template(workers[0], folder)
        start = time.monotonic()
        if options.point:
            point = Point.parse(options.point)
            try_all(context, workers[:1], [point], PARTS[point.part][1])
        else:
            for part, (torture, _) in PARTS.items():
                if options.part in (part, "all"):
                    before, tried, violations = time.monotonic(), context.tried, context.violations
                    torture(context, workers)
                    tried = (f"{context.interleavings} interleavings" if part == "producers" else
                             f"{context.tried - tried} {part.removesuffix('s')} points")
                    summaries.append(f"torture {part}: {tried}, {context.violations - violations} violations, "
                                     f"{time.monotonic() - before:.0f} s")
        for finding, places in context.known_findings.items():
            if len(places) > 3:
                context.say(f"{len(places)} points: {finding}")
                context.say("    " + " ".join(places[3:40]))
        for summary in summaries:
            context.say(summary)
        context.say(f"torture: {context.tried} points, {time.monotonic() - start:.0f} s, "
                    f"{context.missed} not reached, {context.violations} violations")
    finally:
        for worker in workers:
            worker.emulator.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(context.programs, ignore_errors=True)
    sys.exit(1 if context.violations else 0)


if __name__ == "__main__":
    main()
