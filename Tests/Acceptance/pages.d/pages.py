"""Runs every command of the pages where it was written to be run, and holds what they name against what is there."""

import concurrent.futures
import glob
import json
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))

import checks  # noqa: E402
from commands import Command, Exceptions, commands, is_of_the_host, request_of  # noqa: E402
from markdown import Page  # noqa: E402
from names import Names  # noqa: E402
from world import World  # noqa: E402

# Pages that go through all codes.
OF_CODES = ("README.md", "contrib/docs/operator.md")


def read_pages():
    paths = ["README.md", "spool/README.md"] + sorted(glob.glob("contrib/docs/*.md"))
    pages = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            pages[path] = Page(path, file.read())
    return pages


def run_page(page, exceptions, names, programs):
    """Faults of the page's commands, and how many were run."""
    found, faults, count = list(commands(page)), [], 0
    if not found:
        return faults, count
    world = World(programs, names.codes)
    try:
        if not names.metrics:
            names.learn_metrics(world)
        base = world.spool if page.path == "spool/README.md" else world.tree
        folder, block = base, None
        for each in found:
            if not isinstance(each, Command):
                faults += show(each, page, exceptions, world)
                continue
            if each.block != block:
                folder, block = base, each.block
                world.clear()
            if each.text.startswith("cd ") and os.path.isdir(os.path.join(folder, each.text[3:])):
                folder = os.path.join(folder, each.text[3:])
                continue
            fault = run_command(each, page, exceptions, world, folder)
            count += fault is not None
            faults += fault or []
    finally:
        world.close()
    return faults, count


def show(block, page, exceptions, world):
    """A block that looks like data: a request is handed in and has to be done; anything else has to be listed."""
    first, lines = block
    request = request_of(lines)
    if request is None:
        if exceptions.find(page.path, lines[0]) == "text":
            return []
        return [f"{page.path}:{first}: neither a request nor listed as text: {lines[0]}"]
    world.furnish()
    with open(os.path.join(world.spool, "tmp/shown.json"), "w", encoding="utf-8") as file:
        json.dump(request, file)
    status, output = world.run("mv -n spool/tmp/shown.json spool/incoming/ && knocknoc-entra wait shown.json")
    return [] if status == 0 else [f"{page.path}:{first}: the request that it shows is not done:\n{output}"]


def run_command(command, page, exceptions, world, folder):
    """None where it is not run; else its faults."""
    what = exceptions.find(page.path, command.text) or "run"
    if what in ("text", "by hand"):
        return None
    if what.startswith("elsewhere "):
        where = what[len("elsewhere "):]
        return None if is_run(where, command.text) else [f"{command}\n    is not run by {where}, as the table says"]
    wanted, text = 0, exceptions.rewritten(page.path, command.text)
    if what.startswith("status "):
        wanted = int(what.split()[1])
    elif what.startswith("instead "):
        text = what[len("instead "):].replace("{}", text)
    elif what == "read":
        text = "bash -n <<'THE_END'\n" + text + "\nTHE_END"
    elif what != "run":
        return [f"the table says {what}, which means nothing"]
    if what != "read" and is_of_the_host(text, world.folder):
        return [f"{command}\n    reaches beyond this test: the table of exceptions has to say what becomes of it"]
    world.furnish()
    status, output = world.run(text, folder)
    if status == wanted:
        return []
    as_run = "" if text == command.text else f"\n    run as: {text}"
    output = output.strip().replace("\n", "\n    ")
    return [f"{command}{as_run}\n    status {status} instead of {wanted}\n    {output}"]


def is_run(where, text):
    """Whether that file, or that one of Tests/Acceptance, is there, and CI's own list has the command."""
    path, _, name = where.partition(" ")
    if name:
        return os.access(os.path.join("Tests/Acceptance", name), os.X_OK)
    if path != ".ci/run":
        return os.access(path, os.X_OK)
    with open(path, encoding="utf-8") as file:
        return " ".join(text.split()[:2]).removesuffix(" -c") in file.read()


def look(page, pages, exceptions, names):
    texts = [(each.line, each.text) for each in commands(page)
             if isinstance(each, Command) and exceptions.find(page.path, each.text) != "text"]
    found = [checks.form(page), checks.links(page, pages), checks.paths(page, exceptions), checks.codes(page, names),
             checks.commands(page, names, texts), checks.metrics(page, names), checks.events(page, names),
             checks.tools(page, names, texts), checks.other_words(page, names), checks.shown(page, names)]
    if page.path in OF_CODES:
        found.append(checks.all_codes(page, names))
    if page.path == "README.md":
        found.append(checks.all_commands(page, names))
    return [f"{page.path}:{number}: {fault}" for part in found for number, fault in part]


def prove(names, exceptions, programs):
    """Each line of broken.md with a cross has a fault, and no other has: so that a check that sees nothing shows."""
    path = os.path.join(HERE, "broken.md")
    with open(path, encoding="utf-8") as file:
        page = Page(path, file.read())
    faults = run_page(page, exceptions, names, programs)[0] + look(page, {path: page}, exceptions, names)
    faults += [f"{where}:{number}: {fault}" for where, number, fault in checks.settings({path: page}, names) if number]
    found = {int(fault.split(":")[1]) for fault in faults}
    wanted = {number for number, line in enumerate(page.lines, 1) if "✗" in line}
    blind = [f"broken.md:{number}: is wrong, and nothing says so" for number in sorted(wanted - found)]
    blind += [f"broken.md:{number}: is right, and called wrong" for number in sorted(found - wanted)]
    whole = {"codes": checks.all_codes(page, names), "commands": checks.all_commands(page, names),
             "pages": checks.index({"README.md": page, path: page})}
    blind += [f"broken.md leaves out {what}, and nothing says so" for what, said in whole.items() if not list(said)]
    return blind


def main():
    programs = os.environ.get("KNOCKNOC_ENTRA_PROGRAMS")
    if not programs:
        raise SystemExit("pages: run it through contrib/acceptance, or set KNOCKNOC_ENTRA_PROGRAMS")
    pages, names = read_pages(), Names(programs)
    exceptions = Exceptions(os.path.join(HERE, "exceptions"))
    chosen = [pages[path] for path in sys.argv[1:]] or list(pages.values())
    faults, count = prove(names, exceptions, programs), 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for result in pool.map(lambda page: run_page(page, exceptions, names, programs), chosen):
            faults += result[0]
            count += result[1]
    for page in chosen:
        faults += look(page, pages, exceptions, names)
    if len(chosen) == len(pages):
        faults += [f"{path}:{number}: {fault}" for part in (checks.settings(pages, names), checks.index(pages))
                   for path, number, fault in part]
        faults += exceptions.unused()
    for fault in faults:
        print("pages: " + fault, file=sys.stderr)
    print(f"pages: {len(chosen)} pages, {count} commands run, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
