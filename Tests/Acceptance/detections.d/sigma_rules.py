"""Sigma rules as SQL: pySigma's backend for SQLite, and SQLite itself."""
import functools
import sqlite3

import generate
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection


def flat(value, path=""):
    """Fields by their dotted names, places in lists by their numbers."""
    if isinstance(value, dict):
        pairs = [(f"{path}.{key}" if path else key, inner) for key, inner in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{path}.{index}", inner) for index, inner in enumerate(value)]
    else:
        return {path: value}
    return {name: found for key, inner in pairs for name, found in flat(inner, key).items()}


@functools.cache
def rule(path, variables):
    pipeline = generate.pipeline({"Message": "SyslogMessage"}, [{"type": "value_placeholders"}],
                                 {name: list(found) for name, found in variables})
    collection = SigmaCollection.from_yaml(path.read_text())
    fields = {item.field for detection in collection.rules[0].detection.detections.values()
              for part in detection.detection_items
              for item in (part.detection_items if hasattr(part, "detection_items") else [part])}
    return sqliteBackend(processing_pipeline=pipeline).convert(collection)[0], frozenset(fields)


def trips(rules, name, event, site):
    variables = tuple((key, tuple(found)) for key, found in generate.values(site).items())
    query, fields = rule(rules / "sigma" / f"{name}.yml", variables)
    event = flat(event)
    columns = sorted({"SyslogMessage" if field == "Message" else field for field in fields} | event.keys())
    with sqlite3.connect(":memory:") as database:
        # Sigma compares without regard to case.
        database.execute("CREATE TABLE logs (" + ", ".join(f'"{column}" TEXT COLLATE NOCASE' for column in columns) + ")")
        database.execute(f"INSERT INTO logs VALUES ({', '.join('?' * len(columns))})",
                         [event.get(column) for column in columns])
        return bool(database.execute(query.replace("<TABLE_NAME>", "logs")).fetchall())
