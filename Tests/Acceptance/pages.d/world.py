"""Where a page's commands run: a copy of the tree, programs on PATH, a worker, an emulator, and items to point at."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../Kit/python"))

import kit  # noqa: E402


class World:
    """One for each page, since its commands change what they meet."""

    until = staticmethod(kit.until)

    def __init__(self, programs, codes):
        self.folder = tempfile.mkdtemp(prefix="knocknoc-pages.")
        self.tree, self.codes, self.worker, self.emulator = os.path.join(self.folder, "tree"), codes, None, None
        self.spool = os.path.join(self.tree, "spool")
        copy_tree(self.tree)
        self.bin = os.path.join(self.folder, "bin")
        os.mkdir(self.bin)
        for name in ("knocknoc-entra", "knocknoc-entra-emulator"):
            os.symlink(os.path.join(programs, name), os.path.join(self.bin, name))
        for build in ("debug", "release"):
            os.makedirs(os.path.join(self.tree, ".build"), exist_ok=True)
            os.symlink(programs, os.path.join(self.tree, ".build", build))
        self.environment = dict(
            os.environ, PATH=self.bin + ":" + os.environ["PATH"], PAGES_TREE=self.tree, PAGES_FOLDER=self.folder,
            KNOCKNOC_ENTRA_CONFIG=os.path.join(self.tree, "config/knocknoc-entra.json5"),
            KNOCKNOC_ENTRA_SPOOL=self.spool, NO_COLOR="1", TERM="dumb")
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def start(self):
        seed = os.path.join(self.folder, "seed.json")
        write_seed(os.path.join(self.tree, "config/emulator-demo.json"), seed)
        self.emulator = kit.Emulator(self.bin, "--seed", seed)
        self.port = str(self.emulator.port)
        self.environment["PAGES_PORT"] = self.port
        self.emulator.ask("PUT", "settings", {"roles": ["Policy.ReadWrite.ConditionalAccess", "Policy.Read.All", "User.Read.All"]})
        self.configure()
        self.run("knocknoc-entra init")
        self.worker = kit.start(
            [os.path.join(self.bin, "knocknoc-entra"), "run"], os.path.join(self.folder, "worker.log"),
            env=self.environment, cwd=self.tree)
        kit.until("a worker that is ready", lambda: "event=start" in self.log())

    def configure(self):
        """The playground's configuration at both places, quick to give up, without the locations that go wrong."""
        source = os.path.join(self.tree, "config/emulator.json5")
        with open(source, encoding="utf-8") as file:
            text = file.read().replace("127.0.0.1:8765", "127.0.0.1:" + self.port)
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        lines = [line for line in text.splitlines() if "countries:" not in line and "deleted:" not in line]
        text = "\n".join(lines).replace("../.build/playground", "../spool")
        text = text.replace('grace: "00:00:03"', 'grace: "00:00:00.300"')
        text = text.replace("connectTimeout", "requestsPerSecond: 1000,\n    connectTimeout")
        with open(os.path.join(self.tree, "config/knocknoc-entra.json5"), "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def log(self):
        path = os.path.join(self.folder, "worker.log")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def run(self, text, folder=None, limit=60):
        """Status and output of a command as a reader would give it."""
        script = f'. "{HERE}/hands.sh"\n{text}'
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", script], cwd=folder or self.tree, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
            try:
                status = process.wait(limit)
            except subprocess.TimeoutExpired:
                status = f"none after {limit} s"
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            output.seek(0)
            return status, output.read().decode(errors="replace")

    def clear(self):
        """Before each block: what others have left in failed/ and hold/ goes."""
        for folder in glob.glob(os.path.join(self.spool, "failed/*")) + [os.path.join(self.spool, "hold")]:
            for name in os.listdir(folder):
                os.remove(os.path.join(folder, name))

    def furnish(self):
        """Before each command: nothing under way, an item in every failed/CODE, one in done/, alice let in."""
        if os.path.isdir(os.path.join(self.spool, "work")):
            kit.until("a spool at rest", lambda: kit.is_at_rest(self.spool))
        for number, code in enumerate(self.codes):
            name = "3fa9~grant-alice" if code == "ENTRA052" else f"{number:04x}~grant-bob"
            self.lay(f"failed/{code}/20261120T230542.123456Z-{name}.json", note=True)
        status, _ = self.run("knocknoc-entra who 203.0.113.7")
        if status != 0:
            self.run("knocknoc-entra grant office 203.0.113.7 --user alice@example.com --wait")

    def lay(self, name, note=False):
        path = os.path.join(self.spool, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"action": "grant", "location": "office", "addresses": ["203.0.113.7"],
                           "issuedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}, file)
        if note and not os.path.exists(path + ".why"):
            with open(path + ".why", "w", encoding="utf-8") as file:
                file.write("Laid here by the test of the pages.\n")

    def close(self):
        if self.worker:
            self.worker.terminate()
            try:
                self.worker.wait(10)
            except subprocess.TimeoutExpired:
                kit.end(self.worker)
        if self.emulator:
            self.emulator.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def copy_tree(target):
    """What git knows and what it would take: the tree as it would be committed."""
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if os.path.exists(name):
            os.makedirs(os.path.join(target, os.path.dirname(name)), exist_ok=True)
            shutil.copy(name, os.path.join(target, name), follow_symlinks=False)


def write_seed(source, target):
    """The demo's tenant, in which alice can be found by name."""
    with open(source, encoding="utf-8") as file:
        seed = json.load(file)
    seed["settings"]["users"]["alice@example.com"] = "66666666-6666-4666-8666-666666666666"
    with open(target, "w", encoding="utf-8") as file:
        json.dump(seed, file)
