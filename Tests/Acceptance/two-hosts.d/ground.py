"""One spool, one Entra, one etcd, and two hosts with a connection of their own to each server."""
import http.client
import json
import os
import signal
import socket
import subprocess
import time

from host import Host
from link import Link
from load import LOCATIONS, SENTINEL

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
REQUEST_TIMEOUT = 2
HERE = os.path.dirname(os.path.abspath(__file__))
ACTIVE = os.path.join(HERE, "../../ha/knocknoc-entra-active")

CONFIGURATION = """{
  spool: "%(spool)s",
  entra: { tenantId: "%(tenant)s", clientId: "%(client)s", clientSecret: "emulator-only-secret",
    authority: "http://127.0.0.1:%(port)d", graph: "http://127.0.0.1:%(port)d", requestsPerSecond: 20,
    connectTimeout: "00:00:01", requestTimeout: "00:00:0%(timeout)d" },
  namedLocations: { %(locations)s },
  batch: { linger: "00:00:00.020", settleTime: "00:00:00.100" },
  retry: { initialBackoff: "00:00:00.100", maxBackoff: "00:00:00.500", secondWriteAfter: "00:00:01" },
  // Nothing but the second write may repair a list here.
  reconcileInterval: "24:00:00",
}
"""


class Failure(Exception):
    """What should not have happened, in a sentence."""


def await_that(what, seconds, predicate):
    end = time.monotonic() + seconds
    while not (found := predicate()):
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.005)
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Ground:
    def __init__(self, programs, folder, lifetime):
        self.folder, self.lifetime = folder, lifetime
        self.spool = os.path.join(folder, "spool")
        self.program = os.path.join(programs, "knocknoc-entra")
        self.children, self.hosts, self.etcd_links, self.graph_links = [], [], {}, {}
        self.emulator = self.start_emulator(os.path.join(programs, "knocknoc-entra-emulator"))
        self.etcd = self.start_etcd()
        for name in ("alpha", "beta"):
            self.add(name)
        subprocess.run([self.program, "init", "--config", self.config("alpha")], check=True, capture_output=True)

    def spawn(self, command, log):
        with open(os.path.join(self.folder, log), "ab") as file:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                     start_new_session=True)
        self.children.append(child)
        return child

    def start_emulator(self, program):
        port_file = os.path.join(self.folder, "port")
        self.spawn([program, "--port", "0", "--port-file", port_file, "--rate", "0", "--latency", "30"], "emulator.log")
        await_that("the emulator listens", 20, lambda: os.path.exists(port_file) and os.path.getsize(port_file))
        with open(port_file) as file:
            return int(file.read())

    def start_etcd(self):
        client, peer = free_port(), free_port()
        at = "http://127.0.0.1:%d"
        self.spawn(["etcd", "--name", "one", "--data-dir", os.path.join(self.folder, "etcd"),
                    "--listen-client-urls", at % client, "--advertise-client-urls", at % client,
                    "--listen-peer-urls", at % peer, "--initial-advertise-peer-urls", at % peer,
                    "--initial-cluster", "one=" + at % peer], "etcd.log")
        ask = {**os.environ, "ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": at % client}
        await_that("etcd answers", 30, lambda: subprocess.run(
            ["etcdctl", "endpoint", "health"], env=ask, capture_output=True).returncode == 0)
        return client

    def add(self, name):
        self.etcd_links[name], self.graph_links[name] = Link(self.etcd), Link(self.emulator)
        locations = ", ".join(f'{one}: {{ id: "{identity}" }}' for one, identity in LOCATIONS.items())
        with open(self.config(name), "w") as file:
            file.write(CONFIGURATION % dict(spool=self.spool, tenant=TENANT, client=CLIENT, locations=locations,
                                            port=self.graph_links[name].port, timeout=REQUEST_TIMEOUT))
        os.chmod(self.config(name), 0o600)
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith(("AZURE_", "KNOCKNOC_", "ETCDCTL_")) and "proxy" not in key.lower()}
        environment |= {"KNOCKNOC_ENTRA": self.program, "LOCK_LIFETIME": str(self.lifetime),
                        "ETCDCTL_ENDPOINTS": f"http://127.0.0.1:{self.etcd_links[name].port}"}
        self.hosts.append(Host(name, [ACTIVE, f"knocknoc-entra/{TENANT}", "--config", self.config(name)],
                               environment, os.path.join(self.folder, f"{name}.log")))

    def config(self, name):
        return os.path.join(self.folder, f"{name}.json5")

    def start(self):
        for host in self.hosts:
            host.start()

    def active(self):
        """The host that has the spool, the token and the process; None while nobody has."""
        try:
            with open(os.path.join(self.spool, "active")) as file:
                words = file.read().split()
        except FileNotFoundError:
            return None
        token, pid = int(words[0]), int(words[-1])
        return next(((host, token, pid) for host in self.hosts if host.owns(pid)), None)

    def candidates(self):
        """How many wait for the lock or have it."""
        keys = subprocess.run(
            ["etcdctl", "get", "--prefix", "--keys-only", "knocknoc-entra/"], capture_output=True, text=True,
            env={**os.environ, "ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": f"http://127.0.0.1:{self.etcd}"}).stdout
        return len(keys.split())

    def lists(self):
        """What Entra holds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.emulator, timeout=10)
        try:
            connection.request("GET", "/_emulator/locations")
            names = {identity: name for name, identity in LOCATIONS.items()}
            return {names[one["id"]]: sorted(set(one["ranges"]) - {SENTINEL})
                    for one in json.loads(connection.getresponse().read()) if one["id"] in names}
        finally:
            connection.close()

    def settled(self):
        """Nothing waits and nothing is under way."""
        return not any(name.endswith(b".json") for folder in ("incoming", "work")
                       for name in os.listdir(os.path.join(os.fsencode(self.spool), folder.encode())))

    def close(self):
        for host in self.hosts:
            host.end()
        for child in self.children:
            child.send_signal(signal.SIGKILL)
            child.wait()
