"""What it takes to be there: time until ready, memory and CPU while nothing happens."""

import os
import socket
import subprocess
import time

from programs import Unmeasured, Worker, wait
from table import Row

LOCATIONS = 50


def until_ready(socket_path, command):
    """Milliseconds from the start of a program to its READY=1."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(socket_path)
        heard.settimeout(30)
        begin = time.monotonic()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "NOTIFY_SOCKET": socket_path})
        try:
            while b"READY=1" not in heard.recv(4_096):
                pass
            return (time.monotonic() - begin) * 1_000
        except TimeoutError:
            raise Unmeasured(f"{command[0]} never said READY=1") from None
        finally:
            process.terminate()
            process.wait()
            os.unlink(socket_path)


def start(bench):
    """From the second start on, as at a restart: the first one finds no ledgers."""
    worker = Worker(bench, locations=LOCATIONS)
    command, path = [worker.program, "run", "--config", worker.config], f"{worker.root}/notify"
    until_ready(path, command)
    starts = bench.size(21, 3)
    ours, c = [], []
    for _ in range(bench.rounds):
        pairs = [(until_ready(path, command), until_ready(path, [bench.compiled("ready")])) for _ in range(starts)]
        ours.append(sorted(pair[0] for pair in pairs)[starts // 2])
        c.append(sorted(pair[1] for pair in pairs)[starts // 2])
    worker.remove()
    return [Row("start", f"From start to READY, {LOCATIONS} locations", "ms", ours, "C that only says so", c,
                ("median", "≤", 15))]


def idle(bench):
    seconds = bench.size(30, 5)
    memory, share = [], []
    for _ in range(bench.rounds):
        worker = Worker(bench, locations=LOCATIONS)
        worker.start()
        wait("it has told how it does", lambda: os.path.exists(f"{worker.spool}/status.json"))
        time.sleep(1)
        before, begin = worker.processor(), time.monotonic()
        time.sleep(seconds)
        share.append((worker.processor() - before) / (time.monotonic() - begin) * 100)
        memory.append(worker.memory())
        worker.stop()
        worker.remove()
    return [Row("idle", f"RSS idle, {LOCATIONS} locations", "MiB", memory, target=("median", "≤", 24)),
            Row("idle", f"CPU idle, over {seconds} s", "%", share, target=("median", "≤", 0.1))]
