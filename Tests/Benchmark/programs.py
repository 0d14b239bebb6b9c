"""The built programs as a measurement uses them: worker, emulator, C compiled here, Python packages fetched here."""

import http.client
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Kit/python"))

import kit  # noqa: E402
from kit import CLIENT, SECRET, TENANT, NeverCame, location_id  # noqa: E402,F401

HERE = os.path.dirname(os.path.abspath(__file__))


class Unmeasured(Exception):
    """Why a row could not be measured, in a sentence."""


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def wait(what, condition, seconds=600, pause=0.005):
    kit.until(what, condition, seconds, pause)


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False, **options)
    if done.returncode:
        raise Unmeasured(f"{os.path.basename(str(words[0]))} {words[1]} ended with {done.returncode}: "
                         f"{done.stderr.decode(errors='replace').strip()[-300:]}")
    return done.stdout


class Bench:
    """What every row needs: where the programs and the files lie, how often and how big."""

    def __init__(self, programs, folder, tools, rounds, is_quick):
        self.programs, self.folder, self.tools, self.rounds, self.is_quick = programs, folder, tools, rounds, is_quick
        self.count = 0

    def size(self, full, quick):
        return quick if self.is_quick else full

    def fresh(self):
        """A folder that is not there yet."""
        self.count += 1
        return f"{self.folder}/{self.count}"

    def inside(self, *words):
        """Of `knocknoc-entra-benchmark`, which measures what cannot be seen from outside."""
        return json.loads(run(f"{self.programs}/knocknoc-entra-benchmark", *words))

    def compiled(self, name):
        """Beside the files, which may lie where nothing may be run."""
        program = f"{self.tools}/{name}"
        if not os.path.exists(program):
            run("cc", "-O2", "-Wall", "-o", program, f"{HERE}/{name}.c")
        return program

    def python(self, package):
        """The environment in which Python finds a package of PyPI."""
        target = f"{self.tools}/{package}"
        if not os.path.isdir(target):
            run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--root-user-action=ignore", "--target", target, package)
        return {**os.environ, "PYTHONPATH": target, "PYTHONDONTWRITEBYTECODE": "1"}


class Emulator(kit.Emulator):
    def __init__(self, bench, root, names, rate=0):
        write(f"{root}/seed.json", json.dumps({"locations": [
            {"id": id, "displayName": name, "ranges": [kit.SENTINEL]} for name, id in names.items()]}))
        super().__init__(bench.programs, "--seed", f"{root}/seed.json", rate=rate)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, method, path, body=None):
        """On one connection, which costs the emulator least."""
        self.connection.request(method, "/_emulator/" + path, body=json.dumps(body) if body else None)
        text = self.connection.getresponse().read()
        return json.loads(text) if text else None


class Worker:
    """A spool of its own beside an emulator of its own."""

    def __init__(self, bench, locations=50, rate=0, **batch):
        self.root = bench.fresh()
        os.makedirs(self.root)
        self.program, self.spool, self.process = f"{bench.programs}/knocknoc-entra", f"{self.root}/spool", None
        self.names = {f"l{index}": location_id(index) for index in range(locations)}
        self.emulator = Emulator(bench, self.root, self.names, rate)
        self.config = f"{self.root}/config.json5"
        # Its own defaults but for what is measured.
        kit.configure(self.config, "spool", self.emulator.address, self.names, log={"level": "warning"}, retry=None,
                      batch={"linger": None, "settleTime": None, **batch}, entra={"requestsPerSecond": rate or 1_000})
        run(self.program, "init", "--config", self.config)

    def start(self, **environment):
        self.process = kit.start([self.program, "run", "--config", self.config], extra=environment)

    def stop(self):
        self.process.terminate()
        if self.process.wait() != 0:
            raise Unmeasured(f"the worker ended with {self.process.returncode}")

    def memory(self):
        """Resident, in MiB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1_024

    def processor(self):
        """Seconds of CPU so far, to the nanosecond; of threads that have ended nothing is known, and there are none."""
        total, folder = 0, f"/proc/{self.process.pid}/task"
        for thread in os.listdir(folder):
            with open(f"{folder}/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def done(self):
        days = [f"{self.spool}/done/{day}" for day in os.listdir(f"{self.spool}/done")]
        return sum(len(os.listdir(day)) for day in days)

    def drop(self, name, request):
        """As a careful producer does; the moment just before the rename."""
        return kit.drop(self.spool, name, request)

    def remove(self):
        kit.end(self.process)
        self.emulator.stop()
        shutil.rmtree(self.root)
