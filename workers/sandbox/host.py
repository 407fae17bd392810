"""One warm process for all that read on a host: `python -m workers.sandbox.host`.

    worker ── connects ──> host.py ── fork, for each line ──> server.py ── fork ──> child.py

What is warm is there once, and all that are forked from it share its memory. Each worker process
has a server of its own still: one that hangs, or is ended, is the trouble of its worker alone. If
this process ends, `gouji up` starts it again, and ends the servers that it leaves behind; their
workers connect anew, and wait meanwhile at the listening socket, which outlives it.

Nobody is asked who he is: the socket stands in the folder of the service, and may be connected to
by its owner alone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys

from workers.sandbox.server import Ready, ready
from workers.tether import READY

#: What it is told to do, as `children.py` adds it at the end.
_OPTIONS = ("--tether", "--door")


def main(arguments: list[str]) -> None:
    """What `server.ready` takes, then the tether to the supervisor and the listening socket."""
    *told, first, tether_number, second, door_number = arguments
    if (first, second) != _OPTIONS:
        raise SystemExit(f"usage: … {' N '.join(_OPTIONS)} N")
    tether, door = (socket.socket(fileno=int(one)) for one in (tether_number, door_number))
    for own in (tether, door):
        own.set_inheritable(False)
    # What a document could write to is nobody's log.
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    warm = ready(told)
    # Of this process, not of the servers, which go when their workers do.
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Servers that end are nobody's to wait for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    tether.sendall(READY)
    while line := _next(tether, door):
        with line:
            if _forked():
                continue
            signal.signal(signal.SIGTERM, before)
            tether.close()
            door.close()
            _serve(warm, line)


def _next(tether: socket.socket, door: socket.socket) -> socket.socket | None:
    """The line to who comes next; None when the supervisor is gone."""
    waiting = select.poll()
    for own in (tether, door):
        waiting.register(own, select.POLLIN)
    ready_now = {descriptor for descriptor, _ in waiting.poll()}
    if tether.fileno() in ready_now:
        return None
    line, _ = door.accept()
    return line


def _forked() -> bool:
    """False in the process that is forked; True in this one, also where there can be none."""
    try:
        return os.fork() != 0
    except OSError:
        return True


def _serve(warm: Ready, line: socket.socket) -> None:
    """Never returns."""
    try:
        warm.serve(line)
        os._exit(0)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
