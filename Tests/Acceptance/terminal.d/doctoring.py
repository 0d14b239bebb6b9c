"""doctor: without a worker and beside one, and nothing is different afterwards."""
import json
import os
import re
import stat

from ground import LOCATION, SOURCES


def snapshot(folder):
    """Every name with its kind, mode, owner, size, times and content.

    SQLite's readers mark in the -shm file what they read, and give the log the owner that it has: of these two only what
    cannot be made anew is looked at.
    """
    seen = {}
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(place, name)
            status = os.lstat(path)
            if name == "ledger.sqlite-shm":
                continue
            content = open(path, "rb").read() if stat.S_ISREG(status.st_mode) else None
            if name == "ledger.sqlite-wal":
                seen[path] = (status.st_mode, status.st_uid, status.st_gid, content)
                continue
            seen[path] = (status.st_mode, status.st_uid, status.st_gid, status.st_ino, status.st_size,
                          status.st_mtime_ns, status.st_ctime_ns, content)
    return seen


def entra(ground):
    return ground.control("GET", "locations", None)


def it_changes_nothing(ground):
    """Not in the spool, not beside the configuration, not in Entra; not even where a worker left things half done."""
    ground.start()
    ground.run("grant", "office", "203.0.113.7", "--user", "alice@example.com", "--wait")
    ground.worker.kill()
    ground.worker.wait()
    ground.worker = None
    ground.failed("a.json")
    (ground.spool / "incoming/waiting.json").write_text("{}")
    before = snapshot(ground.spool) | snapshot(ground.folder / "config")
    listed = entra(ground)
    bundle = ground.folder / "bundle.txt"
    for words in (["doctor"], ["doctor", "--json"], ["doctor", "--bundle", str(bundle)], ["check", "--online"]):
        ground.run(*words, expect=None)
        after = snapshot(ground.spool) | snapshot(ground.folder / "config")
        changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
        if changed:
            raise AssertionError(f"{words} changed {changed}")
        if entra(ground) != listed:
            raise AssertionError(f"{words} changed a location")
    text = bundle.read_text()
    for secret in ("emulator-only-secret", "alice@example.com", "203.0.113.7", "eyJ", "a.json"):
        if secret in text:
            raise AssertionError(f"the bundle holds {secret}")


def each_check_is_explained(ground):
    """At least forty, each with a heading of its name in the page that the findings point to."""
    findings = json.loads(ground.run("doctor", "--json").stdout)["findings"]
    names = {finding["check"] for finding in findings}
    if len(names) < 40:
        raise AssertionError(f"only {len(names)} checks")
    for finding in findings:
        page, _, anchor = finding["docs"].partition("#")
        if not re.search(rf"^### {re.escape(anchor)}$", (SOURCES / page).read_text(), re.MULTILINE):
            raise AssertionError(f"{page} has no heading {anchor}")


def what_it_finds_it_names(ground):
    """A location by countries is that, and what to do stands below it."""
    ground.control("PUT", f"locations/{LOCATION}02", {"type": "country", "displayName": "Lab"})
    result = ground.run("doctor", expect=1)
    if "location-type [lab]" not in result.stdout or "ENTRA053" not in result.stdout or "→" not in result.stdout:
        raise AssertionError(result.stdout)


CHECKS = [it_changes_nothing, each_check_is_explained, what_it_finds_it_names]
