"""Runs every check and names what each found: run.py PROGRAMS"""
import pathlib
import sys
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Tests" / "Rehearse"))

import dashboard  # noqa: E402
import logs  # noqa: E402
import metrics  # noqa: E402
import pages  # noqa: E402
import rules  # noqa: E402


def main(programs):
    failures = 0
    measured = metrics.measure(programs)
    checks = [
        ("metrics", lambda: metrics.check(measured, ROOT)),
        ("rules", lambda: rules.check(ROOT, measured)),
        ("dashboard", lambda: dashboard.check(ROOT, measured)),
        ("log", lambda: logs.check(programs, ROOT)),
        ("pages", lambda: pages.check(ROOT)),
    ]
    for name, check in checks:
        try:
            findings = list(check())
        except Exception:
            findings = [traceback.format_exc()]
        for finding in findings:
            failures += 1
            print(f"monitoring: {name}: {finding}")
        if not findings:
            print(f"monitoring: {name}: well")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
