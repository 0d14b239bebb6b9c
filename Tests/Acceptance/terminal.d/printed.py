"""Every example of every --help is run as it is printed there, and ends with a status that the same page lists."""
import re
import signal
import subprocess

from ground import LOCATION, PROGRAMS, until
from terminals import Pseudoterminal

ALICE = "cccccccc-0000-4000-8000-000000000001"


def help_of(*words):
    return subprocess.run([PROGRAMS / "knocknoc-entra", *words, "--help"], capture_output=True, text=True).stdout


def commands():
    listed = help_of().split("Commands:")[1].split("Options:")[0]
    return [line.split()[0] for line in listed.splitlines() if re.match(r"  \S", line)]


def statuses(page):
    return {int(line.split()[0]) for line in page.split("Exit status:")[1].splitlines() if re.match(r"  \d", line)}


def granted(ground):
    ground.start()
    ground.run("grant", "office", "203.0.113.7", "--user", "alice@example.com", "--wait")


def named(ground):
    ground.start()
    (ground.spool / "incoming/grant-alice.json").write_text(
        '{"action":"grant","location":"office","addresses":["203.0.113.7"]}')


def failed(ground):
    ground.failed("grant-alice.json")


def held(ground):
    (ground.spool / "hold/grant-alice.json").write_text("{}")


def left_behind(ground):
    ground.configure(**{"old-office": "03"})
    ground.run("grant", "old-office", "203.0.113.7")
    ground.run("run", "--once")
    ground.configure()


def foreign(ground):
    ground.control(
        "PUT", f"locations/{LOCATION}01", {"type": "ip", "displayName": "Office", "ranges": ["198.18.0.1/32"]})


def known(ground):
    ground.control("PUT", "settings", {
        "users": {"alice@example.com": ALICE},
        "roles": ["Policy.ReadWrite.ConditionalAccess", "User.Read.All"]})


PREPARED = {
    "adopt": foreign, "forget": left_behind, "backup": granted, "what-if": known, "status": granted, "grant": granted, "revoke": granted,
    "flush": granted, "wait": named, "why": failed, "retry": failed, "hold": failed, "release": held,
    "leases": granted, "who": granted, "journal": granted,
}
# The journal of a new spool does not reach back to November 2026's twentieth.
OTHERWISE = {"leases office --at": 66, "who 203.0.113.7 --at": 66}


def play(ground, example):
    """By bash; what goes on for ever is ended as a person would end it."""
    if example.endswith("--watch"):
        terminal = Pseudoterminal(ground, ["bash", "-c", example])
        terminal.wait_for("worker ")
        terminal.send("q")
        return terminal.finish()
    if example == "knocknoc-entra run":
        worker = subprocess.Popen(
            ["bash", "-c", f"exec {example}"], env=ground.environment, cwd=ground.folder, stderr=subprocess.DEVNULL)
        until("the worker", lambda: ground.run("status", expect=None).returncode == 0)
        worker.send_signal(signal.SIGTERM)
        return "", worker.wait(timeout=30)
    result = ground.shell(f"set -o pipefail; {example}")
    return result.stdout + result.stderr, result.returncode


def check_for(command):
    def check(ground):
        page = help_of(command)
        examples = [line.strip() for line in re.split(r"Examples?:\n", page)[1].splitlines() if line.startswith("    ")]
        if not examples:
            raise AssertionError("it has no example")
        for example in examples:
            if command in PREPARED and not ground.worker:
                PREPARED[command](ground)
            text, status = play(ground, example)
            wanted = next((code for part, code in OTHERWISE.items() if part in example), 0)
            if status != wanted or status not in statuses(page):
                raise AssertionError(f"`{example}` ended with {status}, listed are {statuses(page)}: {text}")

    check.__name__ = f"the_examples_of_{command}"
    return check


CHECKS = [check_for(command) for command in commands()]
