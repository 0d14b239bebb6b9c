"""What gets into log, journal and .why when names, requests and answers are meant to harm whoever reads them."""
import json
import os
import re
import shlex
import socket
import subprocess
import threading

import codes
import tables
from world import LOCATIONS, World, environment, until

EVIL = "x\nevent=forged level=error\r\x1b[2J\x1b]0;owned\x07\x9b31m\u2028y\u2029\u202eevil\u2066z\x7f\ufeff"
NAMES = [b"esc\x1b[31m.json", b"line\nevent=forged.json", b"bytes\xff\xfe.json", "rtl\u202e.json".encode(),
         "line\u2028separator.json".encode(), b'quote"=\\.json', b"c1\xc2\x9b31m.json"]
USERS = ["O\u2019Neil", "\u202eecila", "a\u0301\u0327", "\U0001f469\u200d\U0001f4bb", "a=b \"c\" \\d", "\u2066iso\u2069",
         "\u2028", "na\u00efve"]
PRIORITIES = {"debug": 7, "info": 6, "notice": 5, "warning": 4, "error": 3}
# Controls (C0, DEL, C1), line and paragraph separators, and marks that turn the order of what is shown.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def check(programs, root):
    known = {event for events, *_ in tables.read(root / "contrib/docs/monitoring.md", "Event")
             for event in events.replace(",", " ").split()}
    for form in ("logfmt", "json"):
        for is_journal in (False, True):
            where = f"{form}{' for journald' if is_journal else ''}"
            for finding in check_form(programs, form, is_journal, known):
                yield f"{where}: {finding}"
    yield from check_levels(programs)


def check_form(programs, form, is_journal, known):
    with World(programs, log={"level": "debug", "format": form}) as world:
        text = provoke(world, is_journal)
        seen = set()
        if text.endswith("\n") is False:
            yield "the last line has no end"
        for line in text.split("\n")[:-1]:
            event = yield from check_line(line, form, is_journal)
            seen.add(event)
        wanted = {"started", "location.found", "location.written", "grant.applied", "grant.failed", "revoke.applied",
                  "flush.applied", "item.failed", "entra.trouble", "token.acquired", "stopped"}
        if wanted - seen:
            yield f"no line for {sorted(wanted - seen)}"
        if seen - known:
            yield f"events that no page knows: {sorted(map(str, seen - known))}"
        yield from check_notes(world)


def provoke(world, is_journal):
    """Everything that somebody else may put into words: names, fields, answers of every kind."""
    world.ask("PUT", "locations/" + LOCATIONS["office"],
              {"type": "ip", "displayName": "Office " + EVIL, "ranges": ["192.0.2.0/32"]})
    said = start(world, is_journal)
    count = 0
    for name in NAMES:
        world.drop(codes.grant(f"198.51.100.{count}"), name)
        count += 1
    for user in USERS:
        world.drop(codes.grant(f"198.51.100.{count}", user=user, requestId=user, grantId=user + str(count)))
        count += 1
    world.drop({"action": "revoke", "location": "office", "user": USERS[1]})
    for field in ("action", "location", "user", "expiresAt", EVIL):
        world.drop({**codes.grant(f"198.51.100.{count}"), field: EVIL})
        count += 1
    world.drop(codes.grant(EVIL))
    world.drop(EVIL)
    world.drop(b"{\"\xff\xfe")
    until("the first verdicts", lambda: settled(world) == world.dropped)
    for fault in (codes.fault("patch", "status", status=400, code="Bad" + EVIL, message=EVIL),
                  codes.fault("patch", "status", status=500, body=f"<html>{EVIL}</html>"),
                  codes.fault("patch", "status", status=403, headers={"request-id": "id\x1b[2J"}, code=EVIL, message=EVIL),
                  codes.fault("patch", "redirect", location="https://evil.example/\x1b[2J")):
        world.ask("POST", "faults", fault)
        world.drop(codes.grant(f"198.51.100.{count}"))
        count += 1
        until("a verdict", lambda: settled(world) == world.dropped)
        world.ask("DELETE", "faults")
    world.drop({"action": "flush", "location": "office"})
    until("the flush's verdict", lambda: settled(world) == world.dropped)
    world.stop()
    return said()


def settled(world):
    return sum(1 for top in ("done", "failed") for _, _, files in os.walk(world.spool / top)
               for file in files if not file.endswith(".why"))


def start(world, is_journal):
    """Standard error is a file, or a socket that JOURNAL_STREAM names; returns what tells all that was written."""
    if not is_journal:
        world.start()
        return lambda: world.log_file.read_bytes().decode("utf-8", "strict")
    ours, theirs = socket.socketpair()
    status = os.fstat(theirs.fileno())
    received = bytearray()

    def receive():
        while data := ours.recv(65536):
            received.extend(data)

    reader = threading.Thread(target=receive, daemon=True)
    reader.start()
    world.start({"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}, stderr=theirs)
    theirs.close()

    def said():
        reader.join(20)
        return bytes(received).decode("utf-8", "strict")

    return said


def check_line(line, form, is_journal):
    """Returns the line's event."""
    if FORBIDDEN.search(line):
        yield f"a line holds what may not be shown: {line!r}"
    priority = re.match(r"<(\d)>", line)
    if bool(priority) != is_journal:
        yield f"a line {'without' if is_journal else 'with'} a priority: {line!r}"
    body = line[priority.end():] if priority else line
    try:
        fields = json.loads(body) if form == "json" else logfmt(body)
    except ValueError as error:
        yield f"a line that is no {form}: {line!r} ({error})"
        return None
    if is_journal and int(priority[1]) != PRIORITIES[fields["level"]]:
        yield f"priority {priority[1]} for level {fields['level']}"
    if ("time" in fields) == is_journal:
        yield f"{'a' if is_journal else 'no'} time in {line!r}"
    if fields.get("event") == "forged":
        yield f"a forged line: {line!r}"
    if re.search(r"\.(failed)$", fields["event"]) and not re.match(r"\(agent error #(ENTRA|SPOOL)\d{3}\) .+: ", fields["msg"]):
        yield f"an error that is not in the agent's form: {line!r}"
    return fields["event"]


def logfmt(line):
    """Strictly: `key=value`, the value bare or a JSON string."""
    fields, rest = {}, line
    while rest:
        found = re.match(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|[^\s"=\\]+)(?: |$)', rest)
        if not found or found[1] in fields:
            raise ValueError(f"at {rest[:40]!r}")
        fields[found[1]] = json.loads(found[2]) if found[2][0] == '"' else found[2]
        rest = rest[found.end():]
    return fields


def check_notes(world):
    for file in (world.spool / "journal").iterdir():
        for line in file.read_bytes().decode("utf-8", "strict").split("\n")[:-1]:
            json.loads(line)
            if FORBIDDEN.search(line):
                yield f"the journal holds what may not be shown: {line!r}"
    whole = world.command("journal", "verify")
    if whole.returncode:
        yield f"journal verify: {whole.stdout}{whole.stderr}"
    for folder, _, names in os.walk(os.fsencode(world.spool / "failed")):
        for name in (name for name in names if name.endswith(b".why")):
            with open(os.path.join(folder, name), "rb") as file:
                text = file.read().decode("utf-8", "strict")
            if FORBIDDEN.search(text.replace("\n", "")) or not 6 <= text.count("\n") <= 10:
                yield f"a .why that is not fit to be shown: {text!r}"
            retry = re.search(r"^Retry: +(mv .*)$", text, re.M)
            if not retry:
                yield f"a .why without a retry: {text!r}"
            elif subprocess.run(["bash", "-c", "ls -d -- " + retry[1].split(" ", 1)[1].rsplit(" ", 1)[0]],
                                cwd=world.spool, capture_output=True, env=environment()).returncode:
                yield f"the retry finds no file: {shlex.quote(retry[1])}"
    json.loads((world.spool / "status.json").read_text())


def check_levels(programs):
    """A level leaves out what lies below it, and nothing else."""
    for level, priority in PRIORITIES.items():
        with World(programs, log={"level": level}) as world:
            world.start()
            world.await_verdict(world.drop(codes.grant()))
            world.await_verdict(world.drop(codes.grant(location="deleted")))
            world.stop()
            lines = [logfmt(line) for line in world.log.splitlines()]
            if any(PRIORITIES[line["level"]] > priority for line in lines):
                yield f"level {level} lets through what lies below it"
            for event, least in (("grant.applied", "info"), ("grant.failed", "warning"), ("token.acquired", "debug")):
                if any(line["event"] == event for line in lines) != (PRIORITIES[least] <= priority):
                    yield f"level {level}: {event} is {'missing' if PRIORITIES[least] <= priority else 'there'}"
