"""A worker and an emulator as programs, on a spool in a temporary folder."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Kit/python"))

import kit  # noqa: E402
from kit import CLIENT, environment, until  # noqa: E402,F401

LOCATIONS = {name: kit.LOCATIONS[name] for name in ("office", "lab", "countries", "deleted")}


class World:
    """Ends what it has started, and takes its folder along."""

    def __init__(self, programs, locations=None, tls=False, **sections):
        self.programs = pathlib.Path(programs)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="knocknoc-entra-rehearse."))
        self.spool = self.folder / "spool"
        self.log_file = self.folder / "worker.log"
        self.worker = self.emulator = None
        self.dropped = 0
        self.locations, self.sections = locations or LOCATIONS, sections
        self.tls = tls

    def __enter__(self):
        try:
            self.emulator = kit.Emulator(self.programs, *(self.certificate() if self.tls else []))
            self.ask = self.emulator.ask
            self.configure()
            self.command("init", check=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        kit.end(self.worker)
        if self.emulator:
            self.emulator.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def certificate(self):
        """One that nobody vouches for."""
        key, file = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
                       check=True, capture_output=True)
        return ["--tls-cert", file, "--tls-key", key]

    def configure(self):
        kit.configure(self.folder / "config.json5", "spool", self.emulator.address, self.locations, **kit.merged({
            "batch": {"settleTime": "00:00:00.200"}, "retry": {"initialBackoff": "00:00:00.050"}}, self.sections))

    def arguments(self, *words):
        return [str(self.programs / "knocknoc-entra"), *words, "--config", str(self.folder / "config.json5")]

    def command(self, *words, check=False):
        return subprocess.run(self.arguments(*words), capture_output=True, text=True, check=check, env=environment(),
                              stdin=subprocess.DEVNULL, timeout=30)

    def start(self, extra=None, stderr=None):
        """Waits for its first metrics, so that whatever moves moves from something."""
        began = time.time()
        self.worker = kit.start(
            self.arguments("run"), self.log_file, extra, **({"stderr": stderr} if stderr else {}))
        until("the worker's first metrics",
              lambda: float(self.metrics().get("knocknoc_entra_heartbeat_timestamp_seconds", 0)) >= began - 0.01)

    def stop(self):
        self.worker.terminate()
        return self.worker.wait(20)

    def drop(self, text, name=None):
        """As a careful producer: built in tmp/, renamed into incoming/."""
        self.dropped += 1
        name = name or f"request-{self.dropped}.json"
        kit.drop(self.spool, name, text)
        return name

    def verdict(self, name):
        """`done`, or the code of its folder, or None."""
        found = self.settled(name)
        return found and ("done" if found.parts[-3] == "done" else found.parts[-2])

    def settled(self, name):
        end = "~" + name
        for top in ("done", "failed"):
            for folder in sorted((self.spool / top).iterdir()):
                for file in folder.iterdir():
                    if file.name.endswith(end):
                        return file
        return None

    def await_verdict(self, name, seconds=20.0):
        return until(f"a verdict on {name}", lambda: self.verdict(name), seconds)

    @property
    def log(self):
        return self.log_file.read_text(errors="surrogateescape")

    def metrics_text(self):
        file = self.spool / "metrics.prom"
        return file.read_text() if file.exists() else ""

    def metrics(self):
        """Series and value, as they stand in the file."""
        lines = (line.rsplit(" ", 1) for line in self.metrics_text().splitlines() if line and not line.startswith("#"))
        return dict(lines)
