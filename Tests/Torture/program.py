"""The worker and the emulator as programs: started, steered, measured."""
import http.client
import json
import os
import signal
import threading
import time

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
ID = "aaaaaaaa-0000-4000-8000-0000000000"
LOCATIONS = {"office": ID + "01", "lab": ID + "02", "branch": ID + "03", "countries": ID + "c0",
             "deleted": ID + "de", "gone": ID + "dd"}
SENTINEL = "192.0.2.0/32"
PINNED = {"office": ["192.0.2.128/28"]}


class End:
    """How a program ended: exit status (minus the signal), CPU seconds, wall seconds, whether it had to be told."""

    def __init__(self, status, cpu, wall, told):
        self.status, self.cpu, self.wall, self.told = status, cpu, wall, told


def environment(extra=None):
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("AZURE_", "KNOCKNOC_", "CP_")) and key.lower() not in ("http_proxy", "all_proxy")}
    # Swift seeds its hashing anew for each process; the calls must come in the same order every time.
    return {**kept, "SWIFT_DETERMINISTIC_HASHING": "1", **(extra or {})}


def spawn(arguments, log, extra=None):
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
               (os.POSIX_SPAWN_DUP2, 1, 2)]
    return os.posix_spawn(arguments[0], arguments, environment(extra), file_actions=actions)


def run(arguments, log, extra=None, term_after=None, kill_after=20.0):
    """To its end; SIGTERM after `term_after` seconds, SIGKILL after `kill_after` more."""
    start = time.monotonic()
    pid = spawn(arguments, log, extra)
    told = []

    def tell(number):
        told.append(number)
        os.kill(pid, number)

    timers = [threading.Timer((term_after or 0) + kill_after, tell, [signal.SIGKILL])]
    if term_after is not None:
        timers.append(threading.Timer(term_after, tell, [signal.SIGTERM]))
    for timer in timers:
        timer.daemon = True
        timer.start()
    # Not reaped before the timers are off, so that they never hit another process.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    for timer in timers:
        timer.cancel()
        timer.join()
    _, status, usage = os.wait4(pid, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return End(code, usage.ru_utime + usage.ru_stime, time.monotonic() - start, told)


class Emulator:
    def __init__(self, program, folder, extra=None):
        port_file = os.path.join(folder, "port")
        self.pid = spawn([program, "--port", "0", "--port-file", port_file, "--rate", "0"],
                         os.path.join(folder, "emulator.log"), extra)
        end = time.monotonic() + 20
        while not (os.path.exists(port_file) and os.path.getsize(port_file)):
            if time.monotonic() > end:
                raise SystemExit("torture: the emulator does not listen")
            time.sleep(0.01)
        self.port = int(open(port_file).read())

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, "/_emulator/" + path, body=json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300:
                raise SystemExit(f"torture: {method} {path}: {answer.status} {text!r}")
            return json.loads(text) if text else None
        finally:
            connection.close()

    def reset(self, ranges, faults=()):
        """Back to the seed, but for these locations' ranges."""
        self.ask("POST", "reset")
        for name, held in ranges.items():
            self.ask("PUT", "locations/" + LOCATIONS[name], {"type": "ip", "displayName": name, "ranges": held})
        for fault in faults:
            self.ask("POST", "faults", fault)

    def ranges(self):
        all_ids = {identity: name for name, identity in LOCATIONS.items()}
        return {all_ids[found["id"]]: found.get("ranges") or [] for found in self.ask("GET", "locations")
                if found.get("type") == "ip" and found["id"] in all_ids}

    def requests(self):
        return self.ask("GET", "requests")

    def stop(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


CONFIGURATION = """{
  spool: "%(spool)s",
  entra: { tenantId: "%(tenant)s", clientId: "%(client)s", clientSecret: "emulator-only-secret",
    authority: "http://127.0.0.1:%(port)d", graph: "http://127.0.0.1:%(port)d", requestsPerSecond: 1000,
    connectTimeout: "00:00:02", requestTimeout: "%(requestTimeout)s" },
  namedLocations: { %(locations)s },
  batch: { linger: "%(linger)s", settleTime: "%(settleTime)s" },
  retry: { giveUpAfter: "%(giveUpAfter)s", grace: "%(grace)s",
    initialBackoff: "%(backoff)s", maxBackoff: "%(backoff)s" },
}
"""


class Worker:
    """One spool with its configuration, beside one emulator; a slot of work for one thread."""

    def __init__(self, bin_folder, folder):
        self.folder = folder
        self.spool = os.path.join(folder, "spool")
        self.program = os.path.join(bin_folder, "knocknoc-entra")
        self.config = os.path.join(folder, "config.json5")
        self.log = os.path.join(folder, "worker.log")
        os.makedirs(folder, exist_ok=True)
        self.emulator = Emulator(os.path.join(bin_folder, "knocknoc-entra-emulator"), folder)
        self.configure()

    def configure(self, requestTimeout="00:00:05", giveUpAfter="00:00:10", linger="00:00:00",
                  settleTime="00:00:00.100", grace="00:00:00.050", backoff="00:00:00.020"):
        locations = ", ".join(f'{name}: {{ id: "{identity}", pinnedRanges: {json.dumps(PINNED.get(name, []))} }}'
                              for name, identity in LOCATIONS.items())
        text = CONFIGURATION % dict(spool=self.spool, tenant=TENANT, client=CLIENT, port=self.emulator.port,
                                    locations=locations, requestTimeout=requestTimeout, giveUpAfter=giveUpAfter,
                                    linger=linger, settleTime=settleTime, grace=grace, backoff=backoff)
        with open(self.config, "w") as file:
            file.write(text)
        os.chmod(self.config, 0o640)

    def init(self):
        return run([self.program, "init", "--config", self.config], self.log)

    def once(self, extra=None, term_after=None, kill_after=20.0):
        return run([self.program, "run", "--once", "--config", self.config], self.log, extra, term_after, kill_after)

    def start(self):
        return spawn([self.program, "run", "--config", self.config], self.log)
