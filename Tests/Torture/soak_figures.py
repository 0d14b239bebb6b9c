"""What the soak measures of the process, and whether it is flat."""
import os
import statistics

# Below that, a quarter is too short for a mean.
JUDGED_FROM = 200_000
TOLERANCE = 1.03
# Connections that libcurl happens to keep: one descriptor of twenty is more than 3 % already.
CONNECTIONS = 2


class Sample:
    """What the process takes at a moment: KiB of its own memory, descriptors, bytes of its ledgers."""

    def __init__(self, pid, spool, settled):
        with open(f"/proc/{pid}/smaps_rollup") as file:
            self.memory = next(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))
        self.settled, self.descriptors = settled, len(os.listdir(f"/proc/{pid}/fd"))
        self.ledgers = sum(
            entry.stat().st_size for entry in os.scandir(f"{spool}/ledger") if entry.name == "ledger.sqlite")

    def __str__(self):
        return f"{self.memory / 1_024:.1f} MiB, {self.descriptors} descriptors, ledgers {self.ledgers / 1_024:,.0f} KiB"


def flatness(soak):
    """Memory, descriptors and ledgers in the second and the last quarter, by what was settled.

    Means, but for descriptors: folders are open for the moment of a batch, and what leaks raises the least of them.
    """
    quarters = [[sample for sample in soak.samples if low <= sample.settled / soak.count < low + 0.25]
                for low in (0.25, 0.75)]
    return [[of([getattr(sample, what) for sample in quarter]) for quarter in quarters]
            for what, of in (("memory", statistics.mean), ("descriptors", min), ("ledgers", statistics.mean))]


def report(soak, seconds):
    """Prints the figures; what was not flat is a finding."""
    memory, descriptors, ledgers = flatness(soak)
    counts = soak.emulator.ask("GET", "counts")
    print(f"soak: {soak.count:,} requests and {soak.requests.ahead} days in {seconds:.0f} s "
          f"({soak.count / seconds:,.0f}/s), {soak.moves:,} moved back, {soak.requests.removals:,} removals; "
          f"{counts['patch']:,} PATCHes, {counts['faults']:,} faults, {counts['throttled']:,} times throttled")
    # What the ledgers hold, by design, is in memory as well; nothing else may grow.
    by_ledgers, found = max(ledgers[1] / ledgers[0], 1), []
    for what, unit, values, scale in (("memory", "MiB", memory, 1_024), ("descriptors", "", descriptors, 1)):
        print(f"soak: {what}: second quarter {values[0] / scale:.2f} {unit}, last {values[1] / scale:.2f} {unit}: "
              f"{values[1] / values[0] * 100 - 100:+.1f} %")
        limit = values[0] * TOLERANCE * by_ledgers if what == "memory" else values[0] * TOLERANCE + CONNECTIONS
        if values[1] > limit and soak.count >= JUDGED_FROM:
            found.append(f"{what} grew by {values[1] / values[0] * 100 - 100:.1f} %")
    print(f"soak: ledgers: second quarter {ledgers[0] / 1_024:,.0f} KiB, last {ledgers[1] / 1_024:,.0f} KiB: "
          f"{ledgers[1] / ledgers[0] * 100 - 100:+.1f} %")
    if soak.count < JUDGED_FROM:
        print(f"soak: fewer than {JUDGED_FROM:,} requests: whether it is flat is told, not judged")
    return found
