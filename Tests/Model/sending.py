"""When a list is sent, which one, and what its answer means."""

from disk import DONE, ENTRA004, SPOOL004, SPOOL005, bits
from ledger import LedgerRules
from state import (CONFIRMED, ENTRA, EXISTS, EXPIRED, LATE, LEASES, LEDGER, LEFT, LIST, MARK, MEMORY, OWES_SECOND,
                   PHASE, SECOND, SENTINEL, SHOWN, TRIED, UNCONFIRMED, list_name)


class Sending(LedgerRules):
    def send(self, state, steps):
        rules, memory, ledger = self.rules, state[MEMORY], state[LEDGER]
        if "found" in memory or "unrecorded" in memory:
            return
        over = state[EXPIRED]
        if any(over >> grant & 1 and (ledger[LEASES][grant] or memory[grant] == "fits") for grant in self.grants):
            return
        carried = sum(1 << index for index in range(self.count) if memory[index] in ("fits", "recorded"))
        desired = self.desired(state)
        is_second = bool(state[SECOND]) and not state[LATE]
        if not carried and state[CONFIRMED] is None:
            return
        after = list(state)
        is_there = state[CONFIRMED] == desired or not rules["settle_only_when_confirmed"] and ledger[LIST] == desired
        if is_there and not is_second:
            if carried:
                after[PHASE] = "commit", None, tuple((index, DONE) for index in bits(carried))
                steps.add("nothing to send for " + self.names(carried), after)
            return
        if rules["ledger_before_first_list"] and not ledger[EXISTS]:
            self.write(after)
            steps.add("first ledger written", after)
            return
        broken = self.faults_of_list(state, desired)
        if is_second:
            after[SECOND] = 0
        after[CONFIRMED], after[PHASE] = UNCONFIRMED, ("sent", desired, carried)
        steps.add(f"send {list_name(desired)}" + (" for " + self.names(carried) if carried else "")
                  + (" (once more, 60 s later)" if is_second else ""), after, broken)

    def faults_of_list(self, state, desired):
        broken = [] if desired else [("EMPTY", "an empty list is sent")]
        for address in bits(desired & ~SENTINEL):
            holders = [grant for grant in self.grants if self.addresses[grant] >> address & 1]
            if not any(state[LEDGER][LEASES][grant] or state[MEMORY][grant] == "fits" for grant in holders):
                broken.append(("UNGRANTED", f"address {'abcdef'[address]} is sent, and nobody holds it"))
            if all(state[SHOWN][grant] in (SPOOL004, SPOOL005, ENTRA004) for grant in holders):
                broken.append(("UNGRANTED", f"address {'abcdef'[address]} is sent for a grant that was refused"))
        return broken

    def send_removals(self, state, steps):
        """A full disk: a list that adds nothing is sent all the same."""
        rules, memory = self.rules, state[MEMORY]
        if "found" in memory or not rules["full_disk_sends_removals"] or state[CONFIRMED] is None:
            return
        if rules["nothing_sent_beside_confirmed"] and state[MARK]:
            return
        unrecorded = sum(1 << index for index in range(self.count) if memory[index] == "unrecorded")
        if state[CONFIRMED] == UNCONFIRMED:
            desired = self.desired(state, with_waiting=False, unrecorded=unrecorded)
        else:
            desired = self.desired(state, unrecorded=unrecorded) & state[CONFIRMED] & ~SENTINEL or SENTINEL
        is_second = bool(state[SECOND]) and not state[LATE]
        if desired != state[CONFIRMED] or is_second:
            after = list(state)
            after[CONFIRMED], after[PHASE] = UNCONFIRMED, ("sent", desired, -1)
            if is_second:
                after[SECOND] = 0
            steps.add(f"full disk: send {list_name(desired)}, removals only", after)
        if not rules["full_disk_settles_nothing"] and unrecorded and desired == state[CONFIRMED]:
            after, broken, index = list(state), [], min(bits(unrecorded))
            self.move(after, index, DONE, broken)
            steps.add(f"full disk: move {self.name(index)} to done", after, broken)

    def answer(self, state, steps):
        _, sent, carried = state[PHASE]
        after = list(state)
        after[ENTRA] = after[CONFIRMED] = sent
        after[TRIED] = 0
        if state[OWES_SECOND] and self.rules["second_write"]:
            after[SECOND] = 1
        after[OWES_SECOND] = 0
        settled = () if carried == -1 else tuple((index, DONE) for index in bits(carried))
        # A list that carried no item reaches the ledger's file with its next write.
        after[PHASE] = ("commit", sent, settled) if settled else ()
        steps.add(f"Entra accepts {list_name(sent)}", after)
        left = state[LEFT]
        late = tuple(sorted(state[LATE] + (sent,)))
        if left.refused:
            after = list(state)
            after[LEFT], after[TRIED], after[PHASE] = left._replace(refused=left.refused - 1), 1, ()
            steps.add("Entra answers 503 and does nothing", after, is_bound=False)
            if not self.rules["every_5xx_may_land_late"]:
                after = list(after)
                after[LATE] = late
                steps.add("Entra answers 504, and the list may land late", after, is_bound=False)
        if left.lost:
            after = list(state)
            after[LEFT], after[TRIED], after[PHASE] = left._replace(lost=left.lost - 1), 1, ()
            after[OWES_SECOND], after[LATE] = 1, late
            steps.add(f"no answer to {list_name(sent)}", after, is_bound=False)
