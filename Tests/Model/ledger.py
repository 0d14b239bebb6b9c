"""What the ledger makes of requests, and how it is written."""

from disk import DONE, FINAL, SPOOL004, SPOOL005, WORK, uncertain
from state import (DROPPED, ENDED, ENDINGS, ENDING_TOMBSTONES, ENTRIES, EXPIRED, FORMER, LEASES, LEDGER,
                   LIST, MARK, MEMORY, NAMES, PHASE, RECORDED, SENTINEL, TOMBSTONES, UNSYNCED, Items, put)


class LedgerRules(Items):
    def __init__(self, scenario, rules):
        super().__init__(scenario)
        self.rules = rules

    def is_refused(self, grant, tombstones):
        if not self.rules["tombstones"]:
            return False
        taken = self.taken(grant, tombstones)
        return taken == self.addresses[grant] if self.rules["partly_revoked_grants_live"] else taken != 0

    def remainder(self, grant, tombstones):
        if not self.rules["tombstones"]:
            return self.addresses[grant]
        return self.addresses[grant] & ~self.taken(grant, tombstones)

    def judge(self, state, grant):
        if state[EXPIRED] >> grant & 1:
            return "refused", SPOOL004
        if self.is_refused(grant, state[LEDGER][TOMBSTONES]):
            return "refused", SPOOL005
        return "fits"

    def desired(self, state, with_waiting=True, unrecorded=0):
        """The list that the location should hold; `unrecorded` are removals that memory alone knows."""
        ledger, newest = state[LEDGER], {}
        for grant in self.grants:
            addresses = 0
            if ledger[LEASES][grant]:
                addresses = ledger[LEASES][grant]
            elif with_waiting and state[MEMORY][grant] == "fits":
                addresses = self.remainder(grant, ledger[TOMBSTONES])
            key = self.key[grant]
            if not addresses or self.order[grant] < ledger[ENDINGS][key]:
                continue
            if key not in newest or self.order[grant] > newest[key][0]:
                newest[key] = self.order[grant], addresses, grant
        desired = 0
        for _, addresses, grant in newest.values():
            if not state[EXPIRED] >> grant & 1:
                desired |= addresses & ~self.taken(grant, unrecorded) if unrecorded else addresses
        return desired or (SENTINEL if self.rules["never_an_empty_list"] else 0)

    def write(self, state, leases=None, tombstones=None, entries=(), confirmed=None, endings=None, ending=None):
        """One transaction; durable, with whatever an earlier process has left in the log, when it returns."""
        former = state[LEDGER]
        replaced = {(index, claim) for index, claim, _ in entries}
        kept = [entry for entry in former[ENTRIES] if entry[:2] not in replaced and self.is_needed(state, *entry)]
        state[LEDGER] = (
            True,
            former[LEASES] if leases is None else tuple(leases),
            former[TOMBSTONES] if tombstones is None else tombstones,
            tuple(sorted(set(kept) | set(entries))),
            former[LIST] if confirmed is None else confirmed,
            former[ENDINGS] if endings is None else tuple(endings),
            former[ENDING_TOMBSTONES] if ending is None else ending)
        state[FORMER], state[DROPPED], state[MARK] = None, 0, 0

    def is_needed(self, state, index, claim, verdict):
        """Whether the move of a committed verdict is not known to be on disk."""
        if not self.rules["entries_kept_until_synced"] or state[DROPPED] >> index & 1:
            return False
        names, unsure = state[NAMES][index], uncertain(state[UNSYNCED][index])
        elsewhere = FINAL if self.rules["failed_folders_synced"] else 0
        return bool((names | unsure) & 1 << WORK + claim or unsure & (names | elsewhere))

    def record(self, state, removal):
        """Removals recorded: what a removal ends leaves the ledger before anything is sent."""
        rules, ledger = self.rules, state[LEDGER]
        leases, endings = list(ledger[LEASES]), list(ledger[ENDINGS])
        tombstones, ending = ledger[TOMBSTONES], ledger[ENDING_TOMBSTONES]
        ended = met_newer = False
        carried = state[PHASE][2] if state[PHASE] and state[PHASE][0] == "sent" and state[PHASE][2] > 0 else 0
        for grant in self.grants:
            hit = self.takes[removal, grant]
            if not rules["order_by_issue"]:
                hit |= self.takes_newer[removal, grant]
            if leases[grant] & hit and rules["removal_ends_leases"]:
                leases[grant] &= ~hit
                ended = True
                if not leases[grant] and rules["ended_keys_remembered"]:
                    self.mark_ended(endings, grant)
            met_newer |= bool(leases[grant] & self.takes_newer[removal, grant])
        if met_newer and not ended and not rules["tombstone_for_refused_revoke"]:
            put(state, MEMORY, removal, ("refused", SPOOL005))
            return
        tombstones |= 1 << removal
        if ended:
            state[ENDED] |= 1 << removal
            ending |= 1 << removal
        if rules["removal_before_list"]:
            self.write(state, leases, tombstones, endings=endings, ending=ending)
        else:
            self.write(state, tombstones=tombstones)
        state[RECORDED] |= 1 << removal
        committing = {index for index, _ in state[PHASE][2]} if state[PHASE] and state[PHASE][0] == "commit" else ()
        for grant in self.grants:
            waits = state[MEMORY][grant] == "fits" and not carried >> grant & 1 and grant not in committing
            if waits and self.is_refused(grant, tombstones):
                put(state, MEMORY, grant, ("refused", SPOOL005))
                ended = True
        told = rules["tombstone_keeps_its_verdict"] and ending >> removal & 1
        put(state, MEMORY, removal, ("refused", SPOOL005) if met_newer and not ended and not told else "recorded")

    def expire(self, state, over):
        leases, endings = list(state[LEDGER][LEASES]), list(state[LEDGER][ENDINGS])
        for grant in over:
            leases[grant] = 0
            if self.rules["ended_keys_remembered"]:
                self.mark_ended(endings, grant)
        self.write(state, leases, endings=endings)

    def mark_ended(self, endings, grant):
        endings[self.key[grant]] = max(endings[self.key[grant]], self.order[grant])

    def apply(self, state, verdicts):
        """Verdicts committed: the next leases and endings, and the verdicts after a second judgement."""
        rules, ledger = self.rules, state[LEDGER]
        leases, endings, settled = list(ledger[LEASES]), list(ledger[ENDINGS]), []
        for index, verdict in verdicts:
            if self.is_grant[index] and verdict == DONE:
                if rules["judged_again_at_commit"] and self.is_refused(index, ledger[TOMBSTONES]):
                    verdict = SPOOL005
                else:
                    self.take(leases, endings, index, ledger[TOMBSTONES])
            if self.is_grant[index] and verdict in (SPOOL004, SPOOL005) and not leases[index]:
                if rules["refused_keys_remembered"]:
                    self.mark_ended(endings, index)
                    for other in self.grants:
                        if self.key[other] == self.key[index] and self.order[other] < self.order[index]:
                            leases[other] = 0
            if not self.is_grant[index] and verdict == DONE and not rules["removal_before_list"]:
                for grant in self.grants:
                    leases[grant] &= ~self.takes[index, grant]
            settled.append((index, verdict))
        return leases, endings, settled

    def take(self, leases, endings, grant, tombstones):
        """Enters a grant that Entra has accepted, unless a newer one of its key is known."""
        rivals = [other for other in self.grants if self.key[other] == self.key[grant] and leases[other]]
        is_superseded = self.order[grant] < endings[self.key[grant]] or any(
            self.order[other] > self.order[grant] for other in rivals)
        if is_superseded and self.rules["superseded_not_applied"]:
            return
        for other in rivals:
            leases[other] = 0
        again = self.rules["judged_again_at_commit"]
        leases[grant] = self.remainder(grant, tombstones) if again else self.addresses[grant]
