"""Killed before, after and within every call on the spool; then restarted, and everything must be right."""
import collections
import random
import time

import invariants
import oracle
from points import Point, Result

# A worker uses some hundredths of that; one that spins uses all of it.
CPU = 0.8
REQUESTS = 60
ENTRA = ("ENTRA000", "ENTRA004", "ENTRA050", "ENTRA051", "ENTRA052", "ENTRA054")


class Variant:
    """What the network and the clock do: configuration, faults, seconds until a short grant ends, and seconds by which
    the clock has moved between death and restart, less than the hour from which a start doubts it; there some grants last
    fifty minutes."""

    def __init__(self, configuration=None, faults=(), soon=None, moved=0, allowed=()):
        self.configuration, self.faults, self.soon, self.moved = configuration or {}, faults, soon, moved
        self.allowed = allowed

    def fresh(self, context, worker):
        worker.configure(**self.configuration)
        return context.template.fresh(worker, self.soon, self.faults, 3_000 if self.moved else None)


def patches(times, what, **more):
    return ({"match": {"kind": "patch"}, "times": times, "do": what, **more},)


GIVES_UP = {"giveUpAfter": "00:00:00.020"}
VARIANTS = {
    "plain": Variant(),
    # Answers are lost after Graph took the list, items are given up, and the clock moves past the end of what was
    # granted between death and restart.
    "bad-day": Variant(GIVES_UP, patches(4, "applyThenReset"), moved=3_300, allowed=ENTRA),
    "lost-reply": Variant({}, patches(2, "applyThenReset")),
    "late-reply": Variant({"requestTimeout": "00:00:00.150"}, patches(1, "applyThenStall", ms=400)),
    "given-up": Variant(GIVES_UP, patches(8, "applyThenReset"), allowed=ENTRA),
    "refused": Variant(GIVES_UP, patches(8, "status", status=503), allowed=ENTRA),
    "clock": Variant(moved=3_300),
    # A grant ends between death and restart, by itself.
    "expiry": Variant(soon=0.7),
}
# Here every call is tried on both sides, also by `--quick`.
COMPLETE = ("plain", "bad-day")


def calls_of(context, worker, variant):
    """A run without a crash: the calls that there are to crash at."""
    VARIANTS[variant].fresh(context, worker)
    calls, end = context.count(worker)
    return calls, end, invariants.of_end(end, (0, 1, 69), CPU, "the undisturbed run")


def try_point(context, worker, point):
    variant = VARIANTS[point.variant]
    items = variant.fresh(context, worker)
    start = time.time()
    end = worker.once(context.shim(worker, point.at, side=point.side))
    result = Result(point)
    if end.status != -9:
        # The run was over before; it has to be right all the same.
        result.was_reached = False
        result.findings += invariants.of_end(end, (0, 1, 69), CPU, "the run")
    elif end.told:
        result.findings += invariants.of_end(end, (), CPU, "the run")
    places = invariants.Places(worker.spool)
    result.findings += ["after the crash " + finding for finding in invariants.of_files(places, items, False)]
    if point.again:
        # Recovery is killed as well.
        worker.once(context.shim(worker, point.again, side=point.side))
    if variant.soon is not None:
        time.sleep(max(0, start + variant.soon + 0.05 - time.time()))
    # Each of these may lose one answer more.
    restarts = 6 + sum(fault["times"] for fault in variant.faults)
    result.findings += invariants.settle(worker, CPU, restarts, context.watched(worker, variant.moved))
    now = time.time() + variant.moved
    verdicts = invariants.Places(worker.spool).verdicts()
    for item in items:
        # Whether it was judged before its end depends on the moment of the crash.
        is_over = item.body.get("action") == "grant" and oracle.end_of(item) <= now
        if is_over and verdicts.get(item.identity) == "SPOOL004" and item.want in ("done", "SPOOL005"):
            item.want = "SPOOL004"
    # Given up; or a revoke that finds what it should have met refused by Graph.
    result.findings += invariants.everything(worker, items, variant.allowed, now=now)
    requests = worker.emulator.requests()
    if len(requests) > REQUESTS:
        kinds = collections.Counter(entry["kind"] for entry in requests)
        result.findings.append(f"{len(requests)} requests: {dict(kinds)}")
    return result


def points(context, worker, variant, at_most=None, twice=0):
    """All points of a variant, or an even sample, or pairs of one in the run and one in its recovery."""
    calls, end, found = calls_of(context, worker, variant)
    context.say(f"crash {variant}: {len(calls)} calls on the spool, {end.cpu:.2f} s of CPU, {end.wall:.2f} s")
    if found:
        raise SystemExit("torture: " + "; ".join(found))
    everywhere = []
    for number, kind in enumerate(calls, start=1):
        for side in ("before", "after") + (("half",) if kind[0] == "write" else ()):
            everywhere.append(Point("crash", variant, number, side))
    chosen = everywhere
    if twice:
        chance = random.Random(f"{context.seed} twice")
        chosen = [Point("crash", variant, chance.randint(1, len(calls)), chance.choice(("before", "after")),
                        again=chance.randint(1, len(calls))) for _ in range(twice)]
    elif at_most and at_most < len(everywhere):
        chance = random.Random(f"{context.seed} {variant}")
        step = len(everywhere) / at_most
        offset = chance.random() * step
        chosen = [everywhere[int(offset + index * step) % len(everywhere)] for index in range(at_most)]
    return chosen, len(everywhere)
