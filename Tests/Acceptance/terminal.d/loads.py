"""Many items: `retry` moves them all, in memory that does not grow with their number."""
import os
import platform
import subprocess
from pathlib import Path

from ground import PROGRAMS, until

# The number of write(2).
WRITE = {"x86_64": "1", "aarch64": "64"}.get(platform.machine(), "")


def fill(ground, count):
    folder = ground.spool / "failed/ENTRA052"
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    for number in range(count):
        name = f"20261120T230542.123456Z-3fa9~grant-{number}.json"
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT, 0o640, dir_fd=descriptor))
        os.close(os.open(f"{name}.why", os.O_WRONLY | os.O_CREAT, 0o640, dir_fd=descriptor))
    os.close(descriptor)


def kibibytes_of(ground, *words):
    """The most that a command held, and what it printed: it is looked at while its answer waits for a full pipe."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    filler = 0
    try:
        while True:
            filler += os.write(writer, b"x" * 4_096)
    except BlockingIOError:
        os.set_blocking(writer, True)
    process = subprocess.Popen(
        [PROGRAMS / "knocknoc-entra", *words], env=ground.environment, stdin=subprocess.DEVNULL, stdout=writer)
    os.close(writer)
    call = Path(f"/proc/{process.pid}/syscall")
    until("its answer", lambda: call.read_text().startswith(f"{WRITE} 0x1 "), seconds=300)
    peak = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmHWM" in line)
    with open(reader, "rb") as pipe:
        printed = pipe.read()[filler:].decode()
    if process.wait() != 0:
        raise AssertionError(f"{words}: status {process.returncode}: {printed}")
    return int(peak.split()[1]), printed


def a_hundred_thousand_are_retried(ground):
    """By their code and by a pattern; a thousand take as much memory, but for 4 MiB."""
    fill(ground, 1_000)
    few, _ = kibibytes_of(ground, "retry", "ENTRA052")
    for selection in ("ENTRA052", "*grant*"):
        fill(ground, 100_000)
        for file in (ground.spool / "incoming").iterdir():
            file.unlink()
        many, printed = kibibytes_of(ground, "retry", selection)
        if printed != "100000 items moved to incoming/\n" or list((ground.spool / "failed/ENTRA052").iterdir()):
            raise AssertionError(f"retry {selection}: {printed}")
        if many > few + 4_096:
            raise AssertionError(f"retry {selection} took {many} KiB, a thousand took {few}")
    counted, printed = kibibytes_of(ground, "hold", "*")
    if printed != "100000 items moved to hold/\n" or counted > few + 4_096:
        raise AssertionError(f"hold took {counted} KiB: {printed}")


CHECKS = [a_hundred_thousand_are_retried]
