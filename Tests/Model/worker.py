"""The steps of the worker on its own disk, from the claim to the settled item."""

from disk import (DONE, ENTRA004, FINAL, INCOMING, IN_WORK, SPOOL004, SPOOL005, WORK, place_name, renamed, synced,
                  uncertain)
from sending import Sending
from state import (BEFORE, CLAIMS, CONFIRMED, EDITED, ENDED, EXPIRED, FULL, LEASES, LEDGER, LEFT, MEMORY, NAMES,
                   PHASE, SHOWN, TOMBSTONES, TRIED, UNSYNCED, list_name, memory_name, put)


class Worker(Sending):
    def work(self, state, steps):
        """Every step that the running worker may take."""
        phase = state[PHASE]
        if phase and phase[-1] == "at start":
            self.carry_on(state, steps)
            return
        for index in range(self.count):
            self.take_in(state, steps, index)
        over = [grant for grant in self.grants if state[LEDGER][LEASES][grant] and state[EXPIRED] >> grant & 1]
        if over and not state[FULL] and not (phase and phase[0] == "commit"):
            after = list(state)
            self.expire(after, over)
            steps.add("expiry of " + ",".join(map(self.name, over)) + " recorded", after)
        if phase:
            self.carry_on(state, steps)
        else:
            self.begin(state, steps)

    def take_in(self, state, steps, index):
        """Claims, judges, and records removals."""
        memory, after = state[MEMORY][index], list(state)
        if state[NAMES][index] == 1 << INCOMING and memory is None:
            number = state[CLAIMS][index] + 1 if self.rules["claims_numbered"] else 0
            put(after, CLAIMS, index, number)
            self.rename(after, index, WORK + number)
            self.meet(state, after, index)
            steps.add(f"claim {self.name(index)} as work#{number}: {memory_name(after[MEMORY][index])}", after)
        elif memory == "found":
            self.meet(state, after, index)
            steps.add(f"judge {self.name(index)} again: {memory_name(after[MEMORY][index])}", after)
        elif memory == "unrecorded" and not state[FULL]:
            self.record(after, index)
            steps.add(f"removal recorded: {self.name(index)}", after)
        elif memory == "fits" and state[EXPIRED] >> index & 1 and not self.is_carried(state, index):
            put(after, MEMORY, index, ("refused", SPOOL004))
            steps.add(f"{self.name(index)} expired while it waited", after)
        elif isinstance(memory, tuple) and not self.rules["refusals_in_ledger"] and not state[FULL]:
            broken = []
            after[EDITED] &= ~(1 << index)
            self.move(after, index, memory[1], broken)
            steps.add(f"move {self.name(index)} to {place_name(memory[1])}", after, broken)

    def meet(self, state, after, index):
        put(after, MEMORY, index, self.judge(state, index) if self.is_grant[index] else "unrecorded")
        if not self.rules["grant_after_acceptance"] and after[MEMORY][index] == "fits":
            leases = list(after[LEDGER][LEASES])
            leases[index] = self.addresses[index]
            self.write(after, leases)

    @staticmethod
    def is_carried(state, index):
        phase = state[PHASE]
        return bool(phase) and (phase[0] == "commit" or phase[0] == "sent" and phase[2] >> index & 1)

    def begin(self, state, steps):
        """Idle: settle, send, sync, give up."""
        refused = tuple((index, memory[1]) for index, memory in enumerate(state[MEMORY]) if isinstance(memory, tuple))
        if refused and self.rules["refusals_in_ledger"] and not state[FULL]:
            after = list(state)
            after[PHASE] = "commit", None, refused
            steps.add("settle what is refused", after)
        if state[FULL]:
            self.send_removals(state, steps)
        else:
            self.send(state, steps)
            if any(names & uncertain(unsynced) & FINAL for names, unsynced in zip(state[NAMES], state[UNSYNCED])):
                after = list(state)
                after[PHASE] = "sync", 0, ""
                steps.add("begin to sync folders", after)
            for index in range(self.count):
                if state[TRIED] and state[MEMORY][index] in ("fits", "recorded"):
                    after = list(state)
                    if self.rules["give_up_in_ledger"]:
                        after[PHASE] = "commit", None, ((index, ENTRA004),)
                    else:
                        after[PHASE] = "moves", ((index, state[CLAIMS][index], ENTRA004),), ""
                    steps.add(f"give up {self.name(index)}", after, is_bound=False)

    def carry_on(self, state, steps):
        phase = state[PHASE]
        if phase[0] == "sent":
            self.answer(state, steps)
        elif phase[0] == "commit":
            self.commit(state, steps)
        elif phase[0] == "earlier moves":
            self.sync_earlier_moves(state, steps)
        elif phase[0] == "moves":
            for entry in phase[1]:
                after, broken = list(state), []
                rest = tuple(other for other in phase[1] if other != entry)
                self.move(after, entry[0], entry[2], broken)
                after[PHASE] = ("moves", rest, phase[2]) if rest else ("sync", 0, phase[2])
                steps.add(f"move {self.name(entry[0])} to {place_name(entry[2])}", after, broken)
        elif phase[0] == "sync":
            self.sync_folders(state, steps)

    def commit(self, state, steps):
        """Claims synced, then verdicts committed."""
        _, sent, verdicts = state[PHASE]
        after, rules = list(state), self.rules
        if state[FULL] and rules["ledger_before_moves"]:
            after[PHASE] = ()
            steps.add("verdicts cannot be committed: the disk is full", after)
            return
        if rules["sync_claims_before_commit"] and any(uncertain(unsynced) & IN_WORK for unsynced in state[UNSYNCED]):
            self.sync(after, IN_WORK)
            steps.add("claims synced", after)
            return
        leases, endings, settled = self.apply(state, verdicts)
        entries = tuple((index, state[CLAIMS][index], verdict) for index, verdict in settled)
        broken, list_sent = [], state[CONFIRMED] if sent is None else sent
        for index, verdict in settled:
            after[EDITED] &= ~(1 << index)
            is_lie = (verdict == DONE and self.is_grant[index] and not state[EXPIRED] >> index & 1
                      and list_sent is not None and list_sent >= 0 and leases[index] & ~list_sent)
            if is_lie:
                broken.append(("LIE", f"{self.name(index)} is done, and Entra was sent {list_name(list_sent)}"))
        if not rules["ledger_before_moves"]:
            after[PHASE] = "moves", entries, "ledger later"
            steps.add("moves begin before the ledger", after)
            return
        self.write(after, leases, entries=entries if rules["entries_in_ledger"] else (), confirmed=sent,
                   endings=endings)
        for index, _ in settled:
            put(after, MEMORY, index, None)
        after[PHASE] = "moves", entries, ""
        steps.add(f"verdicts committed: {self.entries(entries)}", after, broken)

    def sync_folders(self, state, steps):
        _, step, then = state[PHASE]
        after, step = list(state), step if state[LEFT].power else 2
        if step == 0:
            folders = FINAL if self.rules["failed_folders_synced"] and any(state[BEFORE]) else 0
            for names, unsynced in zip(state[NAMES], state[UNSYNCED]):
                folders |= names & uncertain(unsynced) & FINAL
            self.sync(after, folders)
        else:
            self.sync(after, IN_WORK if step == 1 else 1 << INCOMING)
        after[PHASE] = ("sync", step + 1, then) if step < 2 else ()
        if step == 2 and then == "ledger later":
            leases = [self.remainder(index, after[LEDGER][TOMBSTONES]) if self.is_grant[index] and names == 1 << DONE
                      and not state[EXPIRED] >> index & 1 else after[LEDGER][LEASES][index]
                      for index, names in enumerate(after[NAMES])]
            self.write(after, leases, confirmed=state[CONFIRMED])
        steps.add("sync " + ("destinations", "work/", "incoming/")[step], after)

    def rename(self, state, index, place):
        old = state[NAMES][index]
        put(state, NAMES, index, 1 << place)
        if state[LEFT].power:
            put(state, UNSYNCED, index, renamed(state[UNSYNCED][index], old, (old & -old).bit_length() - 1, place))

    @staticmethod
    def sync(state, folders):
        state[UNSYNCED] = tuple(synced(unsynced, folders) if unsynced else unsynced for unsynced in state[UNSYNCED])

    def move(self, state, index, place, broken):
        self.rename(state, index, place)
        self.show(state, index, place, broken)
        put(state, MEMORY, index, None)

    def show(self, state, index, place, broken):
        """A verdict can be seen: it must be the one that was seen before, and of the file as it is."""
        before = state[SHOWN][index]
        if before and before != place:
            broken.append(("CHANGED", f"{self.name(index)} was in {place_name(before)}, is in {place_name(place)}"))
        if state[EDITED] >> index & 1:
            broken.append(("UNJUDGED", f"{self.name(index)}, moved back by hand, got {place_name(place)} unjudged"))
        if place == SPOOL005 and not self.is_grant[index] and state[ENDED] >> index & 1:
            broken.append(("UNTRUE", f"{self.name(index)} ended a lease and says that it ended nothing"))
        put(state, SHOWN, index, place)
        state[EDITED] &= ~(1 << index)
