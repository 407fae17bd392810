"""What stands between the workers and the store, and spoils what it is told to spoil.

An HTTP proxy on this machine. Requests are handed on byte for byte (the signature covers
the Host header, so that is kept), one upstream connection a client connection. `fault` is
asked about each request before it goes on; what it answers is what goes wrong.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.parse import unquote, urlsplit


class Fault(StrEnum):
    REFUSED = "refused"
    """The connection is dropped without an answer, and nothing has happened."""
    STORM = "storm"
    """503 SlowDown."""
    SLOW = "slow"
    """Everything works, late."""
    CUT_BODY = "cut_body"
    """Half of what the answer's length promises, then the end."""
    LOST_ANSWER = "lost_answer"
    """It was done, and nobody is told."""
    BUSY = "busy"
    """409 to a conditional write, which was not done."""
    NOT_AS_READ = "not_as_read"
    """412 to a conditional write, which was not done."""
    TURNED_AWAY = "turned_away"
    """403: the key is none any more."""
    FULL = "full"
    """500 to a write, which was not done: as SeaweedFS answers where its disk is full."""


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    #: Decoded, with the bucket.
    path: str
    #: Whether it is a conditional write.
    conditional: bool
    #: The address of who asks.
    peer: str = ""


Decide = Callable[[Asked], Fault | None]

SLOW_SECONDS = 1.0
_ANSWERS = {
    Fault.STORM: (503, "SlowDown"),
    Fault.BUSY: (409, "ConditionalRequestConflict"),
    Fault.NOT_AS_READ: (412, "PreconditionFailed"),
    Fault.TURNED_AWAY: (403, "InvalidAccessKeyId"),
    Fault.FULL: (500, "InternalError"),
}


def now_and_then(seed: int, share: float, *faults: Fault) -> Decide:
    """One of the faults for this share of the requests it can befall."""
    chance, lock = Random(seed), threading.Lock()

    def decide(asked: Asked) -> Fault | None:
        with lock:
            fault = chance.choice(faults)
            hit = chance.random() < share
        return fault if hit and _befalls(fault, asked) else None

    return decide


def always(fault: Fault) -> Decide:
    return lambda asked: fault if _befalls(fault, asked) else None


def _befalls(fault: Fault, asked: Asked) -> bool:
    if fault in (Fault.BUSY, Fault.NOT_AS_READ):
        return asked.conditional
    if fault in (Fault.LOST_ANSWER, Fault.FULL):
        return asked.method == "PUT"
    return fault is not Fault.CUT_BODY or asked.method == "GET"


class Proxy:
    def __init__(self, endpoint: str, host: str = "127.0.0.1") -> None:
        far = urlsplit(endpoint)
        self.far = (far.hostname or "", far.port or 80)
        #: What goes wrong; may be changed at any time.
        self.fault: Decide = lambda _: None
        #: Told of each request that the store has answered, before the asker hears of it.
        self.answered: Callable[[Asked], None] = lambda _: None
        self.done: Counter[str] = Counter()
        #: Conditions that did not hold are said to have held, as some stores do.
        self.heedless = False
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            upstream: HTTPConnection | None = None

            def do_PUT(self) -> None:
                proxy.pass_on(self)

            do_GET = do_HEAD = do_DELETE = do_POST = do_PUT  # noqa: N815 - names of http.server

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()
                if self.upstream is not None:
                    self.upstream.close()

            def log_message(self, *_: object) -> None:
                return

        self.handler = Handler
        self.server = _Server((host, 0), Handler)
        self.url = f"http://{host}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = _asked(handler)
        fault = self.fault(asked)
        if fault:
            self.done[str(fault)] += 1
        if fault is Fault.REFUSED:
            _hang_up(handler)
        elif fault in _ANSWERS:
            status, code = _ANSWERS[fault]
            said = f"<Error><Code>{code}</Code><Message>{fault}</Message></Error>".encode()
            _answer(handler, status, [("Content-Type", "application/xml")], said, len(said))
        else:
            if fault is Fault.SLOW:
                time.sleep(SLOW_SECONDS)
            try:
                response, answer = self._ask(handler, body)
            except (OSError, HTTPException):
                _hang_up(handler)
                return
            self.answered(asked)
            if fault is Fault.LOST_ANSWER:
                _hang_up(handler)
                return
            if self.heedless and response.status == 412:
                _answer(handler, 200, [("ETag", '"whatever"')], b"", 0)
                return
            length = int(response.getheader("Content-Length") or len(answer))
            if fault is Fault.CUT_BODY and response.status == 200:
                answer = answer[: len(answer) // 2]
            _answer(handler, response.status, response.getheaders(), answer, length)

    def _ask(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[HTTPResponse, bytes]:
        upstream: HTTPConnection | None = handler.upstream  # type: ignore[attr-defined]
        if upstream is None:
            upstream = handler.upstream = HTTPConnection(*self.far, timeout=30)  # type: ignore[attr-defined]
            upstream.connect()
            upstream.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upstream.putrequest(
            handler.command, handler.path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in handler.headers.items():
            if name.lower() not in ("expect", "connection"):
                upstream.putheader(name, value)
        upstream.endheaders(body or None)
        response = upstream.getresponse()
        return response, response.read()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are what is wanted here."""


def _asked(handler: BaseHTTPRequestHandler) -> Asked:
    conditional = handler.command == "PUT" and any(
        name in handler.headers for name in ("If-Match", "If-None-Match")
    )
    path = unquote(urlsplit(handler.path).path)
    return Asked(handler.command, path, conditional, handler.client_address[0])


def _answer(
    handler: BaseHTTPRequestHandler,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    length: int,
) -> None:
    handler.send_response_only(status)
    for name, value in headers:
        if name.lower() not in ("content-length", "transfer-encoding", "connection"):
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)
        handler.close_connection = len(body) != length


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)
