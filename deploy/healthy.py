"""Whether the process of this container serves. Its health check runs it; exit code 0: yes.

python healthy.py page 8070 /healthz     something answers with 200 there
python healthy.py alive /tmp/alive       the worker touches its GOUJI_ALIVE_FILE, or need not now
python healthy.py ending:4 alive …       likewise; the fourth "no" in a row ends the process

The last is for Compose, which starts again what ended and leaves alone what is only unhealthy.

Imports no Celery, which takes seconds of the processor that documents are waiting for.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import sys
import tempfile
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 5.0
#: Many times what a worker lets pass between two touches of its file.
STALE_SECONDS = 120.0
#: A byte for each "no" since the last "yes"; not there before the first "yes".
IN_A_ROW = Path(tempfile.gettempdir(), "unhealthy")
#: What an engine puts before the process where the container asks for an init.
INITS = ("docker-init", "tini", "catatonit")


def page(port: str, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def alive(file: str) -> bool:
    """Idle and busy workers touch it alike. One whose broker is away waits for it and does not: it
    is not to be killed for that, in the middle of documents that it will end."""
    try:
        silent_seconds = time.time() - Path(file).stat().st_mtime
    except OSError:  # it has never begun
        return False
    return silent_seconds < STALE_SECONDS or not broker_answers(broker_url())


def broker_url() -> str:
    file = os.environ.get("GOUJI_BROKER_URL_FILE")
    return Path(file).read_text().strip() if file else os.environ.get("GOUJI_BROKER_URL", "")


def broker_answers(url: str) -> bool:
    """Anything, also that a password is needed: no secret is sent, so it may be anybody."""
    parts = urlsplit(url)
    try:
        with socket.create_connection(
            (parts.hostname or "127.0.0.1", parts.port or 6379), timeout=SECONDS
        ) as plain:
            if parts.scheme != "rediss":
                return _ping(plain)
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(plain) as secure:
                return _ping(secure)
    except OSError:
        return False


def _ping(connection: socket.socket) -> bool:
    connection.settimeout(SECONDS)
    connection.sendall(b"PING\r\n")
    return connection.recv(1) != b""


def in_a_row(healthy: bool, counted: Path = IN_A_ROW) -> int:
    """How many "no" there were since the last "yes"; 0 also where there was no "yes" yet: who takes
    long to start is not to be ended for it. Nor where a full disk keeps them from being counted."""
    try:
        if healthy:
            counted.write_bytes(b"")
        elif counted.exists():
            with counted.open("ab") as file:
                file.write(b".")
            return counted.stat().st_size
    except OSError:
        pass
    return 0


def main_process(proc: Path = Path("/proc")) -> int | None:
    """What this container runs: the first that its init has started. None where process 1 is no
    such init, as outside of a container."""
    if (proc / "1/comm").read_text().strip() not in INITS:
        return None
    children = []
    for stat in proc.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            # Source: proc(5), `stat`: from the third field on; the parent, and the start time.
            if fields[1] == "1":
                children.append((int(fields[19]), int(stat.parent.name)))
    return min(children)[1] if children else None


def end() -> None:
    """Not by SIGTERM, which a process that is stopped or hangs does not see."""
    pid = main_process()
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def ask(words: list[str]) -> bool:
    match words:
        case ["page", port, path]:
            return page(port, path)
        case ["alive", file]:
            return alive(file)
    sys.exit(__doc__)


def main(words: list[str]) -> int:
    most = words.pop(0).partition(":")[2] if words and words[0].startswith("ending:") else ""
    healthy = ask(words)
    if most and in_a_row(healthy) >= int(most):
        end()
    return not healthy


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
