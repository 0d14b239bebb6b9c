"""What `contrib/benchmark` measures, each row against a plain way of doing the same, in one run."""

import argparse
import base64
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
NOW = 1_795_000_000
LOCATIONS = 50


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, **options).stdout


def measured(programs, *words):
    return json.loads(run(f"{programs}/knocknoc-entra-benchmark", *map(str, words)))


# Token checks


def make_token(folder):
    """A key, its key set and a token, by openssl alone."""
    key = f"{folder}/key.pem"
    run("openssl", "genrsa", "-out", key, "2048")
    modulus = run("openssl", "rsa", "-in", key, "-noout", "-modulus").decode().strip().split("=")[1]
    write(f"{folder}/keys.json", json.dumps({"keys": [
        {"kty": "RSA", "use": "sig", "kid": "one", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}]}))
    write(f"{folder}/discovery.json", json.dumps({
        "issuer": f"https://sts.windows.net/{TENANT}/", "jwks_uri": "https://login.example/keys.json"}))
    claims = {"aud": "https://database.windows.net/", "iss": f"https://sts.windows.net/{TENANT}/", "tid": TENANT,
              "iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 3_600, "appid": CLIENT, "idtyp": "user",
              "name": "Alice Example", "oid": "55555555-5555-4555-8555-555555555555", "sub": "x" * 43,
              "upn": "alice@example.com", "uti": "y" * 22, "ver": "1.0"}
    header = {"typ": "JWT", "alg": "RS256", "kid": "one"}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    signature = run("openssl", "dgst", "-sha256", "-sign", key, input=signed.encode())
    write(f"{folder}/token", f"{signed}.{base64url(signature)}")


def openssl_verifications(seconds):
    """`verify/s` of `openssl speed`, whose columns differ between versions."""
    lines = run("openssl", "speed", "-seconds", str(seconds), "rsa2048").decode().splitlines()
    head = next(line for line in lines if "verify/s" in line)
    row = next(line for line in lines if line.lstrip().startswith("rsa 2048"))
    words = head.split()
    # sign, verify, (encrypt, decrypt,) then the same a second; times carry an s.
    rates = [float(word) for word in row.split("bits")[1].split() if not word.endswith("s")]
    return rates[[word for word in words if word.endswith("/s")].index("verify/s")]


def token_checks(programs, folder, rounds):
    make_token(folder)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(measured(programs, "token-checks", folder, 2)["token_checks_per_second"])
        bare.append(openssl_verifications(2))
    return row("Token checks a second and core, keys cached", ours, bare, "/s", "`openssl speed` RSA-2048 verify alone",
               "at least 30,000/s")


# The spool


def fill(incoming, count):
    os.makedirs(incoming, exist_ok=True)
    for number in range(count):
        place, index = number % LOCATIONS, number // LOCATIONS
        write(f"{incoming}/r{number}.json", json.dumps({
            "action": "grant", "location": f"l{place}", "user": f"user{number}@example.com", "durationSeconds": 28_800,
            "addresses": [f"8.{index // 250}.{index % 250}.{place * 2}"]}))


def yardstick(folder, program, count):
    root = f"{folder}/plain"
    fill(f"{root}/incoming", count)
    for name in ("work", "done"):
        os.makedirs(f"{root}/{name}")
    begin = time.monotonic()
    run(program, root, "10000")
    elapsed = time.monotonic() - begin
    shutil.rmtree(root)
    return count / elapsed


class Worker:
    """The built worker with 50 locations, against an emulator without latency and pacing."""

    def __init__(self, programs, folder):
        self.root = f"{folder}/worker"
        os.makedirs(self.root)
        ids = {f"l{index}": f"aaaaaaaa-0000-4000-8000-{0x1000 + index:012x}" for index in range(LOCATIONS)}
        write(f"{self.root}/seed.json", json.dumps({"locations": [
            {"id": id, "displayName": name, "ranges": ["192.0.2.0/32"]} for name, id in ids.items()]}))
        port_file = f"{self.root}/port"
        self.emulator = subprocess.Popen(
            [f"{programs}/knocknoc-entra-emulator", "--port", "0", "--port-file", port_file, "--rate", "0", "--seed",
             f"{self.root}/seed.json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(lambda: os.path.exists(port_file) and open(port_file).read().strip())
        address = f"http://127.0.0.1:{open(port_file).read().strip()}"
        self.config = f"{self.root}/config.json5"
        write(self.config, json.dumps({
            "spool": "spool", "entra": {
                "tenantId": TENANT, "clientId": CLIENT, "clientSecret": "emulator-only-secret", "authority": address,
                "graph": address, "requestsPerSecond": 1_000},
            "namedLocations": {name: {"id": id} for name, id in ids.items()}, "log": {"level": "warning"}}))
        os.chmod(self.config, 0o600)
        self.program = f"{programs}/knocknoc-entra"
        run(self.program, "init", "--config", self.config)
        self.spool = f"{self.root}/spool"

    def start(self):
        self.process = subprocess.Popen([self.program, "run", "--config", self.config], stderr=subprocess.DEVNULL)

    def memory(self):
        text = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1_024

    def done(self):
        return sum(len(os.listdir(f"{self.spool}/done/{day}")) for day in os.listdir(f"{self.spool}/done"))

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.emulator.kill()
        self.emulator.wait()
        shutil.rmtree(self.root)


def drain(programs, folder, count):
    worker = Worker(programs, folder)
    fill(f"{worker.spool}/incoming", count)
    begin = time.monotonic()
    worker.start()
    wait(lambda: not os.listdir(f"{worker.spool}/incoming") and worker.done() == count, pause=0.1)
    rate = count / (time.monotonic() - begin)
    memory = worker.memory()
    worker.end()
    return rate, memory


def idle(programs, folder):
    worker = Worker(programs, folder)
    worker.start()
    time.sleep(2)
    memory = worker.memory()
    worker.end()
    return memory


def backlog(programs, folder, count, rounds):
    plain = f"{folder}/spool-yardstick"
    here = os.path.dirname(os.path.abspath(__file__))
    run("cc", "-O2", "-o", plain, f"{here}/spool.c")
    ours, bare, memory = [], [], []
    for _ in range(rounds):
        rate, used = drain(programs, folder, count)
        ours.append(rate)
        memory.append(used)
        bare.append(yardstick(folder, plain, count))
    return [
        row(f"The whole worker drains {count:,} grants, {LOCATIONS} locations", ours, bare, "/s",
            "C: the same claims, reads, renames, fsyncs", "at least 60 %"),
        row(f"RSS with {count:,} leases", memory, None, " MiB", "", "at most 96 MiB for 100,000"),
    ]


def ledger_writes(programs, folder, rounds):
    spool = f"{folder}/ledgers"
    os.makedirs(f"{spool}/ledger")
    rows = []
    for leases in (10, 1_000, 100_000):
        times = [measured(programs, "ledger-writes", spool, leases, 3)["median_ms"] for _ in range(rounds)]
        rows.append(row(f"Ledger made durable, {leases:,} leases", times, None, " ms", "", ""))
    return rows


# The table


def row(what, ours, other, unit, against, target):
    middle = statistics.median(ours)
    result = {"what": what, "median": middle, "unit": unit.strip("/ "), "rounds": ours, "against": against,
              "target": target}
    if other:
        result.update(baseline=statistics.median(other), ratio=middle / statistics.median(other), baselines=other)
    return result


def figure(value, unit):
    return (f"{value:,.0f}" if value >= 100 else f"{value:.2f}") + (f" {unit}" if unit != "s" else "/s")


def table(rows, place):
    lines = [f"Medians of {len(rows[0]['rounds'])} runs on {os.cpu_count()} cores, files on {place}.", "",
             "| What | Here | Baseline | Ratio | Target |", "|---|---|---|---|---|"]
    for item in rows:
        base = f"{figure(item['baseline'], item['unit'])} ({item['against']})" if "ratio" in item else "–"
        ratio = f"{item['ratio']:.2f}" if "ratio" in item else "–"
        lines.append(f"| {item['what']} | {figure(item['median'], item['unit'])} | {base} | {ratio} | "
                     f"{item['target'] or '–'} |")
    return "\n".join(lines) + "\n"


def wait(condition, pause=0.02):
    while not condition():
        time.sleep(pause)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(prog="contrib/benchmark", description=__doc__)
    parser.add_argument("programs", help=argparse.SUPPRESS)
    parser.add_argument("--files", type=int, default=100_000, help="waiting grants (default: 100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of which the median counts (default: 3)")
    parser.add_argument("--folder", help="where the files lie; default: /dev/shm, or the temporary folder")
    parser.add_argument("--out", help="also write FILE.md and FILE.json")
    options = parser.parse_args()
    place = options.folder or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="knocknoc-benchmark-", dir=place) as folder:
        rows = [token_checks(options.programs, folder, options.rounds)]
        rows += backlog(options.programs, folder, options.files, options.rounds)
        rows.append(row("RSS idle, 50 locations", [idle(options.programs, folder) for _ in range(options.rounds)], None,
                        " MiB", "", "at most 24 MiB"))
        rows += ledger_writes(options.programs, folder, options.rounds)
    text = table(rows, place)
    sys.stdout.write(text)
    if options.out:
        write(f"{options.out}.md", text)
        write(f"{options.out}.json", json.dumps(rows, indent=2) + "\n")


main()
