"""How these programs end."""

import os
import signal
import sys
import threading
import time


def leave_when_told():
    """SIGTERM and Ctrl-C raise SystemExit, so that `with` and `finally` get to say goodbye; the end of
    stdin, which is how a program on any system notices that its parent is gone, ends it on the spot."""
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: sys.exit(0))
    end_with_parent()


def end_with_parent():
    """Only the second half of it, for a program that handles its signals itself."""
    threading.Thread(target=_exit_at_end_of_stdin, daemon=True).start()


def work_for(milliseconds):
    """Sleeps in short naps, since a signal that comes just before a nap is noticed only after it."""
    done_at = time.monotonic() + milliseconds / 1000
    while (left := done_at - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))


def _exit_at_end_of_stdin():
    while os.read(0, 1024):  # not sys.stdin, whose lock would be held when the interpreter shuts down
        pass
    os._exit(0)
