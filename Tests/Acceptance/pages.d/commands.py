"""The commands of a page, one by one, and the exceptions from running them as they stand."""

import fnmatch
import json
import os
import re
import subprocess


class Command:
    def __init__(self, page, line, block, text):
        self.page, self.line, self.block, self.text = page, line, block, text

    def __str__(self):
        return f"{self.page}:{self.line}: {self.text}"


def commands(page):
    """Yields a Command for each, and (line, lines) for each block that is a figure or JSON by its looks."""
    for number, (first, block) in enumerate(page.blocks):
        if any("▶" in line for line in block):
            continue
        if block[0].lstrip()[:1] in "{[":
            yield first, block
            continue
        start, text = 0, ""
        for offset, line in enumerate(block):
            if not text:
                start, line = offset, without_description(line)
                if not line or line.startswith("#"):
                    continue
            text += ("\n" if text else "") + line
            if not text.endswith("\\") and is_whole(text):
                yield Command(page.path, first + start, number, text)
                text = ""
        if text:
            yield Command(page.path, first + start, number, text)


def without_description(line):
    """Three blanks or more, outside of quotes, end a command; what follows says what it does."""
    for gap in re.finditer(r" {3,}", line):
        before = line[: gap.start()]
        if before.strip() and before.count("'") % 2 == 0 and before.count('"') % 2 == 0:
            return before.strip()
    return line.rstrip()


def is_whole(text):
    reading = subprocess.run(["bash", "-n"], input=text + "\n", capture_output=True, text=True, check=False)
    return reading.returncode == 0 and "here-document" not in reading.stderr


class Exceptions:
    """The table `exceptions`: page | command or first line of a block, as a pattern | what instead | why."""

    def __init__(self, path):
        self.path, self.rows, self.used = path, [], set()
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                row = [cell.strip() for cell in line.rstrip("\n").split(" | ")]
                if len(row) != 4 or not row[3]:
                    raise SystemExit(f"{path}:{number}: four columns: page | command | what | why")
                self.rows.append((number, *row))

    def find(self, page, text):
        """What to do instead, or None; everybody who fits is used."""
        for number, where, pattern, what, _ in self.rows:
            if not what.startswith("rewrite ") and fnmatch.fnmatch(page, where) and fits(text, pattern):
                self.used.add(number)
                return what
        return None

    def rewritten(self, page, text):
        for number, where, pattern, what, _ in self.rows:
            if what.startswith("rewrite ") and fnmatch.fnmatch(page, where) and pattern in text:
                self.used.add(number)
                text = text.replace(pattern, what[len("rewrite "):].strip("'"))
        return text

    def unused(self):
        for number, where, pattern, _, _ in self.rows:
            if number not in self.used:
                yield f"{os.path.basename(self.path)}:{number}: nothing in {where} fits any more: {pattern}"


def fits(text, pattern):
    return fnmatch.fnmatchcase(text.split("\n")[0], pattern.replace("[", "[[]"))


def is_of_the_host(text, folder):
    """Whether it would reach beyond the copy of the tree, which nobody wants of a test."""
    words = re.split(r"[\s;&|()<>='\"]+", text.replace(folder, "."))
    return any(word in OF_THE_HOST or re.match(r"(/|~|\.\./)", word) and not HARMLESS.match(word) for word in words)


OF_THE_HOST = set(
    "apt apt-get dpkg sudo su runuser usermod useradd groupadd chown systemctl systemd-run systemd-creds "
    "systemd-tmpfiles systemd-sysusers journalctl timedatectl mount umount editor vi ssh scp etcd etcdctl pcs "
    "kill pkill reboot".split())
HARMLESS = re.compile(r"/dev/(null|stdin|stdout|stderr)$|/proc/|/v1\.0/|/_emulator/")


def request_of(block):
    """The request that a block shows, or None."""
    try:
        value = json.loads("\n".join(block))
    except ValueError:
        return None
    return value if isinstance(value, dict) and "action" in value else None
