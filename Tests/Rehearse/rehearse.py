"""Plays every code and shows it: rehearse.py PROGRAMS [CODE…]"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
import traceback

import alerts
import codes
from world import World, environment, until

PARTS = ["log", ".why", "metric", "alert", "explain"]
IS_PLAIN = not sys.stdout.isatty() or "NO_COLOR" in os.environ


def paint(text, number):
    return text if IS_PLAIN else f"\033[{number}m{text}\033[0m"


class Shown:
    """What an operator sees of a code, and what is missing."""

    def __init__(self, rehearsal):
        self.code, self.how = rehearsal.code, rehearsal.how
        self.found = {}
        self.gaps = {}
        self.seconds = 0.0

    def take(self, part, lines, *faults):
        self.found[part] = lines
        missing = [sentence for is_so, sentence in faults if not is_so]
        if missing:
            self.gaps[part] = missing


def play(rehearsal, programs):
    shown = Shown(rehearsal)
    start = time.monotonic()
    try:
        with World(programs, **rehearsal.world) as world:
            prepare(rehearsal, world)
            world.start()
            before = world.metrics()
            names = (rehearsal.drop or drop)(world, rehearsal.requests())
            for name in names:
                verdict = world.await_verdict(name)
                assert verdict == rehearsal.code, f"{name} ended as {verdict}; the log ends with\n{world.log[-1500:]}"
            look(shown, world, names, before)
    except Exception:
        shown.gaps["rehearsal"] = traceback.format_exc().strip().splitlines()[-12:]
    shown.seconds = time.monotonic() - start
    return shown


def prepare(rehearsal, world):
    if rehearsal.emulator:
        world.ask("PUT", "settings", rehearsal.emulator)
    for fault in rehearsal.faults:
        world.ask("POST", "faults", fault)


def drop(world, requests):
    return [world.drop(request) for request in requests]


def look(shown, world, names, before):
    code = shown.code
    explanation = explain(shown, world)
    title = explanation.split("  ", 1)[-1]

    lines = [line for line in world.log.splitlines() if f"#{code})" in line and names[-1] in line and ".failed " in line]
    shown.take("log", lines[-1:], (lines, f"no line for {names[-1]} names {code}"),
               (any(f'msg="(agent error #{code}) {title}: ' in line for line in lines), "not in the agent's form"),
               (all("level=warning" in line for line in lines), "not a warning"))

    item = world.settled(names[-1])
    note = item.with_name(item.name + ".why")
    why = note.read_text().splitlines() if note.exists() else []
    shown.take(".why", why, (6 <= len(why) <= 10, f"{len(why)} lines, where 6 to 10 are meant"),
               (why[:1] == [f"{code}  {title}"], "does not begin with code and title"),
               *((any(line.startswith(word) for line in why), f"no line {word}")
                 for word in ("What happened:", "What to do:", "Retry:")),
               (any(item.name in line for line in why if line.startswith("Retry:")), "the retry names another file"))

    series = f'knocknoc_entra_outcomes_total{{code="{code}"}}'
    try:
        until("the metric", lambda: world.metrics().get(series) == str(len(names)), 10)
    except TimeoutError:
        pass
    after = world.metrics()
    shown.take("metric", [f"{series}  {before.get(series)} → {after.get(series)}"],
               (before.get(series) == "0" and after.get(series) == str(len(names)), f"should go from 0 to {len(names)}"))

    quiet, loud = alerts.firing(before, after, code)
    shown.take("alert", [f"{name}, severity {severity}" for name, severity in loud], (loud, "none fires"),
               (not quiet, f"fires before: {quiet}"))


def explain(shown, world):
    """Returns its first line: code and title."""
    said = subprocess.run([world.programs / "knocknoc-entra", "explain", shown.code], capture_output=True, text=True,
                          env=environment(), timeout=20)
    lines = said.stdout.splitlines()
    shown.take("explain", lines[:6], (said.returncode == 0, f"exits with {said.returncode}"),
               (lines and lines[0].startswith(shown.code + "  "), "does not begin with the code"),
               *((word in lines, f"has no section {word}") for word in ("Meaning", "Causes", "Steps")))
    return lines[0] if lines else ""


def fold(line):
    """On a terminal, as wide as that is; in a pipe, one line stays one line."""
    if not sys.stdout.isatty():
        return [line]
    return textwrap.wrap(line, max(shutil.get_terminal_size().columns - 12, 40), subsequent_indent="  ") or [""]


def show(shown):
    print(f"\n{paint(shown.code, '1')}  {shown.how}")
    for part in PARTS:
        folded = [piece for line in shown.found.get(part, []) for piece in fold(line)]
        for number, line in enumerate(folded):
            print(f"  {part if number == 0 else '':8} {line}".rstrip())
    for part, sentences in shown.gaps.items():
        for sentence in sentences:
            print(paint(f"  GAP      {part}: {sentence}", "31"))
    sys.stdout.flush()


def summarise(all_shown, seconds):
    print("\n" + paint(f"{'code':10}{'log':9}{'.why':9}{'metric':9}{'explain':9}alert", "1"))
    for shown in all_shown:
        cells = [f"{'GAP' if part in shown.gaps or part not in shown.found else 'yes':9}" for part in
                 ("log", ".why", "metric", "explain")]
        named = "GAP" if "alert" in shown.gaps or "alert" not in shown.found else shown.found["alert"][0]
        print(f"{shown.code:10}" + "".join(cells) + named)
    gaps = [shown.code for shown in all_shown if shown.gaps]
    print(f"\nrehearse: {len(all_shown)} codes in {seconds:.0f} s, " + (f"GAPS at {' '.join(gaps)}" if gaps else "no gap"))
    return 1 if gaps else 0


def known_codes(programs):
    """As the program itself lists them, so that a new code without a rehearsal is a gap."""
    said = subprocess.run([f"{programs}/knocknoc-entra", "explain", "NONE"], capture_output=True, text=True,
                          env=environment(), timeout=20)
    return re.findall(r"\b(?:ENTRA|SPOOL)\d{3}\b", said.stdout + said.stderr)


def main(programs, *wanted):
    rehearsals = {rehearsal.code: rehearsal for rehearsal in codes.ALL}
    unknown = [code for code in wanted if code.upper() not in rehearsals]
    if unknown:
        print(f"rehearse: no such code: {' '.join(unknown)}; there are {' '.join(rehearsals)}", file=sys.stderr)
        return 64
    start = time.monotonic()
    all_shown = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=6) as pool:
        plays = [pool.submit(play, rehearsals[code], programs)
                 for code in rehearsals if not wanted or code in map(str.upper, wanted)]
        for future in plays:
            all_shown.append(future.result())
            show(all_shown[-1])
    status = summarise(all_shown, time.monotonic() - start)
    forgotten = [] if wanted else sorted(set(known_codes(programs)) ^ set(rehearsals))
    if forgotten:
        print(f"rehearse: GAPS: codes that only one of program and rehearsal knows: {' '.join(forgotten)}")
    return 1 if forgotten else status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
