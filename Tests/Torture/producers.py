"""Careless producers and busy operators, all at once, against the running worker."""
import os
import random
import shlex
import shutil
import subprocess
import threading
import time

import invariants
from points import Point, Result
from program import processor
from scenario import Item, request

PRODUCERS = 32
OPERATORS = 5
# Half a file may lie in peace so long; the writers here are much quicker between two parts.
SETTLE_TIME = "00:00:02"

# How a producer puts a file there: shell, with the file's halves $A and $B, the whole $F, a name $N of its own.
WAYS = {
    "cat, slowly": 'cd incoming; { cat "$A"; sleep 0.1; cat "$B"; } > "$N"',
    "append twice": 'cd incoming; cat "$A" > "$N"; sleep 0.05; cat "$B" >> "$N"',
    "cp": 'cp "$F" incoming/"$N"',
    "mv": 'cp "$F" tmp/"$N" && mv -n tmp/"$N" incoming/',
    "ln, rm": 'cp "$F" tmp/"$N" && ln tmp/"$N" incoming/"$N" && rm tmp/"$N"',
    "mktemp, chmod, mv": 'T=$(mktemp tmp/XXXXXXXX) && cat "$F" > "$T" && chmod 640 "$T" && mv -n "$T" incoming/"$N"',
    "an editor": 'cat "$F" > incoming/."$N".swp && mv incoming/."$N".swp incoming/"$N"',
    # The second save renames a new file over the first half.
    "an editor, saving twice": 'cd incoming; cat "$A" > "$N"; sleep 0.05; cat "$F" > ."$N".swp; mv ."$N".swp "$N"',
    # One name for all: whoever finds it taken tries again.
    "one name": 'cp "$F" tmp/."$N"; until ln tmp/."$N" incoming/same.json 2>/dev/null; do sleep 0.02; done; rm tmp/."$N"',
    "rsync": 'rsync -q "$F" incoming/"$N"',
}
# A name that is written to more than once; moved from under the writer it would be two files, whoever runs the spool.
TWICE = ("append twice", "an editor, saving twice")
DIES = 'cd incoming; { cat "$A"; sleep 0.05; kill -9 $$; cat "$B"; } > "$N"'

# What operators do, right or wrong; $R is a random file of the folder in question, if there is one.
MOVES = (
    'set -- failed/*; D=$(shuf -n1 -e "$@"); R=$(ls "$D" | grep "json$" | shuf -n1); [ "$R" ] && mv -n "$D/$R" incoming/',
    'set -- failed/*; D=$(shuf -n1 -e "$@"); mv "$D"/* incoming/',
    'set -- failed/*; D=$(shuf -n1 -e "$@"); mv "$D" incoming/',
    'set -- failed/*; D=$(shuf -n1 -e "$@"); R=$(ls "$D" | grep "json$" | shuf -n1); [ "$R" ] && mv -n "$D/$R" hold/',
    'R=$(ls incoming | grep "json$" | grep -v twice | shuf -n1); [ "$R" ] && mv -n "incoming/$R" hold/',
    'R=$(ls hold | shuf -n1); [ "$R" ] && mv -n "hold/$R" incoming/',
    # Half of these are still being written.
    'R=$(ls tmp | grep "json$" | shuf -n1); [ "$R" ] && mv -n "tmp/$R" incoming/',
    # From under the worker, without the number of the claim.
    'R=$(ls work | grep "json#" | shuf -n1); [ "$R" ] && mv -n "work/$R" "hold/${R%#*}"',
    'R=$(ls work | grep "json#" | shuf -n1); [ "$R" ] && mv -n "work/$R" "incoming/${R%#*}"',
    # Settled already, and asked for once more.
    'D=$(ls done | shuf -n1); R=$(ls "done/$D" | shuf -n1); [ "$R" ] && mv -n "done/$D/$R" incoming/',
    'D=$(ls done | shuf -n1); R=$(ls "done/$D" | shuf -n1); [ "$R" ] && mv -n "done/$D/$R" hold/',
)


def shell(spool, text, **variables):
    return subprocess.run(["sh", "-c", text], cwd=spool, env={**os.environ, **variables}, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def made_up(number, chance):
    """A request that no other one touches, or the revoke of an earlier one; and the verdicts it may get."""
    name, now = f"p{number}", time.time()
    address = f"198.51.{100 + number % 1_000 // 250}.{number % 250 + 1}"
    kind = chance.random()
    location = chance.choice(("office", "lab", "branch"))
    if kind < 0.55:
        return request(name, "done", "grant", location, now, [address], durationSeconds=30_000, user=name)
    if kind < 0.70:
        # Of somebody's who may or may not be there yet; which location is a guess as well.
        return request(name, "done", "revoke", location, now, user=f"p{chance.randint(0, max(1, number))}")
    if kind < 0.80:
        return request(name, "SPOOL003", "grant", "nowhere", now, [address])
    if kind < 0.85:
        return request(name, "ENTRA052", "grant", "gone", now, [address])
    if kind < 0.90:
        return request(name, "ENTRA053", "grant", "countries", now, [address])
    return Item(name + ".json", "SPOOL002",
                raw=b'{"requestId":"%d","action":"grant","location":"office","until":"%s"}' % (number, b"x" * 30))


class Crowd:
    def __init__(self, worker, seconds, seed):
        self.worker, self.seed = worker, seed
        self.end = time.monotonic() + seconds
        self.items, self.ways, self.numbers = [], {}, iter(range(1_000_000))
        self.lock, self.moves = threading.Lock(), 0
        self.drafts = os.path.join(worker.folder, "drafts")
        shutil.rmtree(self.drafts, ignore_errors=True)
        os.makedirs(self.drafts)

    def produce(self, index):
        chance = random.Random(f"{self.seed} {index}")
        ways = [way for way in WAYS if way != "rsync" or shutil.which("rsync")]
        while time.monotonic() < self.end:
            with self.lock:
                number = next(self.numbers)
                # A location takes 2,000 ranges, and addresses must not come round again.
                if number >= 1_000:
                    return
            item = made_up(number, chance)
            half = len(item.raw) // 2
            paths = {key: os.path.join(self.drafts, f"{number}.{key}") for key in "ABF"}
            for key, raw in (("A", item.raw[:half]), ("B", item.raw[half:]), ("F", item.raw)):
                with open(paths[key], "wb") as file:
                    file.write(raw)
            way = chance.choice(ways)
            if chance.random() < 0.05:
                item, way = Item(item.name, "SPOOL001", raw=item.raw[:half]), "dies"
            if way in TWICE:
                item.name = "twice-" + item.name
            item.lives = 1_000
            with self.lock:
                self.items.append(item)
                self.ways[item.identity] = way
            shell(self.worker.spool, DIES if way == "dies" else WAYS[way], N=item.name, **paths)
            time.sleep(chance.random() * 1.5)

    def operate(self, index):
        chance = random.Random(f"{self.seed} operator {index}")
        while time.monotonic() < self.end:
            moved = shell(self.worker.spool, chance.choice(MOVES)) == 0
            with self.lock:
                self.moves += moved
            time.sleep(chance.random() * 0.1)

    def run(self):
        threads = [threading.Thread(target=self.produce, args=[index]) for index in range(PRODUCERS)]
        threads += [threading.Thread(target=self.operate, args=[index]) for index in range(OPERATORS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def come_to_rest(worker):
    """Brings back what operators hold; until nothing waits."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        shell(worker.spool, "mv -n hold/* incoming/")
        waiting = [name for top in ("incoming", "work", "hold") for name in os.listdir(os.path.join(worker.spool, top))
                   if not name.startswith(".")]
        if not waiting:
            return []
        time.sleep(0.1)
    return [f"never settled: {waiting[:5]}"]


def try_point(context, worker, point):
    result = Result(point)
    worker.configure(linger="00:00:00.010", settleTime=SETTLE_TIME)
    shutil.rmtree(worker.spool, ignore_errors=True)
    if os.path.exists(worker.log):
        os.unlink(worker.log)
    worker.emulator.reset({})
    worker.init()
    crowd = Crowd(worker, point.at, f"{context.seed} {point.variant}")
    process = worker.start()
    pid = process.pid
    try:
        crowd.run()
        result.findings += come_to_rest(worker)
        before = processor(pid)
        time.sleep(1)
        if processor(pid) - before > 0.1:
            result.findings.append(f"{processor(pid) - before:.2f} s of CPU in a second of rest")
    finally:
        process.terminate()
        status = process.wait()
    if status != 0:
        result.findings.append(f"the worker ended with status {status}")
    result.findings += invariants.settle(worker, 2.0)
    places = invariants.Places(worker.spool)
    verdicts = places.verdicts()
    for item in crowd.items:
        # A revoke may have come after it or before.
        if item.body.get("action") == "grant" and item.want == "done" and verdicts.get(item.identity) == "SPOOL005":
            item.want = "SPOOL005" if is_revoked(item, crowd.items) else "done"
    result.findings += invariants.of_files(places, crowd.items, are_notes_sure=False)
    result.findings = [finding + "".join(f" ({crowd.ways[item.identity]})" for item in crowd.items
                                         if finding.startswith(repr(item.name))) for finding in result.findings]
    result.findings += invariants.of_verdicts(places, crowd.items)
    result.findings += invariants.of_journal(worker.spool, places, crowd.items)
    result.findings += invariants.of_addresses(worker.spool, worker.emulator, places, crowd.items)
    ways = set(crowd.ways.values())
    left_out = "".join(f", not by {way}" for way in WAYS if way not in ways)
    context.say(f"producers: {len(crowd.items)} files by {PRODUCERS} producers in {len(ways)} ways{left_out}; "
                f"{crowd.moves} moves by {OPERATORS} operators")
    context.interleavings += len(crowd.items) + crowd.moves
    return result


def is_revoked(grant, items):
    return any(item.body.get("action") == "revoke" and item.location == grant.location
               and item.body.get("user") == grant.body["user"] and item.issued >= grant.issued for item in items)


def points(seconds, count):
    return [Point("producers", str(round_number), seconds, "") for round_number in range(count)]
