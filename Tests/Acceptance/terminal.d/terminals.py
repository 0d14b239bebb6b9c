"""Two kinds of terminal: a bare pseudo-terminal, and a screen in tmux."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from ground import until

# Colours, which are all that a command may put into a line.
COLOUR = re.compile(r"\x1b\[[0-9]*m")


class Pseudoterminal:
    """A program on a terminal of its own; `text` is every byte that came from it."""

    def __init__(self, ground, words, columns=80, rows=24, environment=None):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

        def own_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=ground.environment | (environment or {}),
            cwd=ground.folder, preexec_fn=own_terminal)
        os.close(slave)
        self.master, self.text = master, ""

    def read(self, seconds=0.05):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            part = os.read(self.master, 65536)
        except OSError:
            return False
        self.text += part.decode(errors="surrogateescape")
        return bool(part)

    def send(self, text):
        os.write(self.master, text.encode())

    def wait_for(self, text, seconds=20):
        def is_there():
            self.read()
            return text in self.text

        until(f"{text!r} in {self.text[-600:]!r}", is_there, seconds)

    def finish(self, seconds=60):
        """All that it printed, and its status."""
        end = time.monotonic() + seconds
        while self.process.poll() is None or self.read(0):
            self.read()
            if time.monotonic() > end:
                self.process.kill()
                raise AssertionError(f"never ended: {self.text[-600:]!r}")
        os.close(self.master)
        return self.text, self.process.returncode


def on_terminal(ground, *words, **options):
    return Pseudoterminal(ground, words, **options).finish()


class Tmux:
    """A shell on a screen, seen as a person sees it."""

    servers = 0

    def __init__(self, ground, columns=100, rows=24):
        # A server that is ending would be found by its socket.
        Tmux.servers += 1
        self.command = ["tmux", "-S", str(ground.folder / f"tmux-{Tmux.servers}"), "-f", "/dev/null"]
        self.ground = ground
        shell = "bash --norc --noprofile"
        self("new-session", "-d", "-x", str(columns), "-y", str(rows), "-s", "s", shell)
        self("set-option", "-g", "status", "off")
        self("resize-window", "-t", "s", "-x", str(columns), "-y", str(rows))
        self.type("PS1='ready> '; clear")
        self.wait_for("ready>")

    def __call__(self, *words):
        environment = self.ground.environment | {"TERM": "xterm-256color"}
        result = subprocess.run(
            self.command + list(words), env=environment, cwd=self.ground.folder, capture_output=True, text=True)
        if result.returncode != 0:
            raise AssertionError(f"tmux {words}: {result.stderr}")
        return result.stdout

    def type(self, line):
        self("send-keys", "-t", "s", "-l", line)
        self("send-keys", "-t", "s", "Enter")

    def press(self, key):
        self("send-keys", "-t", "s", key)

    def screen(self):
        return self("capture-pane", "-p", "-t", "s")

    def wait_for(self, text):
        until(f"{text!r} on the screen", lambda: text in self.screen())

    def show(self, form):
        return self("display-message", "-p", "-t", "s", form).strip()

    def end(self):
        self("kill-server")
