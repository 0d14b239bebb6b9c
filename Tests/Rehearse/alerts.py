"""Which alerts fire on what was really measured: promtool(1) runs the very rules on the very series."""
import json
import pathlib
import re
import subprocess
import tempfile

RULES = pathlib.Path(__file__).resolve().parents[2] / "contrib" / "monitoring" / "alerts.yml"


def series(name, before, after):
    """Five minutes as it was before, five as it was after."""
    labelled = name[:-1] + "," if name.endswith("}") else name + "{"
    values = f"{before}x4 {after}x5" if before is not None else f"_x4 {after}x5"
    return {"series": labelled + 'instance="rehearsal"}', "values": values}


def firing(metrics_before, metrics_after, code):
    """Names and severities of the alerts for a code: before, and after."""
    test = {
        "rule_files": [str(RULES)], "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [series(name, metrics_before.get(name), value) for name, value in metrics_after.items()],
            # Nothing is expected, so promtool tells what it found instead.
            "promql_expr_test": [{"expr": f'ALERTS{{alertstate="firing",code="{code}"}}', "eval_time": time,
                                  "exp_samples": [{"labels": f'{{at="{time}"}}', "value": 0}]} for time in ("4m", "6m")],
        }],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:  # JSON is YAML
        json.dump(test, file)
        file.flush()
        said = subprocess.run(["promtool", "test", "rules", file.name], capture_output=True, text=True, timeout=30)
    found = {}
    for time, got in re.findall(r'time: (\dm),\s+exp: .*\n\s+got: (.*)', said.stdout + said.stderr):
        found[time] = [(alert, re.search(r'severity="(\w+)"', labels)[1])
                       for labels, alert in re.findall(r'(\{[^}]*alertname="(\w+)"[^}]*\})', got)]
    if set(found) != {"4m", "6m"}:
        raise RuntimeError("promtool said what nobody understands: " + said.stdout + said.stderr)
    return found["4m"], found["6m"]
