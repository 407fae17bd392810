"""`GET /metrics`: what a process tells, at a port of its own, and nothing else.

A few threads answer, one request each at a time, however many ask. What takes a lock they do under
that of the board, which a fork takes first: so children of a worker's pool are never born with one
that a thread held. That is also why this is no server of the standard library, which starts a
thread for each request, and asks for the time of its zone under a lock of the C library.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress

import h11

from workers.board import Board

#: Scrapes that are answered at a time.
THREADS = 3
#: For one request and its answer; Prometheus itself gives up after ten by default.
SECONDS = 10.0
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def serve(board: Board, opened: socket.socket) -> None:
    """Answer at this listening socket, for as long as the process lives."""
    opened.setblocking(True)
    # A child that lived longer than its parent would keep the port.
    os.register_at_fork(after_in_child=opened.close)
    for _ in range(THREADS):
        threading.Thread(target=_serve, args=(board, opened), name="scrape", daemon=True).start()


def _serve(board: Board, opened: socket.socket) -> None:
    while True:
        try:
            asking, _ = opened.accept()
        except OSError:
            # Out of descriptors, or whoever asked has gone.
            time.sleep(0.1)
            continue
        # Whoever asks may leave in the middle, or say what is no HTTP.
        with asking, suppress(OSError, h11.RemoteProtocolError, h11.LocalProtocolError):
            _answer(board, asking)
            asking.shutdown(socket.SHUT_RDWR)


def _answer(board: Board, asking: socket.socket) -> None:
    until = time.monotonic() + SECONDS
    connection = h11.Connection(h11.SERVER)
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            break
        if event is not h11.NEED_DATA:
            return
        asking.settimeout(max(0.001, until - time.monotonic()))
        connection.receive_data(asking.recv(65536))
    status, body = _said(board, event)
    headers = [("Content-Type", _TYPE), ("Content-Length", str(len(body))), ("Connection", "close")]
    head = connection.send(h11.Response(status_code=status, headers=headers))
    asking.settimeout(max(0.001, until - time.monotonic()))
    asking.sendall((head or b"") + (b"" if event.method == b"HEAD" else body))


def _said(board: Board, request: h11.Request) -> tuple[int, bytes]:
    if request.target.partition(b"?")[0] != b"/metrics":
        return 404, b"only /metrics is here\n"
    if request.method not in (b"GET", b"HEAD"):
        return 405, b"GET /metrics\n"
    return 200, board.text()
