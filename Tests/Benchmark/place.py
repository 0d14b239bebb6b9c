"""Where the files of a measurement lie: ext4 in a loop image of its own, else memory, else the temporary folder."""

import contextlib
import os
import shutil
import subprocess
import tempfile

SIZE = 6 << 30
# A million files in done/, and as many again for everything else.
INODES = 2_000_000


def run(*words):
    subprocess.run(words, check=True, capture_output=True)


def free(folder):
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


@contextlib.contextmanager
def made(chosen=None):
    """A folder and what it lies on, in words; gone afterwards."""
    memory = os.access("/dev/shm", os.W_OK) and free("/dev/shm") > SIZE // 2
    under = chosen or ("/dev/shm" if memory else tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="knocknoc-entra-benchmark.", dir=under) as folder:
        if chosen:
            yield folder, f"{chosen}, as asked for"
            return
        backing = "in memory" if memory else f"in {under}"
        loop = mounted(folder)
        try:
            where = f"ext4, a loop image {backing}" if loop else f"{under}, since no loop image could be made"
            yield loop or folder, where
        finally:
            if loop:
                run("umount", "--lazy", loop)


def mounted(folder):
    """Nil where this is not root, or the machine gives no loop device, as in most containers."""
    if os.geteuid() != 0:
        return None
    image, loop = f"{folder}/image", f"{folder}/loop"
    os.mkdir(loop)
    try:
        with open(image, "wb") as file:
            file.truncate(SIZE)
        # All tables now, else the kernel writes them while we measure.
        run("mkfs.ext4", "-q", "-F", "-N", str(INODES), "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        run("mount", "-o", "loop", image, loop)
        return loop
    except (OSError, subprocess.CalledProcessError):
        if os.path.exists(image):
            os.unlink(image)
        return None
