"""`status --watch` on a screen."""
import os
import signal
import time

from ground import until
from terminals import Pseudoterminal, Tmux

LABELS = {"worker", "trouble", "draining", "queue", "failed", "location", "entra", "last"}


def each_end_leaves_the_terminal_as_it_was(ground):
    """q, Ctrl-C and a signal: cursor, echo and what was on the screen are back, and the shell has status 0."""
    for end in ("q", "C-c", "TERM"):
        screen = Tmux(ground)
        try:
            screen.type("echo before")
            screen.wait_for("\nbefore")
            screen.type("knocknoc-entra status --watch; echo status=$?")
            screen.wait_for("worker      runs")
            if screen.show("#{alternate_on} #{cursor_flag}") != "1 0":
                raise AssertionError("the page is not on a screen of its own without a cursor")
            if end == "TERM":
                shell = int(screen.show("#{pane_pid}"))
                child = open(f"/proc/{shell}/task/{shell}/children").read().split()[0]
                os.kill(int(child), signal.SIGTERM)
            else:
                screen.press(end)
            screen.wait_for("status=0")
            if screen.show("#{alternate_on} #{cursor_flag} #{wrap_flag}") != "0 1 1":
                raise AssertionError(f"after {end} the terminal is not as before")
            shown = screen.screen()
            if "before" not in shown or "worker " in shown:
                raise AssertionError(f"after {end} the screen is not as before: {shown}")
            screen.type("stty -a")
            screen.wait_for(" icanon")
            if " echo " not in screen.screen().replace("\n", " ") or "-isig" in screen.screen():
                raise AssertionError(f"after {end} the terminal's keys are not as before")
        finally:
            screen.end()


def it_is_drawn_in_place(ground):
    """Seconds later there is still one page, and it has changed."""
    screen = Tmux(ground)
    try:
        screen.type("knocknoc-entra status --watch")
        screen.wait_for("worker      runs")
        first = screen.screen()
        until("another second on the page", lambda: screen.screen() != first)
        time.sleep(1.2)
        lines = [line.split()[0] for line in screen.screen().splitlines() if line.strip()]
        if lines.count("worker") != 1 or lines.count("queue") != 1:
            raise AssertionError(f"the page is there more than once: {lines}")
        screen.press("q")
    finally:
        screen.end()


def narrow_and_low_screens_hold(ground):
    """Each line is one line, and what has no room below is left out, also when the window shrinks meanwhile."""
    screen = Tmux(ground, columns=100)
    try:
        screen.type("knocknoc-entra status --watch")
        screen.wait_for("worker      runs")
        for columns, rows in ((40, 24), (20, 24), (20, 3)):
            screen("resize-window", "-t", "s", "-x", str(columns), "-y", str(rows))
            time.sleep(1.5)
            lines = [line for line in screen.screen().splitlines() if line.strip()]
            strangers = [line for line in lines if line.split()[0] not in LABELS]
            if strangers or not lines[0].startswith("worker"):
                raise AssertionError(f"at {columns} columns and {rows} rows: {lines}")
        screen.press("q")
    finally:
        screen.end()


def a_dumb_terminal_gets_pages_without_escapes(ground):
    """TERM=dumb: one page after the other, and Ctrl-C ends it."""
    terminal = Pseudoterminal(
        ground, ["knocknoc-entra", "status", "--watch"], environment={"TERM": "dumb"})
    until("two pages", lambda: terminal.read() and terminal.text.count("worker ") >= 2)
    terminal.send("\x03")
    text, status = terminal.finish()
    if "\x1b" in text or status not in (0, -signal.SIGINT):
        raise AssertionError(f"status {status}: {text!r}")


CHECKS = [
    each_end_leaves_the_terminal_as_it_was, it_is_drawn_in_place, narrow_and_low_screens_hold,
    a_dumb_terminal_gets_pages_without_escapes,
]
