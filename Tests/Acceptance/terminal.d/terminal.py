"""Runs every check, or those of the modules that are named, each on a ground of its own, and names those that fail."""
import sys
import traceback

import completing
import doctoring
import hostile
import loads
import manual
import output
import printed
import watching
from ground import Ground


def settled(ground):
    """A worker that runs, two leases, a failed item."""
    ground.start()
    ground.run("grant", "office", "203.0.113.7", "--user", "alice@example.com", "--for", "8h", "--wait")
    ground.run("grant", "lab", "2001:db8::7", "198.51.100.0/28", "--user", "lea@example.com", "--wait")
    ground.failed("a.json")


MODULES = [
    (manual, None), (completing, None), (printed, None), (doctoring, None), (loads, None), (watching, settled),
    (output, settled), (hostile, settled),
]


def main():
    failures = 0
    for module, prepare in MODULES:
        if sys.argv[1:] and module.__name__ not in sys.argv[1:]:
            continue
        for check in module.CHECKS:
            ground = Ground()
            name = f"{module.__name__}: {check.__name__.replace('_', ' ')}"
            try:
                if prepare:
                    prepare(ground)
                check(ground)
                print(f"ok      {name}", flush=True)
            except Exception as error:
                failures += 1
                place = traceback.extract_tb(error.__traceback__)[-1]
                print(f"FAILED  {name}\n        {error}\n        ({place.filename}:{place.lineno})", flush=True)
            finally:
                ground.end()
    return 1 if failures else 0


sys.exit(main())
