"""Killed before, after and within every call on the spool; then restarted, and everything must be right."""
import collections
import random
import time

import invariants
from points import Point, Result

# A worker uses some hundredths of that; one that spins uses all of it.
CPU = 2.0
REQUESTS = 60

# What the network does meanwhile: configuration, faults, seconds until a short grant ends.
VARIANTS = {
    "plain": ({}, (), None),
    # Graph takes the list and the answer is lost.
    "lost-reply": ({}, ({"match": {"kind": "patch"}, "times": 2, "do": "applyThenReset"},), None),
    "late-reply": ({"requestTimeout": "00:00:00.150"},
                   ({"match": {"kind": "patch"}, "times": 1, "do": "applyThenStall", "ms": 400},), None),
    # Items are given up while their lists may have been taken.
    "given-up": ({"giveUpAfter": "00:00:00.020"},
                 ({"match": {"kind": "patch"}, "times": 8, "do": "applyThenReset"},), None),
    "refused": ({"giveUpAfter": "00:00:00.020"},
                ({"match": {"kind": "patch"}, "times": 8, "do": "status", "status": 503},), None),
    # A grant ends between death and restart.
    "expiry": ({}, (), 0.7),
}
ENTRA = ("ENTRA000", "ENTRA004", "ENTRA050", "ENTRA051", "ENTRA052", "ENTRA054")


def calls_of(context, worker, variant):
    """A run without a crash: the calls that there are to crash at."""
    configuration, faults, soon = VARIANTS[variant]
    worker.configure(**configuration)
    items = context.template.fresh(worker, soon, faults)
    calls, end = context.count(worker)
    found = invariants.of_end(end, (0, 1, 69), CPU, "the undisturbed run")
    return calls, items, end, found


def try_point(context, worker, point):
    configuration, faults, soon = VARIANTS[point.variant]
    worker.configure(**configuration)
    items = context.template.fresh(worker, soon, faults)
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
    if soon is not None:
        time.sleep(max(0, start + soon + 0.05 - time.time()))
    result.findings += invariants.settle(worker, CPU)
    if soon is not None:
        # Whether it was settled before its end depends on the moment of the crash.
        soon_item = next(item for item in items if item.name == "soon.json")
        verdict = invariants.Places(worker.spool).verdicts().get(soon_item.identity)
        if verdict in ("done", "SPOOL004"):
            soon_item.want = verdict
    # Given up; or a revoke that finds what it should have met refused by Graph.
    allowed = ENTRA if point.variant in ("given-up", "refused") else ()
    result.findings += invariants.everything(worker, items, allowed)
    requests = worker.emulator.requests()
    if len(requests) > REQUESTS:
        kinds = collections.Counter(entry["kind"] for entry in requests)
        result.findings.append(f"{len(requests)} requests: {dict(kinds)}")
    return result


def points(context, worker, variant, at_most=None, twice=0):
    """All points of a variant, or an even sample, or pairs of one in the run and one in its recovery."""
    calls, items, end, found = calls_of(context, worker, variant)
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
