"""A host: the script that waits for the lock, and with it the worker, as a service manager would keep them going."""
import os
import signal
import subprocess
import threading
import time


class Host:
    def __init__(self, name, command, environment, log):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.process, self.wanted = None, True
        # The status of each life.
        self.ends = []

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        threading.Thread(target=self.keep, daemon=True).start()

    def keep(self):
        """As with Restart=always."""
        self.ends.append(self.process.wait())
        time.sleep(0.5)
        if self.wanted:
            self.start()

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
