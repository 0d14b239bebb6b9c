"""A spool, an emulator in Entra's place and, where it is wanted, a worker; all of it goes away at the end."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAMS = Path(os.environ["KNOCKNOC_ENTRA_PROGRAMS"])
SOURCES = Path(__file__).resolve().parents[3]
LOCATION = "aaaaaaaa-0000-4000-8000-0000000000"
sys.path.insert(0, str(SOURCES / "Tests/Kit/python"))

import kit  # noqa: E402
from kit import until  # noqa: E402,F401


class Ground:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="knocknoc-entra-terminal."))
        self.spool = self.folder / "spool"
        self.environment = {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(self.folder), "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "KNOCKNOC_ENTRA_CONFIG": str(self.folder / "config/config.json5"),
        }
        self.worker, self.emulator = None, kit.Emulator(PROGRAMS, rate=1000)
        self.address, self.control = self.emulator.address, self.emulator.ask
        (self.folder / "config").mkdir()
        self.configure()
        self.run("init")

    def configure(self, **more):
        """Two locations, and those that are named: LOCATION's last two digits by name."""
        names = {"office": "01", "lab": "02"} | more
        locations = ", ".join(f'"{name}": {{ id: "{LOCATION}{digits}" }}' for name, digits in names.items())
        text = (SOURCES / "config/emulator.json5").read_text()
        begin, end = text.index("  namedLocations: {"), text.index("  // Impatient")
        text = text[:begin] + f"  namedLocations: {{ {locations} }},\n\n" + text[end:]
        text = text.replace("http://127.0.0.1:8765", self.address).replace("../.build/playground", "../spool")
        text = text.replace('connectTimeout: "00:00:02",', 'connectTimeout: "00:00:02", requestsPerSecond: 1000,')
        (self.folder / "config/config.json5").write_text(text)

    def run(self, *words, expect=0, **options):
        """Runs a command to its end; its status has to be as expected, None for any."""
        options = {"env": self.environment, "cwd": self.folder, "stdin": subprocess.DEVNULL, "timeout": 120} | options
        result = subprocess.run([PROGRAMS / "knocknoc-entra", *words], capture_output=True, text=True, **options)
        if expect is not None and result.returncode != expect:
            line = " ".join(map(str, words))
            raise AssertionError(f"{line} ended with {result.returncode}: {result.stdout}{result.stderr}")
        return result

    def shell(self, line, **options):
        options = {"env": self.environment, "cwd": self.folder, "stdin": subprocess.DEVNULL, "timeout": 120} | options
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, **options)

    def start(self):
        self.worker = kit.start([PROGRAMS / "knocknoc-entra", "run"], self.folder / "worker.log", env=self.environment,
                                cwd=self.folder)
        until("the worker", lambda: self.run("status", expect=None).returncode == 0)

    def stop(self):
        if self.worker:
            self.worker.terminate()
            status = self.worker.wait(timeout=30)
            self.worker = None
            if status != 0:
                raise AssertionError(f"the worker ended with {status}")

    def failed(self, name, code="ENTRA052"):
        """Puts an item where the worker would have put it, with its note."""
        folder = self.spool / "failed" / code
        folder.mkdir(exist_ok=True)
        path = os.fsencode(folder) + b"/20261120T230542.123456Z-3fa9~" + os.fsencode(name)
        for suffix, text in ((b"", b"{}"), (b".why", f"{code}  a title\nWhat happened:  a test\n".encode())):
            with open(path + suffix, "wb") as file:
                file.write(text)

    def end(self):
        kit.end(self.worker)
        self.emulator.stop()
        shutil.rmtree(self.folder)
