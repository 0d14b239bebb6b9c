"""The state of one location, its items, the worker and Entra, as a tuple of small values."""

from disk import INCOMING, PLACES, bits, place_name
from scenarios import Grant

SENTINEL = 1 << 10
UNCONFIRMED = -1

(RUNNING,      # the worker is up
 NAMES,        # of each item: where it stands, as bits
 UNSYNCED,     # of each item: what is not durable of that, see disk.py
 MEMORY,       # of each item: what the worker knows, see below
 CLAIMS,       # of each item: the last claim number known
 LEDGER,       # see below
 MARK,         # the location's row says `confirmed`, which an orderly stop leaves
 CONFIRMED,    # None: never written; UNCONFIRMED; else the list that Entra has confirmed
 OWES_SECOND,  # an answer was lost: the next success is to be repeated
 SECOND,       # that repetition is due when no late list is left
 TRIED,        # a request has failed since the last success, so items may be given up
 PHASE,        # () idle, else what is under way, see below
 ENTRA,        # the list in Entra
 LATE,         # lists that may still land
 EXPIRED,      # grants whose end has passed
 FULL,         # the disk takes no write
 LEFT,         # how often each fault may still happen
 SHOWN,        # of each item: the verdict that people could see, 0: none
 BEFORE,       # of each item: the one before the last retry by hand
 EDITED,       # items moved back by hand that have no verdict since
 RECORDED,     # removals that were durable
 ENDED,        # removals that ended something
 FORMER,       # what a power cut brings back while the last transaction is not synced: LEDGER, RECORDED, ENDED, MARK
 DROPPED,      # items whose entries the worker has dropped from memory
 GHOST,        # a former host's worker: (ledger that it may still write, moves that it may still make)
 ) = range(25)

# MEMORY: None not ours; "found" in work/, not judged yet; "fits" a grant that waits for Entra; "unrecorded" a removal
# not in the ledger yet; "recorded" a removal that waits for Entra; ("refused", place).
# LEDGER: exists, addresses of each item's lease, tombstones, entries (item, claim, verdict), the list confirmed last,
# the newest order of each key that ended, tombstones that ended something.
EXISTS, LEASES, TOMBSTONES, ENTRIES, LIST, ENDINGS, ENDING_TOMBSTONES = range(7)
# PHASE: ("sent", list, items it carries or -1), ("commit", list or None, verdicts), ("moves", entries, at start),
# ("sync", step, at start), ("earlier moves", entries), ("paused",).


def list_name(mask):
    return "{" + ",".join("sentinel" if 1 << bit == SENTINEL else "abcdef"[bit] for bit in bits(mask)) + "}"


def memory_name(value):
    return PLACES[value[1]] if isinstance(value, tuple) else value


class Items:
    """What can be said of the requests without any state."""

    def __init__(self, scenario):
        self.items, self.faults, self.has_ledger = scenario
        self.count = len(self.items)
        self.is_grant = [isinstance(item, Grant) for item in self.items]
        self.grants = [index for index in range(self.count) if self.is_grant[index]]
        self.removals = [index for index in range(self.count) if not self.is_grant[index]]
        self.addresses = [item.addresses or 0 for item in self.items]
        self.key = [item.key for item in self.items]
        # One number, the time of issue before the name.
        self.order = [item.issued * 100 + index for index, item in enumerate(self.items)]
        self.keys = 1 + max(self.items[grant].key for grant in self.grants)
        self.takes, self.takes_newer = {}, {}
        for removal in self.removals:
            for grant in self.grants:
                covered = covers(self.items[removal], self.items[grant])
                older = self.items[grant].issued <= self.items[removal].issued
                self.takes[removal, grant] = covered if older else 0
                self.takes_newer[removal, grant] = 0 if older else covered
        self.known_remainders = {}

    def taken(self, grant, tombstones):
        """The addresses that removals take from a grant."""
        known = self.known_remainders.get((grant, tombstones))
        if known is None:
            known = 0
            for removal in bits(tombstones):
                known |= self.takes[removal, grant]
            self.known_remainders[grant, tombstones] = known
        return known

    def name(self, index):
        item = self.items[index]
        if self.is_grant[index]:
            return f"grant{index}(t{item.issued},key{item.key},{list_name(item.addresses)})"
        if item.key is not None:
            return f"revoke{index}(t{item.issued},key{item.key})"
        if item.user is not None:
            return f"revoke{index}(t{item.issued},user{item.user} {list_name(item.addresses or 0)})"
        if item.addresses is not None:
            return f"revoke{index}(t{item.issued},{list_name(item.addresses)})"
        return f"flush{index}(t{item.issued})"

    def names(self, mask):
        return "+".join(self.name(index) for index in bits(mask))

    def entries(self, entries):
        return ", ".join(f"{self.name(index)}→{place_name(verdict)}" for index, _, verdict in entries)

    def initial(self):
        ledger = (self.has_ledger, (0,) * self.count, 0, (), SENTINEL if self.has_ledger else None,
                  (-1,) * self.keys, 0)
        nothing = (0,) * self.count
        return (0, (1 << INCOMING,) * self.count, ((),) * self.count, (None,) * self.count, nothing, ledger, 0, None,
                0, 0, 0, (), SENTINEL, (), 0, 0, self.faults, nothing, nothing, 0, 0, 0, None, 0, ())


def covers(removal, grant):
    """The addresses that a removal takes from a grant that is not newer."""
    if removal.key is not None:
        return grant.addresses if removal.key == grant.key else 0
    covered = grant.addresses if removal.addresses is None else grant.addresses & removal.addresses
    if removal.user is not None and removal.user != grant.user:
        return 0
    return covered


def put(state, field, index, value):
    values = list(state[field])
    values[index] = value
    state[field] = tuple(values)


def spend(state, fault):
    left = state[LEFT]
    state[LEFT] = left._replace(**{fault: getattr(left, fault) - 1})
    if fault == "power" and not state[LEFT].power:
        # Nothing can be lost any more, so what is not durable is of no interest.
        state[UNSYNCED], state[FORMER] = ((),) * len(state[NAMES]), None


class Steps(list):
    """What may happen next: what it is called, the state it leads to, and the promises that it breaks."""

    def __init__(self):
        super().__init__()
        # Steps that are bound to happen; where there is none the worker is at rest.
        self.bound = 0

    def add(self, name, state, broken=(), is_bound=True):
        self.append((name, tuple(state), broken))
        self.bound += is_bound
