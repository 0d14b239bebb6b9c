"""Looks at every story of a scenario, the short ones first; or plays long ones at random."""

import random
import time
from collections import namedtuple

from promises import at_rest

Result = namedtuple("Result", "states rests depth is_complete broken seconds")


def explore(model, most_states, seconds, stops_early=False):
    """Breadth first, so that the first story of each broken promise is a shortest one."""
    begin, first = time.monotonic(), model.initial()
    origin, frontier, broken, rests, depth, is_complete = {hash(first): None}, [first], {}, 0, 0, True

    def story(key, last=None):
        lines = [last] if last else []
        while origin[key]:
            key, line = origin[key]
            lines.append(line)
        return lines[::-1]

    while frontier and is_complete:
        following = []
        for state in frontier:
            key, steps = hash(state), model.steps(state)
            if not steps.bound:
                rests += 1
                for promise, why in at_rest(model, state):
                    broken.setdefault(promise, (why, story(key)))
            for name, after, found in steps:
                for promise, why in found:
                    broken.setdefault(promise, (why, story(key, name)))
                after_key = hash(after)
                if after_key not in origin:
                    origin[after_key] = key, name
                    following.append(after)
            if len(origin) > most_states or time.monotonic() - begin > seconds or stops_early and broken:
                is_complete = False
                break
        frontier = following
        depth += 1
    return Result(len(origin), rests, depth, is_complete, broken, time.monotonic() - begin)


FAULTS = ("KILLED", "POWER", "FROZEN", "THE DISK", "orderly", "the end of", "a person", "give up", "no answer",
          "Entra answers", "start; the ledger")


def walk(model, seed, seconds):
    """Random stories, for scenarios that are too large to search."""
    chance, begin, taken, rests, stories, broken = random.Random(seed), time.monotonic(), 0, 0, 0, {}
    while time.monotonic() - begin < seconds:
        state, lines, found = model.initial(), [], []
        stories += 1
        fault_rate = chance.choice((0.05, 0.12, 0.2))
        while not found:
            steps = model.steps(state)
            if not steps.bound:
                rests += 1
                found = at_rest(model, state)
                if found or not steps or chance.random() < 0.3:
                    break
            faults = [step for step in steps if step[0].startswith(FAULTS)]
            others = [step for step in steps if not step[0].startswith(FAULTS)] or faults
            name, state, found = chance.choice(faults if faults and chance.random() < fault_rate else others)
            lines.append(name)
            taken += 1
        for promise, why in found:
            if promise not in broken or len(lines) < len(broken[promise][1]):
                broken[promise] = why, lines
    return Result(taken, rests, stories, False, broken, time.monotonic() - begin)
