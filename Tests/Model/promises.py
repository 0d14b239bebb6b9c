"""What must hold when the worker is at rest, whatever happened before."""

from disk import DONE, ENTRA004, FINAL, SPOOL004, SPOOL005, bits, lowest, place_name
from state import ENTRA, EXPIRED, LEASES, LEDGER, NAMES, RECORDED, SENTINEL, list_name


def at_rest(model, state):
    """The promises that are broken, by a short name and a sentence."""
    leases, entra, expired = state[LEDGER][LEASES], state[ENTRA], state[EXPIRED]
    places = [lowest(names) for names in state[NAMES]]
    broken = []
    for index, names in enumerate(state[NAMES]):
        if not names or names & names - 1:
            broken.append(("PLACES", f"{model.name(index)} is in two places or in none"))
        elif not names & FINAL:
            broken.append(("STUCK", f"{model.name(index)} rests in {place_name(places[index])}"))
    live = 0
    for grant in model.grants:
        if leases[grant] and not expired >> grant & 1:
            live |= leases[grant]
        if leases[grant] and places[grant] != DONE:
            broken.append(("LEASE", f"{model.name(grant)} is in {place_name(places[grant])}, and its lease lives"))
    if entra != (live or SENTINEL):
        broken.append(("LIST", f"Entra has {list_name(entra)}, the ledger {list_name(live or SENTINEL)}"))
    broken += lies(model, state, places)
    for removal in bits(state[RECORDED]):
        held = 0
        for grant in model.grants:
            held |= leases[grant] & ~model.takes[removal, grant]
        for grant in model.grants:
            left = entra & model.takes[removal, grant] & ~held & ~SENTINEL
            if left:
                broken.append(("GHOST", f"{model.name(removal)} was recorded, Entra still has {list_name(left)}"))
    wanted = by_requests(model, state, places)
    if entra != wanted:
        broken.append(("ORDER", f"Entra has {list_name(entra)}, the requests that Entra did not fail give "
                                f"{list_name(wanted)}"))
    return broken


def lies(model, state, places):
    """Files in done/ whose effect is not there."""
    leases, entra, expired = state[LEDGER][LEASES], state[ENTRA], state[EXPIRED]
    for grant in model.grants:
        if places[grant] != DONE or expired >> grant & 1:
            continue
        newer = [other for other in model.grants
                 if model.key[other] == model.key[grant] and model.order[other] > model.order[grant]]
        # A newer one of its key that was accepted, or refused by time or ledger, has taken its place.
        if any(places[other] in (DONE, SPOOL004, SPOOL005) for other in newer):
            continue
        promised = model.addresses[grant] & ~model.taken(grant, state[RECORDED])
        if promised & ~entra:
            yield "LIE", f"{model.name(grant)} is done, Entra has {list_name(entra)}"
    for removal in model.removals:
        for grant in model.grants if places[removal] == DONE else ():
            if leases[grant] & model.takes[removal, grant] and not expired >> grant & 1:
                yield "LIE", f"{model.name(removal)} is done, and the older {model.name(grant)} lives"


def by_requests(model, state, places):
    """The list that follows from the requests alone, whatever their order of arrival."""
    removals = state[RECORDED]
    for removal in model.removals:
        if places[removal] in (DONE, SPOOL005):
            removals |= 1 << removal
    wanted = 0
    for key in range(model.keys):
        grants = [grant for grant in model.grants if model.key[grant] == key and places[grant] != ENTRA004]
        if grants:
            newest = max(grants, key=lambda grant: model.order[grant])
            if not state[EXPIRED] >> newest & 1:
                wanted |= model.addresses[newest] & ~model.taken(newest, removals)
    return wanted or SENTINEL
