"""One spool, one Entra, one etcd, and two hosts with a connection of their own to each server."""
import os
import socket
import subprocess

from host import Host
from link import Link
from load import LOCATIONS, kit

REQUEST_TIMEOUT = 2
HERE = os.path.dirname(os.path.abspath(__file__))
ACTIVE = os.path.join(HERE, "../../../contrib/ha/knocknoc-entra-active")


class Failure(Exception):
    """What should not have happened, in a sentence."""


def await_that(what, seconds, predicate):
    try:
        return kit.until(what, predicate, seconds)
    except kit.NeverCame as reason:
        raise Failure(str(reason)) from None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Ground:
    def __init__(self, programs, folder, lifetime):
        self.folder, self.lifetime = folder, lifetime
        self.spool = os.path.join(folder, "spool")
        self.program = os.path.join(programs, "knocknoc-entra")
        self.children, self.hosts, self.etcd_links, self.graph_links = [], [], {}, {}
        self.emulator = kit.Emulator(programs, "--latency", "30")
        self.etcd = self.start_etcd()
        for name in ("alpha", "beta"):
            self.add(name)
        subprocess.run([self.program, "init", "--config", self.config("alpha")], check=True, capture_output=True)

    def spawn(self, command, log):
        child = kit.start(command, os.path.join(self.folder, log), env=os.environ, start_new_session=True)
        self.children.append(child)
        return child

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
        self.etcd_links[name], self.graph_links[name] = Link(self.etcd), Link(self.emulator.port)
        # Nothing but the second write may repair a list here.
        kit.configure(
            self.config(name), self.spool, f"http://127.0.0.1:{self.graph_links[name].port}", LOCATIONS,
            entra={"requestsPerSecond": 20, "connectTimeout": "00:00:01", "requestTimeout": f"00:00:0{REQUEST_TIMEOUT}"},
            batch={"linger": "00:00:00.020"}, reconcileInterval="24:00:00",
            retry={"giveUpAfter": None, "grace": None, "initialBackoff": "00:00:00.100", "maxBackoff": "00:00:00.500",
                   "secondWriteAfter": "00:00:01"})
        environment = kit.environment({
            "KNOCKNOC_ENTRA": self.program, "LOCK_LIFETIME": str(self.lifetime),
            "ETCDCTL_ENDPOINTS": f"http://127.0.0.1:{self.etcd_links[name].port}"}, without=("ETCDCTL_",))
        self.hosts.append(Host(name, [ACTIVE, f"knocknoc-entra/{kit.TENANT}", "--config", self.config(name)],
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
        return {name: sorted(set(self.emulator.held(identity)) - {kit.SENTINEL})
                for name, identity in LOCATIONS.items()}

    def settled(self):
        """Nothing waits and nothing is under way."""
        return kit.is_at_rest(self.spool)

    def close(self):
        for host in self.hosts:
            host.end()
        kit.end(*self.children)
        self.emulator.stop()
