"""A host: the script that waits for the lock, and with it the worker, as a service manager would keep them going."""
import os
import signal
import subprocess
import threading
import time


class Host:
    def __init__(self, name, command, environment, log):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.process, self.ended_at, self.status = None, None, None
        self.wanted = True
        self.lock = threading.Lock()

    def start(self):
        with self.lock:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL,
                                                stdout=log, stderr=log, start_new_session=True)
            self.ended_at = self.status = None

    def keep(self):
        """As with Restart=always."""
        while self.wanted:
            if self.process.poll() is not None:
                if self.ended_at is None:
                    self.ended_at, self.status = time.monotonic(), self.process.returncode
                elif time.monotonic() > self.ended_at + 0.5:
                    self.start()
            time.sleep(0.02)

    def owns(self, pid):
        try:
            return os.getpgid(pid) == self.process.pid
        except OSError:
            return False

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def end(self):
        self.wanted = False
        for number in (signal.SIGCONT, signal.SIGKILL):
            try:
                self.signal(number)
            except OSError:
                return

    def text(self):
        with open(self.log, errors="replace") as log:
            return log.read()
