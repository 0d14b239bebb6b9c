"""The manual page, to those who are strict about such pages."""
import subprocess

COMMANDS = [
    ["man", "--warnings=all", "-l", "{}"], ["groff", "-ww", "-man", "-z", "{}"], ["mandoc", "-T", "lint", "{}"],
]


def nobody_finds_fault_with_the_page(ground):
    page = ground.folder / "knocknoc-entra.8"
    page.write_text(ground.run("manual").stdout)
    for command in COMMANDS:
        words = [word.format(page) for word in command]
        for width in ("60", "80", "120"):
            result = subprocess.run(
                words, env=ground.environment | {"MANWIDTH": width, "MANPAGER": "cat"}, stdin=subprocess.DEVNULL,
                capture_output=True, text=True)
            said = result.stderr + ("" if command[0] == "man" else result.stdout)
            if result.returncode != 0 or said:
                raise AssertionError(f"{words} at {width} columns: status {result.returncode}: {said}")
    shown = subprocess.run(["mandoc", "-T", "utf8", page], capture_output=True, text=True).stdout
    for command in ground.run("--help").stdout.split("Commands:")[1].split("Options:")[0].splitlines():
        if command.startswith("  ") and not command.startswith("    ") and command.split()[0] not in shown:
            raise AssertionError(f"the page does not tell of {command.split()[0]}")


CHECKS = [nobody_finds_fault_with_the_page]
