"""What must hold after the soak. Each finding is a sentence."""
import bisect
import collections
import os
import re
import time
import zlib

import oracle
from program import processor

NAME = re.compile(r"~s(\d{8})\.json$")
LINE = re.compile(rb'"item":"[^"]*~s(\d{8})\.json".*?"verdict":"([^"]*)"')
# What an old grant or revoke may come to when it is moved back.
AGAIN = {"done", "SPOOL004", "SPOOL005"}


def number(name):
    return int(NAME.search(name).group(1))


def shortened(findings):
    """A fault that concerns many is told by three of them."""
    by_kind = collections.defaultdict(list)
    for kind, text in findings:
        by_kind[kind].append(text)
    return [text for texts in by_kind.values() for text in texts[:3]] + [
        f"{len(texts) - 3:,} more: {kind}" for kind, texts in by_kind.items() if len(texts) > 3]


def at_rest(soak):
    before = processor(soak.pid)
    time.sleep(2)
    used = processor(soak.pid) - before
    return [f"{used:.2f} s of CPU in two seconds of rest"] if used > 0.1 else []


def places(soak):
    """Number → where it lies, in a word; a second place is a finding."""
    found, where = [], [None] * soak.count
    for top in ("incoming", "work", "done", "failed", "hold", "tmp"):
        for folder, _, names in os.walk(f"{soak.spool}/{top}"):
            verdict = os.path.basename(folder) if top == "failed" else top
            for name in names:
                match = NAME.search(name)
                if not match:
                    if not name.endswith(".why") and "~day" not in name:
                        found.append(("a stray", f"nobody put {folder}/{name} there"))
                    continue
                one = int(match.group(1))
                if where[one]:
                    found.append(("twice", f"{name} lies in {where[one]} and in {verdict}"))
                where[one] = verdict
                if checksum(f"{folder}/{name}") != soak.sums[one]:
                    found.append(("changed", f"the bytes of {verdict}/{name} have changed"))
                if top == "failed" and not os.path.exists(f"{folder}/{name}.why"):
                    found.append(("no note", f"{verdict}/{name} has no note"))
    return where, found


def checksum(path):
    if os.path.islink(path):
        return zlib.crc32(os.fsencode(os.readlink(path)))
    with open(path, "rb") as file:
        return zlib.crc32(file.read())


def of_files(soak):
    where, found = places(soak)
    soak.where = where
    for one, verdict in enumerate(where):
        wanted = soak.verdicts[soak.wants[one]]
        if verdict is None:
            found.append(("lost", f"request {one} is lost"))
        elif verdict not in wanted and not (one in soak.retried and wanted & AGAIN and verdict in AGAIN):
            if verdict != "SPOOL005" or not is_met(soak, one):
                found.append((f"{verdict} for {sorted(wanted)}",
                              f"request {one} ended in {verdict}, not in {sorted(wanted)}"))
    counts = collections.Counter(where)
    print("soak: " + ", ".join(f"{verdict} {count:,}" for verdict, count in sorted(counts.items(), key=str)))
    return shortened(found)


def is_met(soak, one):
    """Whether a removal came after it on the same day: it is refused where it was still waiting."""
    if not soak.seats[one]:
        return False
    evening = (one - 1) // soak.day * soak.day + soak.day
    location, seat = soak.seats[one]
    for numbers in (soak.requests.removed[location, seat], soak.requests.removed[location, None]):
        after = bisect.bisect_right(numbers, one)
        if after < len(numbers) and numbers[after] <= evening:
            return True
    return False


def of_journal(soak):
    """The last line of each item tells where it lies; and the chain is whole."""
    said, found = [None] * soak.count, []
    for name in sorted(os.listdir(f"{soak.spool}/journal")):
        with open(f"{soak.spool}/journal/{name}", "rb") as file:
            for line in file:
                match = LINE.search(line)
                if match:
                    said[int(match.group(1))] = match.group(2).decode()
    for one, verdict in enumerate(soak.where):
        if verdict and (said[one] or "nothing").split("/")[-1] != verdict:
            found.append(("journal", f"request {one} lies in {verdict}, and the journal says {said[one]}"))
    chain = soak.run("journal", "verify")
    return shortened(found) + ([] if chain.returncode == 0 else [f"journal verify: {chain.stdout.strip()[-200:]}"])


def of_addresses(soak):
    """Entra = ledger = what the requests come to."""
    found = []
    for location, identity in soak.ids.items():
        there = oracle.collapsed(soak.emulator.ask("GET", f"locations/{identity}")["ranges"])
        wanted = oracle.collapsed(list(soak.requests.held[location].values()) or [oracle.SENTINEL])
        now = time.time() + soak.requests.ahead * 86_400
        leased = oracle.held_by_ledger(soak.spool, location, now)
        for what, other in (("its requests come to", wanted), ("its ledger says", leased)):
            if there != other:
                found.append(f"{location}: Entra has {sorted(there - other)[:3]} too many and lacks "
                             f"{sorted(other - there)[:3]} of what {what}")
    return found
