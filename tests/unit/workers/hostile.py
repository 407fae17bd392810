"""Examines a document by doing what it says: what a document that has taken its parser over
would try. Runs in the sandbox only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Outcome

#: The line to the worker, as `child.py` puts it.
LINE = 3


def examine(source: bytes, name: str) -> Outcome:
    """What was done stands in the title: what came of it, or the exception."""
    word, _, about = source.decode().partition(" ")
    try:
        said = DEEDS[word](about)
    except OSError as error:
        said = f"{type(error).__name__} {error.errno}"
    return Outcome(document=Document(format=Format.TEXT, title=said), report=None)


def _loop(_: str) -> str:
    while True:
        pass


def _sleep(_: str) -> str:
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(60)


def _pause(about: str) -> str:
    """A document that takes its time."""
    time.sleep(4)
    return about


def _ignore_processor_time(_: str) -> str:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    return _loop("")


def _hog(_: str) -> str:
    held = []
    while True:
        held.append(bytearray(os.urandom(1) * 2**20))


def _c_hog(_: str) -> str:
    """As a library in C does that ends the process when it gets no memory."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while at := libc.malloc(ctypes.c_size_t(2**20)):
        ctypes.memset(at, 1, 2**20)
    libc.abort()
    return ""


def _crash(_: str) -> str:
    ctypes.string_at(0)
    return ""


def _abort(_: str) -> str:
    os.abort()


def _exit(code: str) -> str:
    os._exit(int(code))


def _defect(_: str) -> str:
    raise KeyError("a surprise")


def _refuse(_: str) -> str:
    raise Refusal(RefusalCode.ENCRYPTED, "加密", "encrypted")


def _recurse(_: str) -> str:
    return _recurse("")


def _echo(text: str) -> str:
    return text


def _connect(address: str) -> str:
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=2):
        return "connected"


def _socket(family: str) -> str:
    with socket.socket(getattr(socket, family)):
        return "a socket"


def _fork(_: str) -> str:
    if os.fork() == 0:
        os._exit(0)
    return "forked"


def _run(_: str) -> str:
    return subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout.decode()


def _write(path: str) -> str:
    Path(path).write_text("was here", encoding="utf-8")
    return "written"


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _kill(pid: str) -> str:
    os.kill(int(pid), signal.SIGTERM)
    return "killed"


def _environment(_: str) -> str:
    return " ".join(sorted(os.environ))


def _descriptors(_: str) -> str:
    open_ = []
    for descriptor in range(256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        open_.append(str(descriptor))
    return " ".join(open_)


def _write_descriptors(_: str) -> str:
    """What was open when it was forked must not be there."""
    written = []
    for descriptor in range(4, 64):
        try:
            os.write(descriptor, b"?")
        except OSError:
            continue
        written.append(str(descriptor))
    return " ".join(written)


def _garbage(text: str) -> str:
    """Answer with it, well framed."""
    body = text.encode()
    os.write(LINE, struct.pack("!QQ", len(body), 0) + body)
    os._exit(0)


def _attach(text: str) -> str:
    """Answer with it, and something attached that nobody asked for."""
    body = text.encode()
    os.write(LINE, struct.pack("!QQ", len(body), 3) + body + b"PNG")
    os._exit(0)


def _boast(length: str) -> str:
    """Promise an answer of that length, and stay."""
    os.write(LINE, struct.pack("!QQ", int(length), 0))
    return _sleep("")


def _stay(_: str) -> str:
    """Answer well, and stay."""
    body = b'{"refused": {"code": "empty", "message": "", "message_en": "stayed"}}'
    os.write(LINE, struct.pack("!QQ", len(body), 0) + body)
    return _sleep("")


def _huge(count: str) -> str:
    return "字" * int(count)


DEEDS: dict[str, Callable[[str], str]] = {
    name.removeprefix("_"): deed
    for name, deed in list(globals().items())
    if name.startswith("_") and not name.startswith("__") and callable(deed)
}
