"""What a page says against what is there: links, paths, codes, commands, settings, metrics, events, tests, tables."""

import glob
import os
import re
import shutil

WIDTH = 120
# The program, as a word of its own or by its path, a command, and what stands behind it.
CALL = re.compile(r"(?:(?<![\w/,-])(?<!-u )|(?:debug|release|bin)/)knocknoc-entra ([a-z]+(?:-[a-z]+)*\b)([^|;&)]*)")
FILES = "json prom md py sh txt yml c service timer ndjson pem".split()
# Folders of the tree. What begins with one of them has to be there; `spool/` is the spool's own beside its page.
TREE = ("contrib/", "Sources/", "Tests/", "config/", ".ci/", "spool/README")


def form(page):
    """Rows of tables cannot be broken, so they may be longer."""
    for number, line in enumerate(page.lines, 1):
        if len(line) > WIDTH and not line.startswith("|"):
            yield number, f"{len(line)} columns; {WIDTH} at most"


def links(page, pages):
    for number, target in page.links():
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(page.path), path)) if path else page.path
        if not os.path.exists(path):
            yield number, f"links to {target}, which is not there"
        elif anchor and (path not in pages or anchor not in pages[path].anchors):
            yield number, f"links to {target}; there is no such heading"


def paths(page, exceptions):
    for number, word in page.words():
        name = word.split()[0]
        if not name.startswith(TREE) or exceptions.find(page.path, word):
            continue
        name = re.sub(r"\b[A-Z]{4,}\b|…", "*", name)
        if not glob.glob(name) and not glob.glob(os.path.join(os.path.dirname(page.path), name)):
            yield number, f"names {word}, which is not there"


def codes(page, names):
    for number, line in enumerate(page.lines, 1):
        for code in re.findall(r"\b(?:ENTRA|SPOOL)\d{3}\b", line):
            if code not in names.codes:
                yield number, f"names the code {code}, which there is not"
        heading = re.match(r"#+ ((?:ENTRA|SPOOL)\d{3}) (.*)", line)
        if heading and names.titles.get(heading[1]) != heading[2].strip():
            yield number, f"{heading[1]} is called: {names.titles.get(heading[1])}"
    for number, _, cells in page.tables():
        if cells[0] in names.codes and len(cells) > 2 and cells[1] != names.titles[cells[0]]:
            yield number, f"{cells[0]} is called: {names.titles[cells[0]]}"


def commands(page, names, texts):
    """The program's commands and options, in code, in tables of commands, and in what is run."""
    said = [(number, word) for number, word in page.words()] + texts
    for number, word in said:
        for command, rest in CALL.findall(word):
            yield from ((number, fault) for fault in options(command, rest, names))
    for number, header, cells in page.tables():
        words = re.findall(r"`([^`]+)`", cells[0])
        if header[0] == "Command" and words and re.match(r"[a-z-]+( |$)", words[0]):
            command = words[0].split()[0]
            for word in words:
                rest = word if word.startswith("-") else word.partition(" ")[2]
                if re.match(r"[a-z]", word):
                    command = word.split()[0]
                yield from ((number, fault) for fault in options(command, rest, names))


def all_commands(page, names):
    """The table of commands leaves none out."""
    text = " ".join(cells[0] for _, header, cells in page.tables() if header[0] == "Command")
    for command in names.commands:
        if not re.search(r"`" + command + r"\b", text):
            yield 0, f"its table of commands says nothing of {command}"


def tools(page, names, texts):
    """What is run of contrib/, and its options, also where the test itself does not run it."""
    for number, word in [*page.words(), *texts]:
        for suite in re.findall(r"\bswift test .*--filter (\w+)", word):
            if not glob.glob(f"Tests/**/{suite}.swift", recursive=True):
                yield number, f"names the tests {suite}, which there are not"
        match = re.match(r"(contrib/[\w-]+)(( [^|;&#]*)?)", word)
        if match and os.path.isfile(match[1]):
            text = names.text_of_tool(match[1])
            for option in re.findall(r" (--[a-z][a-z-]*)", match[2]):
                if option not in text and option != "--help":
                    yield number, f"names {match[1]} {option}, which it does not know"


def options(command, rest, names):
    text = names.help_of(command)
    if not text:
        yield f"names the command {command}, which there is not"
        return
    for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", rest):
        if option not in text and option not in ("--help", "--version", "--config"):
            yield f"names {command} {option}, which its --help does not know"


def metrics(page, names):
    for number, line in enumerate(page.lines, 1):
        for name in re.findall(r"\bknocknoc_entra_([a-z_]+)\b", line):
            if not known_metric(name, names):
                yield number, f"names the metric knocknoc_entra_{name}, which there is not"
    for number, header, cells in page.tables():
        if header[0] == "Metric":
            for name in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", cells[0]):
                if not known_metric(name.removeprefix("knocknoc_entra_"), names):
                    yield number, f"names the metric {name}, which there is not"


def known_metric(name, names):
    return name in names.metrics or name.endswith("_") or re.sub(r"_(bucket|sum|count)$", "", name) in names.metrics


def events(page, names):
    for number, line in enumerate(page.lines, 1):
        for name in re.findall(r"\bevent=([a-z]+(?:\.[a-z_]+)?)\b", line):
            if "." in name and name not in names.events and name.split(".")[1] not in names.endings:
                yield number, f"names the event {name}, which there is not"
    for number, word in page.words():
        match = re.fullmatch(r"([a-z]+)\.([a-z_]+)", word)
        if match and match[2] not in FILES and word not in names.events and match[2] not in names.endings:
            if not {match[1], match[2]} <= names.settings:
                yield number, f"{word} is neither an event nor a setting"


def other_words(page, names):
    """Checks of the doctor, groups and scripts by their hyphens, environment variables by their capitals."""
    for number, word in page.words():
        if re.fullmatch(r"[a-z]+(-[a-z]+)+", word) or re.fullmatch(r"\$?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", word):
            if word.strip("$") not in names.all_text and not shutil.which(word):
                yield number, f"names {word}, which stands nowhere in the sources or in contrib"


def settings(pages, names):
    """Each way: what the sources know is in a table of settings, and what is in one the sources know."""
    named = set()
    for page in pages.values():
        for number, header, cells in page.tables():
            if header[0] not in ("Setting", "Key", "Keys"):
                continue
            for word in re.findall(r"`([^`]+)`", cells[0]):
                keys = [key for key in re.split(r"[.…]+", word) if key and key != "NAME"]
                named.update(keys)
                for key in keys:
                    if key not in names.settings:
                        yield page.path, number, f"names the setting {word}, which there is not"
    for key in sorted(names.settings - named):
        yield "README.md", 0, f"the setting {key} stands in no table of settings"


def shown(page, names):
    """Every row that promises something names what shows it: a test by its sentence, or a command of contrib/."""
    for number, header, cells in page.tables():
        if "Shown by" not in header:
            if header[0] in ("Guarantee", "Promise", "Target"):
                yield number, "a table of promises needs a column Shown by"
            continue
        cell = cells[header.index("Shown by")] if len(cells) == len(header) else ""
        words = re.findall(r"`([^`]+)`", cell)
        tests = [word for word in words if re.fullmatch(r"\w+Tests(/\w+)*", word)]
        tools = [word for word in words if word.startswith(("contrib/", "knocknoc-entra", "model/"))]
        quotes = re.findall(r'"([^"]+)"', cell)
        if not tests and not tools:
            yield number, "names nothing that shows it"
        if len(quotes) != len(tests):
            yield number, f"{len(tests)} files of tests and {len(quotes)} sentences in quotes"
        for test, sentence in zip(tests, quotes):
            if not has_test(test, sentence):
                yield number, f'there is no test "{sentence}" in {test}'


def has_test(name, sentence):
    target, _, rest = name.partition("/")
    paths = glob.glob(f"Tests/{target}/**/{rest}.swift", recursive=True)
    if len(paths) != 1:
        return False
    with open(paths[0], encoding="utf-8") as file:
        text = file.read()
    return re.search(r'@Test\(\s*"' + re.escape(sentence) + '"', text) is not None


def all_codes(page, names):
    """A page that goes through the codes leaves none out."""
    for code in names.codes:
        if not any(code in line for line in page.lines):
            yield 0, f"says nothing of {code}"


def index(pages):
    """Each page can be reached from the README."""
    targets = {os.path.normpath(target.partition("#")[0]) for _, target in pages["README.md"].links()}
    for path in pages:
        if path != "README.md" and path not in targets:
            yield "README.md", 0, f"has no link to {path}"
