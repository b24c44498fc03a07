"""Runs a command in a terminal of its own, prints what it shows, and presses Ctrl-C when a text appears.

    python terminal.py "text or nothing" command arguments …
"""

import os
import pty
import sys

text, command = sys.argv[1].encode(), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

shown = b""
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:  # Linux says so when the command is gone, macOS with an empty chunk
        break
    if not chunk:
        break
    sys.stdout.buffer.write(chunk)
    shown += chunk
    if text and text in shown:
        os.write(terminal, b"\x03")
        text = b""
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
