"""Runs a program until it has begun to judge something, and kills it there: kill_under_mark.py MARK PROGRAM ARGUMENT…

The mark is a file to which the program appends `begin …` before and `end …` after judging what lies beside it. Between
the two lie microseconds, so the program is stopped at each of its system calls (ptrace(2)) and the mark looked at.
"""
import ctypes
import os
import signal
import sys

TRACE_ME, SYSTEM_CALL, SET_OPTIONS = 0, 24, 0x4200
OPTIONS = 0x1 | 0x8 | 0x100000  # tell system calls from signals, follow new threads, end it when we end
ALL_THREADS = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def ptrace(request, thread, data=None):
    if libc.ptrace(request, thread, None, data) < 0 and ctypes.get_errno() != 3:  # ESRCH: it has just ended
        raise OSError(ctypes.get_errno(), "ptrace: " + os.strerror(ctypes.get_errno()))


def mark_of(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def is_judging(mark, before):
    """It has begun since, and what it judges has been claimed."""
    present = mark_of(mark)
    has_begun = present != before and present.rstrip(b"\n").split(b"\n")[-1].startswith(b"begin")
    return has_begun and any("~" in name for name in os.listdir(os.path.dirname(mark)))


def start(arguments):
    child = os.fork()
    if child == 0:
        libc.ptrace(TRACE_ME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        os.execv(arguments[0], arguments)
    os.waitpid(child, 0)
    ptrace(SET_OPTIONS, child, OPTIONS)
    return child


def main(mark, *arguments):
    before = mark_of(mark)
    child = thread = start(list(arguments))
    passed_on = 0
    while True:
        ptrace(SYSTEM_CALL, thread, passed_on or None)
        thread, status = os.waitpid(-1, ALL_THREADS)
        passed_on = 0
        if not os.WIFSTOPPED(status):
            if thread == child:
                return 1  # it came to its end, and was not killed
            thread = os.waitpid(-1, ALL_THREADS)[0]
            continue
        if is_judging(mark, before):
            os.kill(child, signal.SIGKILL)
            while os.waitpid(-1, ALL_THREADS)[0] != child:
                pass
            return 0
        if os.WSTOPSIG(status) not in (signal.SIGTRAP, signal.SIGTRAP | 0x80, signal.SIGSTOP):
            passed_on = os.WSTOPSIG(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
