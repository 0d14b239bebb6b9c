"""What the locations should hold, from the requests and their verdicts alone; shares nothing with the product."""
import ipaddress
import time
from datetime import datetime

from program import PINNED, SENTINEL, kit
from scenario import BY_BYTES


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def networks(texts):
    return [ipaddress.ip_network(text) for text in texts]


def collapsed(texts):
    """The same addresses, written the same way however they were listed."""
    found = networks(texts)
    return {str(network) for version in (4, 6)
            for network in ipaddress.collapse_addresses([one for one in found if one.version == version])}


def key(body):
    addresses = ",".join(sorted(str(network) for network in networks(body["addresses"])))
    if "grantId" in body:
        return "id " + body["grantId"]
    return f"user {body['user'].lower()} {addresses}" if "user" in body else "addresses " + addresses


def meets(removal, grant):
    """The ranges of a grant that a removal takes, whatever their times."""
    body, held = removal.body, networks(grant.body["addresses"])
    if body["action"] == "flush":
        return set(held)
    if "grantId" in body:
        return set(held) if grant.body.get("grantId") == body["grantId"] else set()
    if "user" in body and grant.body.get("user", "").lower() != body["user"].lower():
        return set()
    if "addresses" not in body:
        return set(held)
    revoked = networks(body["addresses"])
    return {one for one in held for other in revoked if one.version == other.version and one.overlaps(other)}


def end_of(grant):
    if "expiresAt" in grant.body:
        return min(seconds(grant.body["expiresAt"]), grant.issued / 1000 + 86_400)
    return grant.issued / 1000 + grant.body.get("durationSeconds", 86_400)


def is_live(grant, now):
    starts = grant.body.get("startsAt")
    return not getattr(grant, "over", False) and end_of(grant) > now and (not starts or seconds(starts) <= now)


def removals(items, verdicts, location):
    """Whatever Graph said, a removal counts once it was judged."""
    return [item for item in items if item.location == location and item.body.get("action") in ("revoke", "flush")
            and verdicts.get(item.identity) not in BY_BYTES + (None,)]


def left_of(grant, gone):
    taken = set()
    for removal in gone:
        if removal.issued >= grant.issued:
            taken |= meets(removal, grant)
    return [str(network) for network in networks(grant.body["addresses"]) if network not in taken]


def expected(items, verdicts, location, now=None):
    """The addresses that should be at the location."""
    now = now or time.time()
    gone = removals(items, verdicts, location)
    newest = {}
    for item in items:
        if item.location != location or item.body.get("action") != "grant":
            continue
        # What Graph refused may be tried again and supersedes nothing.
        if verdicts.get(item.identity) in ("done", "SPOOL004", "SPOOL005"):
            known = newest.get(key(item.body))
            if known is None or known.issued < item.issued:
                newest[key(item.body)] = item
    held = list(PINNED.get(location, []))
    for grant in newest.values():
        if verdicts[grant.identity] == "done" and is_live(grant, now):
            held += left_of(grant, gone)
    return collapsed(held or [SENTINEL])


def superseded(grant, items, verdicts):
    return any(other is not grant and other.location == grant.location and other.body.get("action") == "grant"
               and verdicts.get(other.identity) in ("done", "SPOOL004", "SPOOL005")
               and key(other.body) == key(grant.body) and other.issued > grant.issued for other in items)


def held_by_ledger(spool, location, now=None):
    """The addresses of the live leases in a location's ledger, and what is pinned."""
    now = now or time.time()
    held = list(PINNED.get(location, []))
    for _, ranges, start, end in kit.leases(spool, location):
        if start <= now < end:
            held += ranges
    return collapsed(held or [SENTINEL])
