#!/usr/bin/env python3
"""Searches the worker's protocol for stories in which a promise is broken (contrib/docs/design.md explains the rules).

    check.py quick                   what CI runs: some scenarios to the end, and each rule left out once
    check.py search [SCENARIO…]      all scenarios, or those named
    check.py without [RULE…]         each rule left out once, or those named, with the story that goes wrong
    check.py walk                    long random stories with many requests
    check.py --as-built              the gaps between these rules and the code, with the story of each
    check.py list                    the rules and scenarios

Modelled: one location with up to six requests; claims, verdicts and moves with names that are not durable until fsync;
the ledger with leases, tombstones, endings and entries; a transaction is all or nothing, can be read once it is in the
log, and is lost by a power cut until the log is synced; lists that are lost, late or refused; kills between any two
steps, power cuts that keep any part of the renames that no fsync covered, also half of one; a disk that takes no write;
orderly stops that leave `confirmed`; a ledger that cannot be read for one start; retries by hand; ends of grants; a
frozen worker and a takeover by another host. Claim numbers as if the clock were set back at each start.

Not modelled: more than one location at a time (a transaction carries them all), departures and causes, the limit of
2,000 ranges, the search for a range that Entra refuses, the first look at a location, drift, forgetting, startsAt,
callers' tokens, notes and journal, a disk that fills up between a commit and its moves, or that takes no write at a
start that finds a transaction unsynced, verdicts that wait in memory for it (they are reached once more). "60 s later"
means that no late list is left. A takeover is one step, since the new worker reads nothing before it is over.

Breadth first with hashed states, so a story is a shortest one. Status 1 where a promise is broken, or where a rule can
be left out and nothing goes wrong.
"""

import argparse
import os
import sys
import time

sys.dont_write_bytecode = True

from model import Model  # noqa: E402
from rules import NOT_IN_THE_CODE, RULES, rules  # noqa: E402
from scenarios import QUICK, SCENARIOS, WALKS  # noqa: E402
from search import explore, walk  # noqa: E402


def tell(broken):
    told = []
    for promise in sorted(broken, key=lambda promise: len(broken[promise][1])):
        why, story = broken[promise]
        print(f"    {promise}: {why}" + (" (the same story)" if story in told else ""))
        if story not in told:
            told.append(story)
            for number, line in enumerate(story, 1):
                print(f"        {number:2} {line}")


def report(name, result):
    end = "complete" if result.is_complete else "cut short"
    print(f"{name:14} {result.states:9} states, {result.rests:6} at rest, depth {result.depth:3}, {end}, "
          f"{result.seconds:5.1f} s: {' '.join(sorted(result.broken)) or 'no promise broken'}", flush=True)
    tell(result.broken)


def search(names, options, kept=None):
    """How many states, and how many scenarios that break a promise or could not be searched to the end."""
    states = failures = 0
    for name in names:
        result = explore(Model(SCENARIOS[name], kept or rules()), options.states, options.seconds)
        report(name, result)
        states += result.states
        failures += bool(result.broken) or options.must_end and not result.is_complete
    return states, failures


def without(names, options, is_told):
    """Leaves rules out, one at a time; how many states, and how many rules that nobody would miss."""
    states = missed = 0
    for name in names:
        sentence, scenario = RULES[name]
        result = explore(Model(SCENARIOS[scenario], rules(name)), options.states, options.seconds, stops_early=True)
        states += result.states
        missed += not result.broken
        found = " ".join(sorted(result.broken)) or "NOT CAUGHT"
        print(f"without {name:30} {result.states:8} states, {result.seconds:5.1f} s, {scenario}: {found}", flush=True)
        if is_told or not result.broken:
            print(f"    left out: {sentence}")
            tell(result.broken)
    return states, missed


def quick(options):
    options.must_end = True
    begin = time.monotonic()
    states, failures = search(QUICK, options)
    tried, missed = without(RULES, options, is_told=False)
    for name in NOT_IN_THE_CODE:
        print(f"model: the code does not keep {name} yet (check.py --as-built)")
    print(f"model: {states + tried} states in {time.monotonic() - begin:.0f} s; {len(QUICK)} scenarios, {failures} "
          f"broken; {len(RULES)} rules left out, {missed} not caught")
    return failures + missed


def main():
    parser = argparse.ArgumentParser(prog="check.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["quick", "search", "without", "walk", "list"], default="quick")
    parser.add_argument("names", nargs="*", help="scenarios or rules")
    parser.add_argument("--as-built", action="store_true", help="what the code does not keep, with the story")
    parser.add_argument("--states", type=int, default=6_000_000, help="at most so many for each scenario")
    parser.add_argument("--seconds", type=float, default=300, help="at most so long for each scenario")
    parser.add_argument("--seed", type=int, default=1, help="for walk")
    options = parser.parse_args()
    options.must_end = False
    unknown = set(options.names) - set(SCENARIOS) - set(RULES)
    if unknown:
        parser.error("there is no " + ", ".join(sorted(unknown)))
    if options.as_built:
        without(NOT_IN_THE_CODE, options, is_told=True)
        return 0
    if options.what == "quick":
        return min(quick(options), 1)
    if options.what == "list":
        for name, (sentence, scenario) in RULES.items():
            print(f"{name:30} {sentence} ({scenario})")
        print(*SCENARIOS, *WALKS)
        return 0
    if options.what == "walk":
        results = [(name, walk(Model(scenario, rules()), options.seed, options.seconds))
                   for name, scenario in WALKS.items()]
        for name, result in results:
            report(name, result)
        return int(any(result.broken for _, result in results))
    if options.what == "without":
        return int(without(options.names or RULES, options, is_told=True)[1] > 0)
    return int(search(options.names or SCENARIOS, options)[1] > 0)


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        status = 0
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(status)
