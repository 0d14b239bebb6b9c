"""A TCP connection between a host and a server that can fall silent, be refused, or hold back what is sent."""
import socket
import threading
import time


class Link:
    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.up, self.down = threading.Event(), threading.Event()
        self.refusing = False
        self.connections = set()
        # When something passed on its way to the server, and what is held back.
        self.patches, self.held = [], b""
        self.open()
        threading.Thread(target=self.accept, daemon=True).start()

    def open(self):
        self.refusing, self.held = False, b""
        self.up.set()
        self.down.set()

    def silence(self):
        """As a network does that drops everything."""
        self.up.clear()
        self.down.clear()

    def hold(self):
        """What the host sends stays on its way."""
        self.up.clear()

    def refuse(self):
        """As a server does that is gone."""
        self.refusing = True
        for one in list(self.connections):
            shut(one)

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            if self.refusing:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.connections |= {client, server}
            for source, sink, gate in ((client, server, self.up), (server, client, self.down)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.pump, args=(source, sink, gate), daemon=True).start()

    def pump(self, source, sink, gate):
        try:
            while data := source.recv(65_536):
                if gate is self.up and not gate.is_set():
                    self.held += data
                gate.wait()
                if gate is self.up and data.startswith(b"PATCH "):
                    self.patches.append(time.monotonic())
                sink.sendall(data)
        except OSError:
            pass
        finally:
            gate.wait()
            shut(sink)
            self.connections.discard(source)


def shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
