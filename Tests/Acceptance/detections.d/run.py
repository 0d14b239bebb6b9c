"""Runs every rule on every sample, and on what the built program really does: run.py PROGRAMS FOLDER"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
RULES = ROOT / "contrib" / "detections"
sys.path[:0] = [str(RULES), str(ROOT / "Tests" / "Rehearse")]

import elastic  # noqa: E402
import generate  # noqa: E402
import kusto  # noqa: E402
import real  # noqa: E402
import sigma_rules  # noqa: E402

ENGINES = {"Sigma": sigma_rules.trips, "KQL": kusto.trips, "Elastic": elastic.trips}


def main(programs, folder):
    site = json.loads((RULES / "site.json").read_text())
    findings = list(check_generated(site, pathlib.Path(folder)))
    names = sorted(path.stem for path in (RULES / "sigma").glob("*.yml"))
    if names != sorted(path.stem for path in (RULES / "samples").glob("*.json")):
        findings.append("rules and samples do not go together")
    count = 0
    for name in names:
        samples = json.loads((RULES / "samples" / f"{name}.json").read_text())
        samples += real.samples(name, programs)
        if {sample["trips"] for sample in samples} != {True, False}:
            findings.append(f"{name}: there have to be samples that trip it and samples that do not")
        for engine, trips in ENGINES.items():
            for sample in samples:
                count += 1
                if trips(RULES, name, sample["event"], site) != sample["trips"]:
                    findings.append(f"{name} in {engine} {'misses' if sample['trips'] else 'is tripped by'}: {sample['say']}")
    findings += check_another_site(site, pathlib.Path(folder))
    for finding in findings:
        print(f"detections: {finding}")
    print(f"detections: {len(names)} rules, {count} evaluations, {len(findings)} findings")
    return 1 if findings else 0


def check_generated(site, folder):
    """The files in the tree are those that their source makes."""
    generate.generate(site, folder)
    made = {path.relative_to(folder) for kind in ("kql", "elastic") for path in (folder / kind).iterdir()}
    kept = {path.relative_to(RULES) for kind in ("kql", "elastic") for path in (RULES / kind).iterdir()}
    for path in sorted(made ^ kept):
        yield f"{path} is {'not in the tree' if path in made else 'made from nothing'}"
    for path in sorted(made & kept):
        if (folder / path).read_bytes() != (RULES / path).read_bytes():
            yield f"{path} is not what generate.py makes of its source"


def check_another_site(site, folder):
    """With other ids and addresses the same rules hold for other events, and no longer for these."""
    def moved(value):
        return json.loads(json.dumps(value).replace("aaaaaaaa-0000", "bbbbbbbb-1111").replace("-2222-", "-9999-")
                          .replace("-3333-", "-8888-").replace("-4444-", "-7777-").replace("203.0.113.250", "192.0.2.99"))
    other = moved(site)
    (folder / "other").mkdir()
    generate.generate(other, folder / "other")
    (folder / "other" / "sigma").symlink_to(RULES / "sigma")
    for path in sorted((RULES / "samples").glob("*.json")):
        first = next(sample for sample in json.loads(path.read_text()) if sample["trips"])
        for engine, trips in ENGINES.items():
            if not trips(folder / "other", path.stem, moved(first["event"]), other):
                yield f"{path.stem} in {engine}, made for another site, misses: {first['say']}"
            if path.stem != "worker-raises-alarm" and trips(folder / "other", path.stem, first["event"], other):
                yield f"{path.stem} in {engine}, made for another site, is still tripped by: {first['say']}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
