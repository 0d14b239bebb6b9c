"""A worker and an emulator as programs, on a spool in a temporary folder."""
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
SECRET = "emulator-only-secret"
ID = "aaaaaaaa-0000-4000-8000-0000000000"
LOCATIONS = {"office": ID + "01", "lab": ID + "02", "countries": ID + "c0", "deleted": ID + "de"}

CONFIGURATION = """{{
  spool: "spool",
  entra: {{ tenantId: "{tenant}", clientId: "{client}", clientSecret: "{secret}",
           authority: "{url}", graph: "{url}", requestsPerSecond: 100, {entra} }},
  namedLocations: {{ {locations} }},
  batch: {{ linger: "00:00:00.010", settleTime: "00:00:00.200" }},
  retry: {{ giveUpAfter: "00:00:01", grace: "00:00:01", initialBackoff: "00:00:00.050", maxBackoff: "00:00:00.200" }},
  {more}
}}
"""


def environment(extra=None):
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("AZURE_", "KNOCKNOC_")) and key != "JOURNAL_STREAM"
            and key.lower() not in ("http_proxy", "https_proxy", "all_proxy")}
    return {**kept, **(extra or {})}


def until(what, condition, seconds=20.0):
    """The first answer that counts as true."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"{what} never came")
        time.sleep(0.02)


class World:
    """Ends what it has started, and takes its folder along."""

    def __init__(self, programs, entra="", secret=SECRET, more="", locations=None, tls=False):
        self.programs = pathlib.Path(programs)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="knocknoc-entra-rehearse."))
        self.spool = self.folder / "spool"
        self.log_file = self.folder / "worker.log"
        self.worker = self.emulator = None
        self.dropped = 0
        self.settings = dict(entra=entra, secret=secret, more=more, locations=locations or LOCATIONS)
        self.tls = tls

    def __enter__(self):
        try:
            self.start_emulator()
            self.configure()
            self.command("init", check=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self.worker, self.emulator):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_emulator(self):
        more = self.certificate() if self.tls else []
        port_file = self.folder / "port"
        with open(self.folder / "emulator.log", "ab") as log:
            self.emulator = subprocess.Popen(
                [self.programs / "knocknoc-entra-emulator", "--port", "0", "--port-file", port_file, "--rate", "0", *more],
                stdout=log, stderr=log, env=environment(), stdin=subprocess.DEVNULL)
        self.port = int(until("the emulator's port", lambda: port_file.exists() and port_file.read_text().strip()))

    def certificate(self):
        """One that nobody vouches for."""
        key, file = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
                       check=True, capture_output=True)
        return ["--tls-cert", file, "--tls-key", key]

    def ask(self, method, path, body=None):
        """The emulator's control interface."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, "/_emulator/" + path, body=None if body is None else json.dumps(body))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"emulator: {method} {path}: {answer.status} {text}")
        return json.loads(text) if text else None

    def configure(self, **changes):
        self.settings.update(changes)
        settings = dict(self.settings)
        settings["locations"] = ", ".join(f'{name}: {{ id: "{id}" }}' for name, id in settings["locations"].items())
        scheme = "https" if self.tls else "http"
        text = CONFIGURATION.format(tenant=TENANT, client=CLIENT, url=f"{scheme}://127.0.0.1:{self.port}", **settings)
        file = self.folder / "config.json5"
        file.write_text(text)
        file.chmod(0o640)

    def arguments(self, *words):
        return [str(self.programs / "knocknoc-entra"), *words, "--config", str(self.folder / "config.json5")]

    def command(self, *words, check=False):
        return subprocess.run(self.arguments(*words), capture_output=True, text=True, check=check, env=environment(),
                              stdin=subprocess.DEVNULL, timeout=30)

    def start(self, extra=None, stderr=None):
        """Waits for its first metrics, so that whatever moves moves from something."""
        began = time.time()
        with open(self.log_file, "ab") as log:
            self.worker = subprocess.Popen(self.arguments("run"), stdout=log, stderr=stderr or log,
                                           env=environment(extra), stdin=subprocess.DEVNULL)
        until("the worker's first metrics",
              lambda: float(self.metrics().get("knocknoc_entra_heartbeat_timestamp_seconds", 0)) >= began - 0.01)

    def stop(self):
        self.worker.terminate()
        return self.worker.wait(20)

    def drop(self, text, name=None):
        """As a careful producer: built in tmp/, renamed into incoming/."""
        self.dropped += 1
        name = name or f"request-{self.dropped}.json"
        data = text if isinstance(text, bytes) else (text if isinstance(text, str) else json.dumps(text)).encode()
        temporary = os.path.join(os.fsencode(self.spool), b"tmp", str(self.dropped).encode())
        with open(temporary, "wb") as file:
            file.write(data)
        os.rename(temporary, os.path.join(os.fsencode(self.spool), b"incoming", os.fsencode(name)))
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
