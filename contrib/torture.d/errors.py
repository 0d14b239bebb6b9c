"""Each call on the spool failing, once or from then on; nothing may be lost, and a restart must settle everything."""
import errno
import random

import invariants
import oracle
from points import Point, Result

ERRNOS = ("EIO", "ENOSPC", "EACCES", "EMFILE", "EINTR", "EXDEV")
# So long a worker that cannot go on is watched before it is told to stop.
WATCH = 1.5
# An undisturbed run takes hundredths; with tries a second apart it stays far below.
CPU = 0.4
# So slow that tries at Graph do not count beside a spin.
PACE = {"grace": "00:00:00.300", "backoff": "00:00:00.200"}
STATUSES = (0, 1, 66, 69, 73, 74, 77)


def try_point(context, worker, point):
    worker.configure(**PACE)
    items = context.template.fresh(worker)
    number = getattr(errno, point.errno)
    end = worker.once(context.shim(worker, point.at, errno=number, lasting=point.lasting), WATCH, 4)
    result = Result(point)
    result.findings += invariants.of_end(end, STATUSES, CPU, "the run")
    places = invariants.Places(worker.spool)
    result.findings += ["with the error " + finding for finding in invariants.of_files(places, items, False)]
    if len(worker.emulator.requests()) > 200:
        result.findings.append(f"{len(worker.emulator.requests())} requests")
    # What cannot be opened for want of permission is refused, and says so; where that could not be carried out, the
    # restart reads it and judges by what is in it.
    allowed = ("SPOOL007",) if point.errno == "EACCES" and point.variant in ("open", "read") else ()
    result.findings += invariants.settle(worker, 2.0)
    if allowed:
        # A flush that could not be opened ends nothing.
        verdicts = invariants.Places(worker.spool).verdicts()
        for item in items:
            if item.want == "SPOOL005" and item.body["action"] == "grant":
                gone = oracle.removals(items, verdicts, item.location)
                item.want = "done" if oracle.left_of(item, gone) else "SPOOL005"
    result.findings += invariants.everything(worker, items, allowed, are_notes_sure=False)
    return result


def points(context, worker, at_most=None):
    """All of them, or an even sample that depends on the seed."""
    worker.configure(**PACE)
    context.template.fresh(worker)
    calls, _ = context.count(worker)
    everything = [Point("errors", kind, number, "", errno=name, lasting=lasting)
                  for name in ERRNOS for lasting in ("once", "ever")
                  for number, (kind, _) in enumerate(calls, start=1)]
    total = len(everything)
    if at_most and at_most < total:
        chance = random.Random(f"{context.seed} errors")
        step = total / at_most
        offset = chance.random() * step
        everything = [everything[int(offset + index * step) % total] for index in range(at_most)]
    return everything, total
