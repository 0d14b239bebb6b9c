"""What a start does with what an earlier process left."""

from disk import DONE, EVERYWHERE, INCOMING, IN_WORK, WORK, bits, lowest, place_name
from state import (BEFORE, CLAIMS, CONFIRMED, DROPPED, EDITED, ENTRIES, EXISTS, FORMER, FULL, LEDGER, LEFT, LIST,
                   MARK, MEMORY, NAMES, OWES_SECOND, PHASE, RUNNING, SHOWN, UNCONFIRMED, UNSYNCED, put, spend)
from worker import Worker


class Start(Worker):
    def start(self, state, steps):
        after, remarks = self.sort_names(state, state[LEDGER][ENTRIES])
        verdicts = {(index, claim): verdict for index, claim, verdict in state[LEDGER][ENTRIES]}
        broken, entries, had_power_cut = [], [], state[LEFT].power < self.faults.power
        if self.rules["start_commits_first"]:
            after[FORMER] = None
        for index, claim in verdicts:
            if self.rules["claim_numbers_count_entries"]:
                put(after, CLAIMS, index, max(after[CLAIMS][index], claim))
        for index in range(self.count):
            place = lowest(after[NAMES][index])
            if place >= WORK and (index, place - WORK) in verdicts:
                verdict = verdicts[index, place - WORK]
                entries.append((index, place - WORK, verdict))
                if had_power_cut and not after[SHOWN][index] and after[BEFORE][index] == verdict:
                    # The person's mv itself was lost.
                    after[EDITED] &= ~(1 << index)
            elif place >= WORK:
                put(after, MEMORY, index, "found")
            elif place != INCOMING:
                if not after[SHOWN][index] and after[BEFORE][index] == place:
                    self.undo_retry(after, index)
                self.show(after, index, place, broken)
        after[PHASE] = "earlier moves", tuple(entries), "at start"
        self.trust(state, after)
        steps.add("start" + (" after a clean stop" if state[MARK] else "") + remarks
                  + ("; to finish: " + self.entries(entries) if entries else ""), after, broken)
        if state[LEFT].paused:
            self.pause(state, steps)

    def sort_names(self, state, entries):
        """Of two names of one file one stays."""
        after, remarks = list(state), ""
        after[RUNNING] = 1
        for index, names in enumerate(state[NAMES]):
            kept = self.winner(names, index, entries)
            lost = names & ~(1 << kept)
            put(after, NAMES, index, 1 << kept)
            if lost:
                remarks += f"; of {self.name(index)} {place_name(kept)} stays"
                if state[LEFT].power:
                    put(after, UNSYNCED, index, (names, tuple((place, None, 0, 0) for place in bits(lost))))
            if kept >= WORK:
                put(after, CLAIMS, index, max(after[CLAIMS][index], kept - WORK))
        return after, remarks

    def winner(self, names, index, entries):
        if not names & names - 1:
            return lowest(names)
        if not self.rules["later_life_wins"]:
            # As the flow goes: what has come furthest.
            return max(bits(names), key=lambda place: (0 if place == INCOMING else 1 if place >= WORK else 2, place))
        if not names & IN_WORK:
            for other, _, verdict in sorted(entries, reverse=True):
                if other == index and names >> verdict & 1:
                    return verdict
        # Of two folders in failed/ either may be met first; here it is the one that is wrong where it matters.
        return max(bits(names), key=lambda place: (
            3 if place >= WORK else 2 if place == DONE else 0 if place == INCOMING else 1, place))

    def trust(self, state, after):
        """What is known of Entra's list."""
        ledger = state[LEDGER]
        if state[MARK] or not self.rules["trust_only_a_clean_stop"]:
            after[CONFIRMED] = ledger[LIST]
            if not state[FULL] and self.rules["confirmed_taken_back"]:
                after[MARK] = 0
        else:
            after[CONFIRMED] = UNCONFIRMED if ledger[EXISTS] and self.rules["write_after_a_crash"] else None
            after[OWES_SECOND] = int(self.rules["second_write_after_a_crash"] and after[CONFIRMED] == UNCONFIRMED)

    def sync_earlier_moves(self, state, steps):
        entries, after = state[PHASE][1], list(state)
        if self.rules["earlier_moves_synced_at_start"]:
            self.sync(after, EVERYWHERE)
        else:
            # The folders of second names are synced in any case.
            for unsynced in state[UNSYNCED]:
                if unsynced and unsynced[1][-1][1] is None:
                    self.sync(after, sum(1 << event[0] for event in unsynced[1] if event[1] is None))
        # Their files have left work/, so memory drops these entries, and the next write does.
        gone = {index for index, _, _ in state[LEDGER][ENTRIES]} - {index for index, _, _ in entries}
        after[DROPPED] = sum(1 << index for index in gone)
        after[PHASE] = ("moves", entries, "at start") if entries else ()
        steps.add("earlier moves synced", after)

    def pause(self, state, steps):
        """The ledger cannot be read: nothing is done for the location until a person has repaired it."""
        after, remarks = self.sort_names(state, ())
        spend(after, "paused")
        after[PHASE] = ("paused",)
        if not state[FULL]:
            after[MARK] = 0
        if self.rules["earlier_moves_synced_at_start"]:
            self.sync(after, EVERYWHERE)
        after[FORMER] = None if self.rules["start_commits_first"] else state[FORMER]
        steps.add("start; the ledger cannot be read, the location is paused" + remarks, after, is_bound=False)

    def leave_pause(self, state, steps):
        after = list(state)
        self.die(after)
        steps.add("killed while paused; the ledger is repaired", after)
        if not state[FULL]:
            after = list(after)
            # All other locations are confirmed.
            after[MARK] = int(not self.rules["paused_stays_unconfirmed"])
            steps.add("orderly stop while paused; the ledger is repaired", after)

    @staticmethod
    def undo_retry(state, index):
        """A person's mv is not durable: that it is lost is no fault."""
        put(state, SHOWN, index, state[BEFORE][index])
        state[EDITED] &= ~(1 << index)
