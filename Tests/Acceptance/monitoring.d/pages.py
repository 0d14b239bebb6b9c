"""The table of log events, against every call of the log in the sources."""
import re

import tables

LEVELS = ["debug", "info", "notice", "warning", "error"]
ACTIONS = ["grant", "revoke", "flush", "item"]


def check(root):
    found = in_sources(root)
    documented = {}
    for events, levels, fields, *_ in tables.read(root / "contrib/docs/monitoring.md", "Event"):
        for event in events.replace(",", " ").split():
            documented[event] = (set(levels.replace(",", " ").split()), set(fields.replace(",", " ").split()) - {"–"})
    if len(found) < 40:
        yield f"only {len(found)} events found in the sources; has the log been given another form?"
    for event in sorted(found.keys() ^ documented.keys()):
        yield f"{event} is {'logged and not documented' if event in found else 'documented and not logged'}"
    for event in sorted(found.keys() & documented.keys()):
        if found[event] != documented[event]:
            yield (f"{event} has the levels {sorted(found[event][0])} and the fields {sorted(found[event][1])}; the page "
                   f"says {sorted(documented[event][0])} and {sorted(documented[event][1])}")


def in_sources(root):
    """Levels and fields by event."""
    found = {}
    for file in sorted((root / "Sources/knocknoc-entra").rglob("*.swift")):
        text = file.read_text()
        for start in re.finditer(r"(?:(?<![\w.])|reporter\.)log\(|\braise\(|\bclear\(", text):
            arguments = split(text, start.end())
            if start[0] == "raise(":  # an alarm: what it is comes before what is logged
                arguments = arguments[1:]
            elif start[0] == "clear(":
                arguments = [".notice", *arguments[1:]]
            if len(arguments) < 2 or not any("." + level in arguments[0] for level in LEVELS) or '"' not in arguments[1]:
                continue
            levels = re.findall(rf"\.({'|'.join(LEVELS)})\b", arguments[0])
            fields = arguments[2] if len(arguments) > 2 else ""
            if fields.strip() == "fields":
                fields = re.search(r"let fields:[^=]*= \[(.*?)\n        \]", text, re.S)[1]
            keys = set(re.findall(r'(?:^|[\[,])\s*"([a-z_]+)":', fields))
            named = events(arguments[1])
            # Two events by one condition have their levels by the same.
            pairs = zip(named, levels, strict=True) if len(named) == 2 == len(levels) else [
                (event, level) for event in named for level in levels]
            for event, level in pairs:
                known = found.setdefault(event, (set(), set()))
                known[0].add(level)
                known[1].update(keys)
    return found


def events(argument):
    ending = re.fullmatch(r'"\\\(item\?\.action \?\? "item"\)\.(\w+)"', argument.strip())
    if ending:  # what cannot be read as a request can only fail
        return [f"{action}.{ending[1]}" for action in ACTIONS if (action, ending[1]) != ("item", "applied")]
    return re.findall(r'"([a-z_.]+)"', argument)


def split(text, index):
    """A call's arguments, from behind its opening parenthesis."""
    arguments, depth, begin = [], 0, index
    is_string = False
    while True:
        character = text[index]
        if is_string and character == "\\" and text[index + 1] == "(":
            # An interpolation is code, and ends with its own parenthesis.
            inner = split(text, index + 2)
            index += 2 + len(",".join(inner))
        elif is_string and character == "\\":
            index += 1
        elif character == '"':
            is_string = not is_string
        elif not is_string and character in "([{":
            depth += 1
        elif not is_string and character in ")]}":
            if depth == 0:
                return arguments + [text[begin:index]]
            depth -= 1
        elif not is_string and character == "," and depth == 0:
            arguments.append(text[begin:index])
            begin = index + 1
        index += 1
