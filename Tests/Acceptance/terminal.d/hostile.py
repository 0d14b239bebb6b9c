"""What producers name their files must not reach the terminal's controls, nor the shell that completes it."""
import json
import os
import re

from terminals import COLOUR, Pseudoterminal, on_terminal

NAMES = [b"\x1b[2J\x1b]0;owned\x07.json", b"two\nlines.json", b"\xff\xfe\x9b31m.json", b"carriage\rreturn.json"]


def names_reach_no_terminal_raw(ground):
    for name in NAMES:
        ground.failed(name)
        with open(os.fsencode(ground.spool) + b"/hold/" + name, "wb") as file:
            file.write(b"{}")
    note = os.fsencode(ground.spool) + b"/failed/ENTRA052/20261120T230542.123456Z-3fa9~noted.json"
    for suffix, text in ((b"", b"{}"), (b".why", b"ENTRA052  \x1b[31mred\x1b]52;c;aGk=\x07\xc2\x9b1m\n")):
        with open(note + suffix, "wb") as file:
            file.write(text)
    commands = [
        ["why", "*"], ["why", "*", "--json"], ["status"], ["leases"], ["wait", "noted.json"], ["wait", "*lines*"],
        ["release", "*"], ["retry", "\x1b[2J"], ["why", "\x1b[2J\nx"], ["status", "--spool", "\x1b[2J"],
        ["check", "--config", "\x1b[2J"], ["\x1b[2J"], ["status", "--\x1b[2J"], ["completion", "words", "items"],
        ["doctor"], ["retry", "*lines*"],
    ]
    for words in commands:
        text, _ = on_terminal(ground, "knocknoc-entra", *words, columns=200)
        controls = [character for character in COLOUR.sub("", text)
                    if (ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0) and character not in "\r\n"]
        if controls:
            raise AssertionError(f"{words} let through {controls!r}: {text!r}")
        if "two\r\nlines" in text:
            raise AssertionError(f"{words} broke a line at a name: {text!r}")


def what_a_file_of_the_spool_says_is_told_plainly(ground):
    """Somebody has written into status.json what a terminal would obey."""
    ground.stop()
    path = ground.spool / "status.json"
    status = json.loads(path.read_text())
    status["disk"]["trouble"] = "\x1b[2J\x9b31m\u202ebroken\nworker      runs"
    path.write_text(json.dumps(status))
    for words in (["status"], ["status", "--json"]):
        text, _ = on_terminal(ground, "knocknoc-entra", *words, columns=200)
        text = COLOUR.sub("", text)
        if "broken" not in text:
            raise AssertionError(f"{words} does not tell of the trouble: {text!r}")
        if re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", text) or "\nworker      runs" in text:
            raise AssertionError(f"{words}: {text!r}")


def watching_shows_none_either(ground):
    terminal = Pseudoterminal(ground, ["knocknoc-entra", "status", "--watch"], columns=60)
    terminal.wait_for("worker ")
    terminal.send("q")
    text, _ = terminal.finish()
    if "owned" in text or "\x07" in text:
        raise AssertionError(f"{text!r}")


CHECKS = [
    names_reach_no_terminal_raw, what_a_file_of_the_spool_says_is_told_plainly, watching_shows_none_either,
]
