"""Everything that may happen: the worker's steps, its end, the network, another host, the clock, people."""

from disk import DONE, FINAL, INCOMING, WORK, after_power_loss, bits, lowest, place_name
from start import Start
from state import (BEFORE, CLAIMS, CONFIRMED, DROPPED, EDITED, ENDED, ENTRA, ENTRIES, EXPIRED, FORMER, FULL, GHOST,
                   LATE, LEASES, LEDGER, LEFT, MARK, MEMORY, NAMES, OWES_SECOND, PHASE, RECORDED, RUNNING, SECOND,
                   SENTINEL, SHOWN, TRIED, UNCONFIRMED, UNSYNCED, Steps, list_name, put, spend)


class Model(Start):
    def steps(self, state):
        steps, left = Steps(), state[LEFT]
        if state[FULL]:
            after = list(state)
            after[FULL] = 0
            if state[RUNNING] and self.rules["confirmed_taken_back"]:
                after[MARK] = 0
            steps.add("the disk can be written again", after)
        self.network(state, steps)
        if state[GHOST]:
            self.haunt(state, steps)
        if not state[RUNNING]:
            if not (state[FULL] and state[FORMER]):
                self.start(state, steps)
                self.kill_before_sync(state, steps)
        elif state[PHASE] == ("paused",):
            self.leave_pause(state, steps)
        else:
            self.work(state, steps)
            self.end(state, steps)
        if left.power and (state[RUNNING] or any(state[UNSYNCED]) or state[FORMER]):
            self.power_loss(state, steps)
        self.outside(state, steps)
        return steps

    @staticmethod
    def network(state, steps):
        for late in sorted(set(state[LATE])):
            rest = list(state[LATE])
            rest.remove(late)
            after = list(state)
            after[LATE] = tuple(rest)
            steps.add(f"the late list {list_name(late)} is lost", after)
            after = list(after)
            after[ENTRA] = late
            steps.add(f"the late list {list_name(late)} lands", after)

    # How it ends.

    def die(self, state):
        if state[PHASE] and state[PHASE][0] == "sent":
            state[LATE] = tuple(sorted(state[LATE] + (state[PHASE][1],)))
        state[RUNNING], state[MEMORY], state[CONFIRMED], state[PHASE] = 0, (None,) * self.count, None, ()
        state[OWES_SECOND] = state[SECOND] = state[TRIED] = state[DROPPED] = 0
        state[CLAIMS] = (0,) * self.count

    def end(self, state, steps):
        left = state[LEFT]
        if left.stopped and not state[PHASE]:
            after = list(state)
            spend(after, "stopped")
            is_known = state[CONFIRMED] != UNCONFIRMED and not state[SECOND] and not state[OWES_SECOND]
            is_marked = is_known or not self.rules["confirmed_only_when_known"]
            if is_marked and state[CONFIRMED] is not None and not state[FULL]:
                self.write(after, confirmed=state[CONFIRMED] if is_known else None)
                after[MARK] = 1
            self.die(after)
            steps.add("orderly stop, " + ("confirmed" if after[MARK] else "unconfirmed"), after, is_bound=False)
        self.kill_before_sync(state, steps)
        if left.killed and not self.rules["one_transaction"]:
            self.kill_between_tables(state, steps)
        if left.killed:
            after = list(state)
            spend(after, "killed")
            self.die(after)
            steps.add("KILLED", after, is_bound=False)
        if left.taken and not state[FULL]:
            self.take_over(state, steps)

    def kill_before_sync(self, state, steps):
        """A transaction was written to the log, and the log not synced: all of it can be read, and be lost."""
        if not state[LEFT].killed or not state[LEFT].power or state[FORMER]:
            return
        for name, written, _ in list(steps):
            if written[LEDGER] != state[LEDGER] or written[MARK] != state[MARK]:
                after = list(written)
                spend(after, "killed")
                self.die(after)
                after[FORMER] = state[LEDGER], state[RECORDED], state[ENDED], state[MARK]
                steps.add(f"KILLED before the log is synced: {name}", after, is_bound=False)

    def kill_between_tables(self, state, steps):
        for name, written, _ in list(steps):
            if written[LEDGER][ENTRIES] != state[LEDGER][ENTRIES]:
                after = list(written)
                spend(after, "killed")
                ledger = list(state[LEDGER])
                ledger[ENTRIES] = written[LEDGER][ENTRIES]
                after[LEDGER] = tuple(ledger)
                self.die(after)
                steps.add(f"KILLED with the entries alone written: {name}", after, is_bound=False)

    def power_loss(self, state, steps):
        choices = [after_power_loss(unsynced)[0] if unsynced else (names,)
                   for names, unsynced in zip(state[NAMES], state[UNSYNCED])]
        ledgers = [(state[LEDGER], state[RECORDED], state[ENDED], state[MARK])]
        ledgers += [state[FORMER]] if state[FORMER] else []
        for ledger in ledgers:
            for names in combinations(choices):
                after = list(state)
                after[NAMES], after[UNSYNCED], after[FORMER] = names, ((),) * self.count, None
                after[LEDGER], after[RECORDED], after[ENDED], after[MARK] = ledger
                self.die(after)
                for index in range(self.count):
                    is_back = not after[SHOWN][index] and after[BEFORE][index]
                    if is_back and names[index] == 1 << after[BEFORE][index]:
                        self.undo_retry(after, index)
                spend(after, "power")
                where = ", ".join(f"{self.name(index)} in {'+'.join(map(place_name, bits(left)))}"
                                  for index, left in enumerate(names))
                steps.add("POWER LOST: " + where + ("; the last transaction" if ledger is not ledgers[0] else ""),
                          after, is_bound=False)

    # Two hosts.

    def take_over(self, state, steps):
        """The worker freezes and another host takes over, which is a crash but for what the first may still do."""
        after = list(state)
        spend(after, "taken")
        self.die(after)
        steps.add("FROZEN, another host takes over", after, is_bound=False)
        phase = state[PHASE]
        desired = None if phase or state[CONFIRMED] is None else self.desired(state)
        if desired is not None and desired != state[CONFIRMED]:
            sent = list(after)
            sent[LATE] = tuple(sorted(after[LATE] + (desired,)))
            steps.add(f"FROZEN, another host takes over; the first still sends {list_name(desired)}", sent,
                      is_bound=False)
        if not phase or phase[0] != "commit":
            return
        leases, endings, settled = self.apply(state, phase[2])
        entries = tuple((index, state[CLAIMS][index], verdict) for index, verdict in settled)
        written = list(state)
        self.write(written, leases, entries=entries, confirmed=phase[1], endings=endings)
        if not self.rules["takeover_replaces_folders"]:
            after = list(after)
            after[GHOST] = written[LEDGER], entries
            steps.add("FROZEN in a commit, another host takes over", after, is_bound=False)
        if not self.rules["takeover_takes_work_first"]:
            after, broken = list(after), []
            for index, _, verdict in entries:
                self.move(after, index, verdict, broken)
            steps.add("FROZEN in a commit; its ledger is thrown away with the folder, then it moves its files", after,
                      broken, is_bound=False)

    def haunt(self, state, steps):
        """A former worker that was not kept out wakes up and goes on."""
        after, broken = list(state), []
        after[LEDGER], entries = state[GHOST]
        after[GHOST] = ()
        for index, claim, verdict in entries:
            if after[NAMES][index] == 1 << WORK + claim:
                self.move(after, index, verdict, broken)
        steps.add("the former worker wakes up, writes its ledger and moves its files", after, broken)

    # Clock, people, disk.

    def outside(self, state, steps):
        left = state[LEFT]
        for grant in self.grants:
            if self.items[grant].expires and not state[EXPIRED] >> grant & 1:
                after = list(state)
                after[EXPIRED] |= 1 << grant
                steps.add(f"the end of {self.name(grant)} passes", after, is_bound=False)
        for index, names in enumerate(state[NAMES] if left.hand else ()):
            if names & FINAL & ~(1 << DONE) and not names & names - 1 and state[MEMORY][index] is None:
                after = list(state)
                spend(after, "hand")
                self.rename(after, index, INCOMING)
                put(after, BEFORE, index, state[SHOWN][index])
                put(after, SHOWN, index, 0)
                after[EDITED] |= 1 << index
                steps.add(f"a person retries {self.name(index)}: mv {place_name(lowest(names))}/… incoming/", after,
                          is_bound=False)
        if state[FULL] and state[RUNNING] and not state[MARK] and steps.bound == 1:
            self.look_at_full_disk(state, steps)
        if left.filled and not state[FULL]:
            after = list(state)
            spend(after, "filled")
            after[FULL] = 1
            steps.add("THE DISK TAKES NO WRITE", after, is_bound=False)

    def look_at_full_disk(self, state, steps):
        """The disk may stay full for ever: what has to leave must have left."""
        live = 0
        for grant in self.grants:
            held = state[LEDGER][LEASES][grant]
            if held and not state[EXPIRED] >> grant & 1:
                for removal in self.removals:
                    if state[MEMORY][removal] in ("unrecorded", "recorded"):
                        held &= ~self.takes[removal, grant]
                live |= held
            if state[MEMORY][grant] == "fits":
                live |= self.addresses[grant]
        if state[ENTRA] & ~live & ~SENTINEL:
            name, after, _ = steps[0]
            steps[0] = name, after, [("KEPT IN", f"the disk is full, and {list_name(state[ENTRA] & ~live)} stays")]


def combinations(choices, index=0, chosen=()):
    if index == len(choices):
        yield chosen
        return
    for choice in choices[index]:
        yield from combinations(choices, index + 1, chosen + (choice,))
