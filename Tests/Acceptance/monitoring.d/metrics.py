"""What the worker measures, by the families of its own metrics.prom."""
import re
import subprocess

import codes
import tables
from world import World, until


class Family:
    def __init__(self, name, kind):
        self.name, self.kind, self.labels, self.series = name, kind, set(), set()


class Measured:
    def __init__(self, text):
        self.text = text
        self.families = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.families[name] = Family(name, kind)
            elif line and not line.startswith("#"):
                self.take(line.rsplit(" ", 1)[0])

    def take(self, series):
        name, _, labels = series.partition("{")
        family = self.families.get(name) or self.families[re.sub(r"_(bucket|sum|count)$", "", name)]
        family.series.add(name)
        family.labels |= {label for label in re.findall(r'(\w+)="', labels) if label != "le"}

    @property
    def names(self):
        return {name for family in self.families.values() for name in family.series}


def measure(programs):
    """After grants, failures, a throttled and a refused write: every family has a sample."""
    with World(programs) as world:
        world.start()
        assert world.await_verdict(world.drop(codes.grant())) == "done"
        assert world.await_verdict(world.drop(codes.grant(location="deleted"))) == "ENTRA052"
        world.ask("POST", "faults", {"match": {"kind": "patch"}, "times": 1, "do": "throttle", "retryAfter": "seconds",
                                     "seconds": 1})
        assert world.await_verdict(world.drop(codes.grant("203.0.113.8"))) == "done"
        until("the last outcome", lambda: world.metrics().get('knocknoc_entra_outcomes_total{code="done"}') == "2")
        return Measured(world.metrics_text())


def check(measured, root):
    said = subprocess.run(["promtool", "check", "metrics"], input=measured.text, capture_output=True, text=True)
    if said.returncode or said.stderr.strip():
        yield f"promtool check metrics: {said.stdout}{said.stderr}"
    for family in measured.families.values():
        if not family.series:
            yield f"{family.name} has no sample"
    documented = {}
    for name, kind, labels, _ in tables.read(root / "contrib/docs/monitoring.md", "Metric"):
        documented["knocknoc_entra_" + name] = (kind, set(labels.replace(",", " ").split()))
    for name in sorted(documented.keys() ^ measured.families.keys()):
        yield f"{name} is {'measured and not documented' if name in measured.families else 'documented, not measured'}"
    for name in documented.keys() & measured.families.keys():
        family = measured.families[name]
        if documented[name] != (family.kind, family.labels):
            yield f"{name} is {family.kind} by {sorted(family.labels)}; the page says {documented[name]}"
