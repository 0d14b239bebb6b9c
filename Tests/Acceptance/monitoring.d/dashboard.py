"""The Grafana dashboard: its shape, its queries, and that every metric in it is measured."""
import json
import pathlib
import re
import subprocess
import tempfile

from rules import names_in

KINDS = {"row", "stat", "timeseries", "state-timeline", "table", "bargauge"}
VARIABLES = {"$__rate_interval": "5m", "$__range": "6h", "$instance": ".*", "$location": ".*"}


def check(root, measured):
    board = json.loads((root / "contrib/monitoring/dashboard.json").read_text())
    panels = board["panels"]
    yield from check_shape(board, panels)
    yield from check_places(panels)
    yield from check_queries(board, panels, measured)


def check_shape(board, panels):
    wanted = {"title": str, "uid": str, "schemaVersion": int, "panels": list, "templating": dict, "time": dict,
              "annotations": dict, "tags": list, "refresh": str}
    for key, kind in wanted.items():
        if not isinstance(board.get(key), kind):
            yield f"{key} is no {kind.__name__}"
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    if variables.get("datasource", {}).get("type") != "datasource" or variables["datasource"]["query"] != "prometheus":
        yield "there is no variable for the data source"
    ids = [panel["id"] for panel in panels]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    for panel in panels:
        if panel["type"] not in KINDS or not panel["title"]:
            yield f"panel {panel['id']} is a {panel['type']} called '{panel['title']}'"
        if panel["type"] == "row":
            continue
        if not panel.get("description"):
            yield f"'{panel['title']}' does not say what it shows"
        sources = [panel["datasource"]] + [target["datasource"] for target in panel["targets"]]
        if any(source != {"type": "prometheus", "uid": "${datasource}"} for source in sources):
            yield f"'{panel['title']}' does not ask the variable's data source"
        references = [target["refId"] for target in panel["targets"]]
        if not references or len(set(references)) != len(references):
            yield f"'{panel['title']}' has the targets {references}"


def check_places(panels):
    """Inside 24 columns, none over another, rows in the order of the list."""
    taken = {}
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] < 0 or place["x"] + place["w"] > 24 or min(place["w"], place["h"]) < 1:
            yield f"'{panel['title']}' lies outside the grid"
        for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])):
            if taken.setdefault(cell, panel["title"]) != panel["title"]:
                yield f"'{panel['title']}' lies over '{taken[cell]}'"
                break


def check_queries(board, panels, measured):
    queries = [(panel["title"], target["expr"]) for panel in panels for target in panel.get("targets", [])]
    queries += [("annotations", note["expr"]) for note in board["annotations"]["list"]]
    group = []
    for number, (title, query) in enumerate(queries):
        for variable, value in VARIABLES.items():
            query = query.replace(variable, value)
        if "$" in query:
            yield f"'{title}' uses a variable that nobody defines: {query}"
        for unknown in names_in(query) - measured.names:
            yield f"'{title}' shows {unknown}, which the worker does not measure"
        group.append({"record": f"panel:query:{number}", "expr": query})
    shown = set().union(*(names_in(query) for _, query in queries))
    shown |= {re.sub("_(bucket|sum|count)$", "", name) for name in shown}
    for name in sorted(measured.families.keys() - shown):
        yield f"{name} stands in no panel"
    for variable in board["templating"]["list"]:
        for unknown in names_in(str(variable["query"])) - measured.names:
            yield f"the variable {variable['name']} asks for {unknown}"
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "queries.yml"
        file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": group}]}))
        said = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True)
        if said.returncode or f"{len(group)} rules found" not in said.stdout:
            yield f"a query does not parse: {said.stdout}{said.stderr}"
