"""Each call on the spool failing, once or from then on; nothing may be lost, and a restart must settle everything."""
import collections
import errno
import os
import random
import re

import invariants
import oracle
from points import Point, Result

ERRNOS = ("EIO", "ENOSPC", "EACCES", "EMFILE", "EINTR", "EXDEV")
# So long a worker that cannot go on is watched before it is told to stop.
WATCH = 1.5
# An undisturbed run takes hundredths, and with ten looks a second it stays far below; a spin without any call on the
# spool uses all that there is.
CPU = 1.0
# So slow that tries at Graph do not count beside a spin.
PACE = {"grace": "00:00:00.300", "backoff": "00:00:00.200"}
STATUSES = (0, 1, 66, 69, 73, 74, 77)


def try_point(context, worker, point):
    worker.configure(**PACE)
    items = context.template.fresh(worker)
    number = getattr(errno, point.errno)
    log = os.path.join(worker.folder, "calls")
    shim = context.shim(worker, point.at, errno=number, lasting=point.lasting, log=log)
    end = worker.once(shim, WATCH, 4)
    result = Result(point)
    result.findings += invariants.of_end(end, STATUSES, CPU, "the run")
    places = invariants.Places(worker.spool)
    result.findings += ["with the error " + finding for finding in invariants.of_files(places, items, False)]
    if len(worker.emulator.requests()) > 200:
        result.findings.append(f"{len(worker.emulator.requests())} requests")
    # What cannot be opened for want of permission is refused, and says so; where that could not be carried out, the
    # restart reads it and judges by what is in it.
    is_unreadable = point.errno == "EACCES" and kind_of(point.at, log) in ("open", "read")
    allowed = ("SPOOL007",) if is_unreadable else ()
    result.findings += invariants.settle(worker, CPU, environment=context.watched(worker))
    if allowed:
        # A flush that could not be opened ends nothing.
        verdicts = invariants.Places(worker.spool).verdicts()
        for item in items:
            if item.want == "SPOOL005" and item.body["action"] == "grant":
                gone = oracle.removals(items, verdicts, item.location)
                item.want = "done" if oracle.left_of(item, gone) else "SPOOL005"
    result.findings += invariants.everything(worker, items, allowed, are_notes_sure=False)
    return result


def kind_of(at, log):
    """What was called there, which may not be what the count had there: answers come together as they like."""
    with open(log, errors="replace") as file:
        kinds = [line.split(" ", 2)[1] for line in file if line.startswith(f"{at} ")]
    os.unlink(log)
    return kinds[0] if kinds else ""


def place(path):
    """A path without what tells one request from another."""
    path = re.sub(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{4}~.*?(\.json)?(#[0-9a-f]{16}|\.why)?$",
                  lambda found: "~" + (found.group(2) or "")[:1], path)
    return re.sub(r"^(/incoming)/[^~./]+\.json$", r"\1/new", re.sub(r"\d{8}", "DAY", path))


def points(context, worker, is_sample):
    """Each errno, once and for ever: of all calls; or of each kind of call in each place one, which the seed decides."""
    worker.configure(**PACE)
    context.template.fresh(worker)
    calls, _ = context.count(worker)
    numbers = collections.defaultdict(list)
    for number, (kind, path) in enumerate(calls, start=1):
        numbers[(kind, place(path))].append(number)
    context.say(f"errors: {len(calls)} calls of {len(numbers)} sorts, {len(ERRNOS)} errnos, once and for ever")
    chance = random.Random(f"{context.seed} errors")
    chosen = []
    for name in ERRNOS:
        for lasting in ("once", "ever"):
            for (kind, _), all_of_them in numbers.items():
                chosen += [Point("errors", kind, number, "", errno=name, lasting=lasting)
                           for number in ([chance.choice(all_of_them)] if is_sample else all_of_them)]
    return chosen, len(calls) * len(ERRNOS) * 2
