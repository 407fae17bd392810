"""Connections of the listener that are slow or stuck, through real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from workers import door
from workers.door import Door

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
LARGE = 64 * 2**20


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/waits":
        await asyncio.sleep(0.6)
    size = LARGE if scope["path"] == "/large" else 2
    headers = [(b"content-length", b"%d" % size)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for _ in range(size // 2**16):
        await send({"type": "http.response.body", "body": bytes(2**16), "more_body": True})
    await send({"type": "http.response.body", "body": bytes(2 if size == 2 else 0)})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Of a server that has less patience."""
    monkeypatch.setattr(door, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(door, "TAKING_SECONDS", 0.3)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=Door, lifespan="off", log_config=None))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    serving.join()


def is_closed(connection: socket.socket) -> bool:
    """Within a second or two."""
    connection.settimeout(3)
    with contextlib.suppress(ConnectionResetError):
        return connection.recv(1) == b""
    return True


def drips_in_vain(connection: socket.socket) -> bool:
    with contextlib.suppress(OSError):  # reset, or a broken pipe
        for _ in range(100):
            connection.sendall(b"a")
            time.sleep(0.05)
        return False
    return True


@pytest.mark.parametrize("said", [b"", b"G", HEAD, HEAD + b"X: 1\r\n"])
def test_who_never_ends_his_head_is_put_out(port: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(said)
        assert is_closed(connection)


def test_a_head_that_drips_is_put_out(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert drips_in_vain(connection)


def test_a_second_head_has_its_own_time(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + b"\r\n")
        answer = b""
        while not answer.endswith(b"\r\n\r\n\0\0"):
            answer += connection.recv(1000)
        connection.sendall(HEAD)
        assert is_closed(connection)


def test_a_body_that_nobody_reads_is_put_out(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        assert drips_in_vain(connection)


def test_who_is_waited_for_is_not_put_out(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/waits").status_code == 200
        assert client.get("/").status_code == 200


def test_who_takes_nothing_is_put_out(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD.replace(b" / ", b" /large ") + b"\r\n")
        time.sleep(1.5)
        taken = 0
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(2**20):
                taken += len(part)
        assert taken < LARGE


def test_who_takes_it_slowly_gets_all_of_it(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD.replace(b" / ", b" /large ") + b"Connection: close\r\n\r\n")
        taken = 0
        while part := connection.recv(2**20):
            taken += len(part)
            time.sleep(0.01)
        assert taken > LARGE
