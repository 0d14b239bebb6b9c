"""Which requests come in, and which faults may happen meanwhile."""

from collections import namedtuple

# Addresses are bits; `key` makes two grants the same one; `user` is who holds it.
Grant = namedtuple("Grant", "issued addresses key user expires", defaults=(0, False))
# By key, by user (all, or some addresses), by addresses; with none of them a flush.
Removal = namedtuple("Removal", "issued key user addresses", defaults=(None, None, None))
# How often each fault may happen. `lost`: an answer; `refused`: a 503; `hand`: a retry by mv; `filled`: the disk;
# `stopped`: an orderly stop; `taken`: another host takes over; `paused`: a start that cannot read the ledger.
Faults = namedtuple("Faults", "killed power lost refused hand filled stopped taken paused", defaults=(0,) * 9)
# `has_ledger`: the location was written before.
Scenario = namedtuple("Scenario", "items faults has_ledger")

A, B, C = 1, 2, 4

ITEMS = {
    "one": [Grant(1, A, 0, expires=True)],
    "pair": [Grant(1, A, 0, expires=True), Removal(2, key=0)],
    # Two people behind one address, one leaves.
    "shared": [Grant(1, A, 0), Grant(3, A, 1), Removal(2, key=0)],
    # The same key again, a revoke between.
    "rekey": [Grant(1, A, 0), Grant(3, B, 0, expires=True), Removal(2, key=0)],
    # The same key again, the newer one ends first.
    "newer": [Grant(1, A, 0), Grant(2, B, 0, expires=True)],
    # All at one instant.
    "same": [Grant(2, A, 0), Removal(2, key=0), Grant(2, A | B, 1)],
    "two": [Grant(1, A, 0), Grant(2, B, 1, expires=True)],
    "swap": [Grant(1, A, 0), Removal(2, key=0), Grant(3, B, 1)],
    # One address of two is revoked.
    "split": [Grant(1, A | B, 0), Removal(2, addresses=A)],
    "flush": [Grant(1, A, 0), Removal(2), Grant(3, A, 0)],
    # The newer grant of a key is revoked while it is on its way.
    "mid": [Grant(1, A, 0), Grant(2, B, 0), Removal(3, addresses=B)],
}
FAULTS = {
    "kill": Faults(killed=2, lost=1, refused=1, hand=1),
    "power": Faults(power=1, lost=1, refused=1, hand=1),
    "both": Faults(killed=1, power=1, refused=1, hand=1),
    "late": Faults(killed=1, lost=2),
    "full": Faults(killed=1, lost=1, filled=1, stopped=1),
    "stop": Faults(lost=1, refused=1, hand=1, stopped=2),
    "hosts": Faults(lost=1, refused=1, hand=1, taken=1),
    "paused": Faults(killed=1, lost=1, paused=1),
    "few": Faults(killed=1),
    "cut": Faults(power=1, refused=1, hand=1),
    "5xx": Faults(refused=2),
}
WRITTEN_BEFORE = ("shared", "rekey", "same", "flush", "mid")

SCENARIOS = {
    f"{items}/{faults}": Scenario(ITEMS[items], FAULTS[faults], items in WRITTEN_BEFORE)
    for items in ITEMS for faults in FAULTS
}
# A kill in a life that began after a clean stop.
SCENARIOS["one/again"] = Scenario(ITEMS["one"], Faults(killed=1, stopped=1), True)
# The disk cannot be written when the worker starts after a clean stop.
SCENARIOS["swap/stuck"] = Scenario(ITEMS["swap"], Faults(killed=1, filled=1, stopped=1), True)
SCENARIOS["one/deep"] = Scenario(ITEMS["one"], Faults(2, 2, 2, 1, 2), False)
# Many requests and few faults: that the order of arrival plays no part.
MANY = Faults(lost=1, refused=1, hand=1)
SCENARIOS["order/flush"] = Scenario(
    [Grant(1, A, 0, expires=True), Grant(3, A, 1), Grant(4, B, 0), Removal(2, key=0), Removal(3)], MANY, True)
SCENARIOS["order/key"] = Scenario(
    [Grant(1, A, 0, 1), Grant(2, B, 0, 2, True), Grant(4, C, 1, 1), Removal(3, addresses=B)], MANY, True)
SCENARIOS["order/user"] = Scenario(
    [Grant(1, A | B, 0, 1), Grant(2, B, 1, 2), Removal(3, user=1, addresses=A), Removal(2, user=2),
     Grant(3, C, 2, 1)], Faults(lost=1), True)

# Too large to search; `check.py walk` plays them at random.
WALKS = {
    "walk/five": Scenario(
        [Grant(1, A, 0, 1, True), Grant(3, A | B, 1, 2), Grant(4, C, 0, 1), Removal(2, key=0), Removal(3)],
        Faults(3, 3, 3, 2, 3, 1, 2, 1, 1), False),
    "walk/six": Scenario(
        [Grant(1, A, 0, 1, True), Grant(3, B, 0, 2, True), Grant(4, A, 1, 1), Removal(2, addresses=A),
         Removal(4, user=1), Grant(5, A | C, 2, 1)], Faults(3, 3, 3, 2, 3, 1, 2, 1, 1), False),
}

# What `check.py quick` searches to the end.
QUICK = ("one/kill", "one/power", "one/both", "one/late", "one/full", "one/stop", "one/hosts", "one/paused",
         "pair/late", "pair/stop", "pair/hosts", "newer/late", "split/late", "one/again", "swap/stuck")
