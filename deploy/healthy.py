"""Whether the process of this container serves. Its health check runs it; exit code 0: yes.

python healthy.py page 8070 /healthz     something answers with 200 there
python healthy.py alive /tmp/alive       the worker touches its GOUJI_ALIVE_FILE, or need not now

Imports no Celery, which takes seconds of the processor that documents are waiting for.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 5.0
#: Many times what a worker lets pass between two touches of its file.
STALE_SECONDS = 120.0


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


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["page", port, path]:
            sys.exit(not page(port, path))
        case ["alive", file]:
            sys.exit(not alive(file))
    sys.exit(__doc__)
