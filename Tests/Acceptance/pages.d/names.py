"""What the program has, as it says so itself or as its sources do: against these names the pages are held."""

import glob
import os
import re
import subprocess


def source_text(pattern):
    return "\n".join(text_of(path) for path in sorted(glob.glob(pattern, recursive=True)))


def text_of(path):
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


class Names:
    def __init__(self, programs):
        self.program = os.path.join(programs, "knocknoc-entra")
        self.codes = sorted(set(re.findall(
            r'"((?:ENTRA|SPOOL)\d{3})"', source_text("Sources/Grants/Failure/FailureCode.swift"))))
        self.titles = {code: self.ask("explain", code).split("\n")[0].split("  ", 1)[1] for code in self.codes}
        lists = re.findall(
            r"\bkeys(?:: *|(?:: \[String\])? =\s+(?:[\w.]+ \+ )?)\[([^\]]*)\]",
            source_text("Sources/knocknoc-entra/Settings/*.swift"))
        self.settings = {key for keys in lists for key in re.findall(r'"([A-Za-z0-9]+)"', keys)}
        self.events = set(re.findall(r'"([a-z]+\.[a-z_]+)"', source_text("Sources/knocknoc-entra/**/*.swift")))
        # Events whose first word is the request's action.
        self.endings = set(re.findall(
            r'log\(\.\w+, "\\\(.*\)\.([a-z_]+)"', source_text("Sources/knocknoc-entra/**/*.swift")))
        self.commands = re.findall(r"^  ([a-z-]+)  ", self.ask("--help").partition("\nOptions:")[0], re.MULTILINE)
        self.metrics, self.help = set(), {}
        tools = [path for path in [*glob.glob("contrib/**", recursive=True), *glob.glob("Tests/[ABRT]*/**", recursive=True)] if not path.endswith((".md", "exceptions"))]
        self.all_text = "\n".join([source_text("Sources/**/*.swift"), *tools] + [text_of(path) for path in tools])

    def ask(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    def text_of_tool(self, path):
        return text_of(path) + source_text("Tests/" + os.path.basename(path).capitalize() + "/**")

    def learn_metrics(self, world):
        path = os.path.join(world.spool, "metrics.prom")
        world.until("metrics.prom", lambda: os.path.exists(path))
        with open(path, encoding="utf-8") as file:
            self.metrics = set(re.findall(r"^# TYPE knocknoc_entra_(\w+)", file.read(), re.MULTILINE))

    def help_of(self, command):
        """Empty where there is no such command."""
        if command not in self.help:
            self.help[command] = self.ask(command, "--help")
        return self.help[command]
