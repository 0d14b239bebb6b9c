"""The programs as tests and measurements use them: emulator and worker started, configured, asked and waited for."""
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
SECRET = "emulator-only-secret"
ID = "aaaaaaaa-0000-4000-8000-0000000000"
LOCATIONS = {"office": ID + "01", "lab": ID + "02", "branch": ID + "03", "countries": ID + "c0", "deleted": ID + "de"}
SENTINEL = "192.0.2.0/32"


class NeverCame(TimeoutError):
    """What was waited for in vain, in a sentence."""


def until(what, condition, seconds=30.0, pause=0.005):
    """The first answer that counts as true; the last look begins when the time is over, however long it takes."""
    end = time.monotonic() + seconds
    while True:
        is_last = time.monotonic() >= end
        found = condition()
        if found:
            return found
        if is_last:
            raise NeverCame(f"{what} never came, not in {seconds:.0f} s")
        time.sleep(pause)


def environment(extra=None, without=()):
    """Ours, without what would change what the programs do."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("AZURE_", "KNOCKNOC_", "CP_", *without)) and key != "JOURNAL_STREAM"
            and key.lower() not in ("http_proxy", "https_proxy", "all_proxy")}
    return {**kept, **(extra or {})}


def start(arguments, log=os.devnull, extra=None, **options):
    """A child that hears nothing and whose words go to a file."""
    with open(log, "ab") as file:
        return subprocess.Popen([str(word) for word in arguments], **{
            "stdin": subprocess.DEVNULL, "stdout": file, "stderr": file, "env": environment(extra), **options})


def end(*processes):
    """As a power switch would."""
    for process in processes:
        if process and process.poll() is None:
            process.kill()
            process.wait()


def location_id(index):
    return f"aaaaaaaa-0000-4000-8000-{0x1000 + index:012x}"


class Emulator:
    """In Entra's place. Without a limit of requests unless asked for, as most are about something else."""

    def __init__(self, programs, *arguments, rate=0, extra=None):
        self.process = subprocess.Popen(
            [f"{programs}/knocknoc-entra-emulator", "--port", "0", "--rate", str(rate), *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(extra))
        # It says so once it listens.
        said = self.process.stdout.readline().decode()
        if not said.rstrip().rpartition(":")[2].isdigit():
            self.process.wait()
            raise SystemExit(f"the emulator does not listen: {said}")
        self.port = int(said.rpartition(":")[2])
        self.address = f"{'https' if '--tls-cert' in arguments else 'http'}://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None):
        """Its control interface, which speaks plain HTTP also where TLS is on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, "/_emulator/" + path, body=None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"emulator: {method} {path}: {answer.status} {text.decode(errors='replace')}")
        return json.loads(text) if text else None

    def put(self, identity, name, ranges=(SENTINEL,)):
        self.ask("PUT", "locations/" + identity, {"type": "ip", "displayName": name, "ranges": list(ranges)})

    def held(self, identity):
        return self.ask("GET", "locations/" + identity)["ranges"]

    def requests(self):
        return self.ask("GET", "requests")

    def stop(self):
        end(self.process)
        self.process.stdout.close()


def merged(base, more):
    """Section by section; what is None is left out."""
    result = dict(base)
    for key, value in more.items():
        result[key] = merged(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return {key: value for key, value in result.items() if value is not None}


def configure(path, spool, address, locations=LOCATIONS, **sections):
    """Writes a configuration: quick to answer and to give up, but for the sections that say otherwise."""
    quick = {
        "spool": str(spool),
        "entra": {"tenantId": TENANT, "clientId": CLIENT, "clientSecret": SECRET, "authority": address,
                  "graph": address, "requestsPerSecond": 1_000},
        "namedLocations": {name: {"id": one} if isinstance(one, str) else one for name, one in locations.items()},
        "batch": {"linger": "00:00:00.010", "settleTime": "00:00:00.100"},
        "retry": {"giveUpAfter": "00:00:01", "grace": "00:00:01", "initialBackoff": "00:00:00.020",
                  "maxBackoff": "00:00:00.200"},
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(merged(quick, sections), file, indent=1)
    os.chmod(path, 0o640)


def drop(spool, name, request):
    """As a careful producer: built in tmp/, renamed into incoming/; the moment just before the rename."""
    data = request if isinstance(request, bytes) else (
        request if isinstance(request, str) else json.dumps(request)).encode()
    root, name = os.fsencode(spool), os.fsencode(name)
    temporary = os.path.join(root, b"tmp", b"%d-%d" % (os.getpid(), time.monotonic_ns()))
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        file.write(data)
    moment = time.monotonic()
    os.rename(temporary, os.path.join(root, b"incoming", name))
    return moment


def ledger(spool, query, *values, writes=False):
    """The rows that a query finds in the ledgers of a spool; none where there are none yet."""
    path = os.path.join(spool, "ledger", "ledger.sqlite")
    if not os.path.exists(path):
        return []
    if os.path.exists(os.path.join(spool, "active")) and not writes:
        return in_a_copy(path, query, values)
    return asked(path, query, values, writes)


def in_a_copy(path, query, values):
    """On a shared spool a worker has the database for itself; it may be writing, so another copy is made where needed."""
    for _ in range(20):
        with tempfile.TemporaryDirectory() as folder:
            for ending in ("-wal", ""):
                if os.path.exists(path + ending):
                    shutil.copy(path + ending, f"{folder}/ledger.sqlite{ending}")
            try:
                return asked(f"{folder}/ledger.sqlite", query, values, True)
            except sqlite3.DatabaseError:
                time.sleep(0.1)
    raise NeverCame("a copy of the ledgers that can be read")


def asked(path, query, values, writes):
    database = sqlite3.connect(f"file:{path}?mode={'rw' if writes else 'ro'}", uri=True)
    try:
        database.execute("PRAGMA foreign_keys = ON")
        with database:
            return database.execute(query, values).fetchall()
    finally:
        database.close()


def leases(spool, location):
    """Key, ranges, start and end in seconds of each lease that a location has."""
    rows = ledger(spool, """SELECT key, ranges, ifnull(startsAt, 0) / 1e6, expiresAt / 1e6 FROM lease
                            JOIN location ON number = location WHERE name = ?""", location)
    return [(key, ranges.split(), start, end) for key, ranges, start, end in rows]


def is_at_rest(spool):
    """Nothing waits and nothing is under way."""
    return not any(not name.startswith(".") for folder in ("incoming", "work")
                   for name in os.listdir(os.path.join(spool, folder)))


def processor(pid):
    """Seconds of CPU so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def build(root, *products):
    """A release of these products; the folder that it lies in."""
    subprocess.run([f"{root}/contrib/setup"], check=True, stdin=subprocess.DEVNULL)
    release = ["swift", "build", "-c", "release", "--static-swift-stdlib"]
    for product in products:
        subprocess.run([*release, "--product", product], cwd=root, check=True, stdin=subprocess.DEVNULL)
    return f"{root}/.build/release"
