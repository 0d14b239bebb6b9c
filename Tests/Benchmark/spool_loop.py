"""A plain Python loop over a spool with the same protocol: spool_loop.py FOLDER BATCH."""

import fcntl
import json
import os
import stat
import sys
import time


def claim(incoming, work, name, number):
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=incoming)
    status = os.fstat(file)
    assert stat.S_ISREG(status.st_mode) and status.st_nlink == 1
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    request = json.loads(os.read(file, 65_537))
    assert request["action"] in ("grant", "revoke", "flush")
    seconds, nanoseconds = divmod(status.st_mtime_ns, 1_000_000_000)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
    settled = f"{stamp}.{nanoseconds // 1_000:06}Z-{number * 40_503 & 0xffff:04x}~{name}"
    claimed = f"{settled}#{number:016x}"
    # Python has no renameat2; this is one call as well, and does not look at the target.
    os.rename(name, claimed, src_dir_fd=incoming, dst_dir_fd=work)
    assert os.stat(claimed, dir_fd=work, follow_symlinks=False).st_ino == status.st_ino
    os.close(file)
    return claimed, settled


def main():
    root, batch = sys.argv[1], int(sys.argv[2])
    day = f"{root}/done/{time.strftime('%Y%m%d', time.gmtime())}"
    os.mkdir(day)
    incoming, work, done = (os.open(path, os.O_RDONLY | os.O_DIRECTORY)
                            for path in (f"{root}/incoming", f"{root}/work", day))
    with os.scandir(incoming) as entries:
        names = sorted((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name) for entry in entries)
    for start in range(0, len(names), batch):
        claims = [claim(incoming, work, name, start + index)
                  for index, (_, name) in enumerate(names[start:start + batch])]
        os.fsync(work)
        for claimed, settled in claims:
            os.rename(claimed, settled, src_dir_fd=work, dst_dir_fd=done)
        for folder in (done, work, incoming):
            os.fsync(folder)


main()
