"""What commands print: colours, widths, pipes that close, devices that are full."""
from terminals import COLOUR, on_terminal

# Each prints something on a spool with leases and failed items, with the status that it ends with there.
PRINTING = {
    ("--help",): 0, ("--version",): 0, ("explain", "ENTRA052"): 0, ("explain", "ENTRA052", "--json"): 0,
    ("check",): 0, ("check", "--json"): 0, ("init",): 0, ("doctor",): 0, ("doctor", "--json"): 0, ("status",): 0,
    ("status", "--json"): 0, ("leases",): 0, ("leases", "--json"): 0, ("who", "203.0.113.7"): 0,
    ("why", "*"): 0, ("why", "*", "--json"): 0, ("journal", "verify"): 0, ("completion", "bash"): 0,
    ("completion", "zsh"): 0, ("completion", "words", "codes"): 0, ("manual",): 0, ("retry", "none"): 1,
    ("release", "none", "--json"): 1, ("wait", "a.json"): 1, ("grant", "lab", "203.0.113.9"): 0,
}


def colours_are_on_terminals_that_want_them(ground):
    text, _ = on_terminal(ground, "knocknoc-entra", "status")
    if not COLOUR.search(text):
        raise AssertionError(f"no colour on a terminal: {text!r}")
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        text, _ = on_terminal(ground, "knocknoc-entra", "status", environment=environment)
        if "\x1b" in text:
            raise AssertionError(f"{environment}: {text!r}")
    for words in PRINTING:
        result = ground.run(*words, expect=PRINTING[words])
        if "\x1b" in result.stdout + result.stderr:
            raise AssertionError(f"{words} in a pipe: {result.stdout!r}")


def narrow_terminals_hold(ground):
    """Nothing runs over the edge but commands, which are to be copied, and words of a file."""
    for columns in (40, 20):
        for words in (["status"], ["leases"], ["who", "203.0.113.7"], ["doctor"], ["explain", "SPOOL006"],
                      ["--help"], ["grant", "--help"], ["status", "--help"]):
            text, _ = on_terminal(ground, "knocknoc-entra", *words, columns=columns)
            for line in COLOUR.sub("", text).splitlines():
                if len(line) > columns and not line.startswith("    "):
                    raise AssertionError(f"{words} at {columns} columns: {line!r}")


def a_closed_pipe_ends_quietly(ground):
    for words, status in PRINTING.items():
        line = " ".join(f"'{word}'" for word in words)
        result = ground.shell(f"set -o pipefail; knocknoc-entra {line} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}")
        seen, errors = result.stdout.strip(), result.stderr
        if seen != str(status) or "rror" in errors.replace("standard error", "") and status == 0:
            raise AssertionError(f"{words} | head: status {seen}, said {errors!r}")
        if "could not be written" in errors or "roken pipe" in errors:
            raise AssertionError(f"{words} | head: {errors!r}")


def a_full_device_is_an_error(ground):
    """Status 74 and three lines, also where there is no standard output at all."""
    for words in PRINTING:
        line = " ".join(f"'{word}'" for word in words)
        for target in (">/dev/full", ">&-"):
            result = ground.shell(f"knocknoc-entra {line} {target}")
            begins = ("knocknoc-entra: the answer", "  why: ", "  do:  ")
            said = [text for text in result.stderr.splitlines() if text.startswith(begins)]
            if result.returncode != 74 or "the answer could not be written" not in result.stderr or len(said) != 3:
                raise AssertionError(f"{words} {target}: status {result.returncode}, {result.stderr!r}")


def errors_are_three_lines(ground):
    """What, why, what to do: for each kind of thing that goes wrong before a command's work, and during it."""
    elsewhere = {"KNOCKNOC_ENTRA_CONFIG": "/nowhere.json5"}
    broken = ground.folder / "broken.json5"
    broken.write_text("{ spool: ")
    bare = ground.folder / "bare"
    bare.mkdir(exist_ok=True)
    cases = [
        (["grant"], {}, 64), (["grant", "ofice", "203.0.113.7"], {}, 64), (["grant", "office", "203.0.113"], {}, 64),
        (["leases", "--at", "now"], {}, 64), (["leases", "--at", "2020-01-01T00:00:00Z"], {}, 66),
        (["status"], elsewhere, 64), (["status", "--config", str(broken)], {}, 64),
        (["status", "--spool", "/nowhere"], {}, 66), (["status", "--spool", str(bare)], {}, 66),
        (["wait", "nothing"], {}, 66), (["why", "nothing"], {}, 66), (["adopt", "office", "--pin"], {}, 64),
        (["forget", "office"], {}, 64), (["backup", "/nowhere/x"], {}, 73), (["grant", "office", "203.0.113.7", "--token-file", "/nowhere"], {}, 64),
        (["doctor", "--bundle", "/nowhere/bundle"], {}, 73), (["run"], {}, 75),
        (["wait", "waiting.json", "--timeout", "1s"], {}, 75),
        (["what-if", "nobody@example.com", "203.0.113.7"], {}, 77),
    ]
    (ground.spool / "hold/waiting.json").write_text("{}")
    for words, environment, status in cases:
        text, seen = on_terminal(ground, "knocknoc-entra", *words, columns=400, environment=environment)
        lines = text.replace("\r", "").splitlines()
        begin = next((index for index, line in enumerate(lines) if line.startswith("knocknoc-entra: ")), None)
        shape = [line[:7] for line in lines[begin:]] if begin is not None else []
        if seen != status or len(shape) != 3 or shape[1:] != ["  why: ", "  do:  "]:
            raise AssertionError(f"{words}: status {seen}, {text!r}")


CHECKS = [
    colours_are_on_terminals_that_want_them, narrow_terminals_hold, a_closed_pipe_ends_quietly,
    a_full_device_is_an_error, errors_are_three_lines,
]
