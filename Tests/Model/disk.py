"""The folders of the spool: an item's names as bits, which of them are durable, and what a power cut may leave."""

INCOMING, DONE, SPOOL004, SPOOL005, ENTRA004, WORK = 0, 1, 2, 3, 4, 5      # WORK + n: work/ under claim number n
FINAL = 1 << DONE | 1 << SPOOL004 | 1 << SPOOL005 | 1 << ENTRA004
IN_WORK = ~((1 << WORK) - 1)
EVERYWHERE = -1
PLACES = ("incoming", "done", "failed/SPOOL004", "failed/SPOOL005", "failed/ENTRA004")


def place_name(place):
    return PLACES[place] if place < WORK else f"work#{place - WORK}"


def lowest(mask):
    return (mask & -mask).bit_length() - 1


def bits(mask):
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit


# What is not durable of an item: () if nothing; else the names that are durable, and the events since: from, to,
# whether the removal is durable, whether the addition is. `None` in place of `to`: a second name was removed.

def renamed(unsynced, old_names, source, target):
    durable, events = unsynced or (old_names, ())
    return durable, events + ((source, target, 0, 0),)


def synced(unsynced, folders, known={}):
    """After an fsync of some folders; it covers the entries of these folders only."""
    key = unsynced, folders
    if key not in known:
        durable, events = unsynced
        events = [list(event) for event in events]
        for event in events:
            event[2] |= event[0] is not None and folders >> event[0] & 1
            event[3] |= event[1] is not None and folders >> event[1] & 1
        follow(events)
        while events and events[0][2] and (events[0][3] or events[0][1] is None):
            source, target, _, _ = events.pop(0)
            if target is not None:
                durable |= 1 << target
            durable &= ~(1 << source)
        known[key] = (durable, tuple(map(tuple, events))) if events else ()
    return known[key]


def follow(events):
    """A removal on disk means that its addition is; what happened to one name before is on disk as well."""
    changed = True
    while changed:
        changed = False
        for index, event in enumerate(events):
            if event[2] and not event[3]:
                event[3] = changed = True
            for earlier in events[:index]:
                for flag, name in ((2, event[0]), (3, event[1])):
                    if not event[flag] or name is None:
                        continue
                    for half in (0, 1):
                        if earlier[half] == name and not earlier[2 + half]:
                            earlier[2 + half] = changed = True


def after_power_loss(unsynced, known={}):
    """Every set of names that may be left, and the names that are uncertain."""
    if unsynced not in known:
        durable, events = unsynced
        found = set()

        def choose(index, names, kept):
            if index == len(events):
                if in_order(events, kept):
                    found.add(names)
                return
            source, target, removal, addition = events[index]
            for keeps_removal, keeps_addition in ((0, 0), (0, 1), (1, 1)):
                if target is None and keeps_removal != keeps_addition:
                    continue
                if removal and not keeps_removal or addition and not keeps_addition:
                    continue
                left = names
                if keeps_addition and target is not None:
                    left |= 1 << target
                if keeps_removal:
                    left &= ~(1 << source)
                choose(index + 1, left, kept + [(keeps_removal, keeps_addition)])

        choose(0, durable, [])
        always, ever = EVERYWHERE, 0
        for names in found:
            always &= names
            ever |= names
        known[unsynced] = tuple(sorted(found)), ever & ~always
    return known[unsynced]


def in_order(events, kept):
    """Of each name a prefix of its events is kept."""
    for index, event in enumerate(events):
        for half in (0, 1):
            if event[half] is None or not kept[index][half]:
                continue
            for earlier in range(index):
                for other in (0, 1):
                    if events[earlier][other] == event[half] and not kept[earlier][other]:
                        return False
    return True


def uncertain(unsynced):
    return after_power_loss(unsynced)[1] if unsynced else 0
