"""The alert rules: sound, complete, and tested so that no test could be left out unnoticed."""
import concurrent.futures
import copy
import json
import pathlib
import re
import subprocess
import tempfile

import codes


def read(path):
    return json.loads(subprocess.run(["yq", ".", str(path)], capture_output=True, text=True, check=True).stdout)


def alerts(document):
    return [rule for group in document["groups"] for rule in group["rules"]]


def names_in(expression):
    return set(re.findall(r"knocknoc_entra_\w+", expression))


def check(root, measured):
    folder = root / "contrib/monitoring"
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        said = subprocess.run(["promtool", *command], cwd=folder, capture_output=True, text=True)
        if said.returncode:
            yield f"promtool {' '.join(command)}: {said.stdout}{said.stderr}"
    document, tests = read(folder / "alerts.yml"), read(folder / "alerts.test.yml")
    page = (root / "contrib/docs/monitoring.md").read_text()
    for rule in alerts(document):
        yield from check_rule(rule, page, measured)
    yield from check_codes(document)
    yield from check_tests(document, tests)


def check_rule(rule, page, measured):
    name, notes = rule["alert"], rule.get("annotations", {})
    severity = rule.get("labels", {}).get("severity")
    if severity not in ("page", "ticket"):
        yield f"{name}: severity {severity}"
    for note in ("summary", "description"):
        if not notes.get(note):
            yield f"{name} has no {note}"
    if "`" not in notes.get("description", "") and "log line" not in notes.get("description", ""):
        yield f"{name}: the description names nothing to do"
    if notes.get("runbook") != f"contrib/docs/monitoring.md#{name.lower()}":
        yield f"{name}: the runbook is {notes.get('runbook')}"
    if f"\n### {name}\n\n{severity}: " not in page:
        yield f"{name} has no heading in monitoring.md with `{severity}: ` under it"
    for unknown in names_in(rule["expr"]) - measured.names:
        yield f"{name} asks for {unknown}, which the worker does not measure"


def check_codes(document):
    """Each code fires exactly one of the alerts about outcomes."""
    selectors = [(rule["alert"], found) for rule in alerts(document)
                 for found in re.findall(r'outcomes_total\{code=~"([^"]*)"\}', rule["expr"])]
    for rehearsal in codes.ALL:
        found = [alert for alert, selector in selectors if re.fullmatch(selector, rehearsal.code)]
        if len(found) != 1:
            yield f"{rehearsal.code} fires {found or 'no alert'}"


def check_tests(document, tests):
    """Every rule's own tests fail when it is gone, and when it always fires."""
    by_alert = {}
    for test in tests["tests"]:
        for alert in set(re.findall(r'alertname="(\w+)"', json.dumps(test).replace('\\"', '"'))):
            by_alert.setdefault(alert, []).append(test)
    changes = [("gone", lambda rule: rule.update(alert="Other")),
               ("always firing", lambda rule: (rule.update(expr="vector(1)"), rule.pop("for", None)))]
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        futures = []
        for rule in alerts(document):
            name = rule["alert"]
            if name not in by_alert:
                yield f"{name} has no test"
                continue
            for what, change in changes:
                changed = copy.deepcopy(rule)
                change(changed)
                futures.append((name, what, pool.submit(passes, changed, by_alert[name])))
        for name, what, future in futures:
            if future.result():
                yield f"the tests of {name} do not notice when it is {what}"


def passes(rule, tests):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "one", "rules": [rule]}]}))
        (folder / "test.yml").write_text(json.dumps(
            {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": tests}))
        said = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=folder, capture_output=True, text=True)
        if "yaml:" in said.stdout + said.stderr:
            raise RuntimeError(said.stdout + said.stderr)
        return said.returncode == 0
