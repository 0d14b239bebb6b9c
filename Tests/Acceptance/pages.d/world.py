"""Where a page's commands run: a copy of the tree, programs on PATH, a worker, an emulator, and items to point at."""

import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))


class World:
    """One for each page, since its commands change what they meet."""

    def __init__(self, programs, codes):
        self.folder = tempfile.mkdtemp(prefix="knocknoc-pages.")
        self.tree, self.codes, self.processes = os.path.join(self.folder, "tree"), codes, []
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
        port = os.path.join(self.folder, "port")
        seed = os.path.join(self.folder, "seed.json")
        write_seed(os.path.join(self.tree, "config/emulator-demo.json"), seed)
        self.spawn("emulator", "--port", "0", "--port-file", port, "--rate", "0", "--seed", seed)
        self.wait(lambda: os.path.exists(port) and os.path.getsize(port) > 0, "the emulator's port")
        with open(port, encoding="ascii") as file:
            self.port = file.read().strip()
        self.environment["PAGES_PORT"] = self.port
        self.tell("settings", {"roles": ["Policy.ReadWrite.ConditionalAccess", "Policy.Read.All", "User.Read.All"]})
        self.configure()
        self.run("knocknoc-entra init")
        self.spawn("worker", "run")
        self.wait(lambda: "event=start" in self.log("worker"), "a worker that is ready")

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

    def spawn(self, what, *arguments):
        name = "knocknoc-entra-emulator" if what == "emulator" else "knocknoc-entra"
        with open(os.path.join(self.folder, what + ".log"), "ab") as log:
            self.processes.append(subprocess.Popen(
                [os.path.join(self.bin, name), *arguments], cwd=self.tree, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def tell(self, what, value):
        """The emulator, by its control interface."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_emulator/{what}", json.dumps(value).encode(), method="PUT")
        with urllib.request.urlopen(request, timeout=10):
            pass

    def log(self, what):
        path = os.path.join(self.folder, what + ".log")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait(self, condition, what):
        end = time.monotonic() + 30
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(f"{what} never came:\n{self.log('emulator')}\n{self.log('worker')}")
            time.sleep(0.02)

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

    def is_at_rest(self):
        return not os.listdir(os.path.join(self.spool, "work")) and not any(
            name.endswith(".json") for name in os.listdir(os.path.join(self.spool, "incoming")))

    def clear(self):
        """Before each block: what others have left in failed/ and hold/ goes."""
        for folder in glob.glob(os.path.join(self.spool, "failed/*")) + [os.path.join(self.spool, "hold")]:
            for name in os.listdir(folder):
                os.remove(os.path.join(folder, name))

    def furnish(self):
        """Before each command: nothing under way, an item in every failed/CODE, one in done/, alice let in."""
        if os.path.isdir(os.path.join(self.spool, "work")):
            self.wait(self.is_at_rest, "a spool at rest")
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
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
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
