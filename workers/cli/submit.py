"""`gouji submit`: files of this machine into the inbox."""

from __future__ import annotations

import hashlib
import mimetypes
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

from storage import keys
from storage.objects import ObjectStore
from workers.cli.harmless import harmless
from workers.cli.ledger import PENDING, Ledger
from workers.cli.progress import progress
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop

SENDERS = 4
LOOK_SECONDS = 0.5


class Sent(StrEnum):
    SENT = "sent"
    UNCHANGED = "unchanged"


def submit_paths(paths: Sequence[Path], *, prefix: str, wait: bool, timeout_seconds: float) -> int:
    """Print a line a file: what was done, and its key. 1 where `wait` ran out."""
    to_send = _keyed(paths, prefix)
    store = open_store(service_or_stop())
    with progress("submit", len(to_send)) as step, ThreadPoolExecutor(SENDERS) as pool:
        done = pool.map(lambda key: _send(store, key, to_send[key]), to_send)
        for key, sent in zip(to_send, done, strict=True):
            print(f"{sent:9}  {harmless(key)}", flush=True)
            step()
    if wait:
        return _wait(Ledger(store), list(to_send), timeout_seconds)
    return 0


def _keyed(paths: Sequence[Path], prefix: str) -> dict[str, Path]:
    """Key in the inbox -> file. Everything wrong is found before anything is sent."""
    keyed: dict[str, Path] = {}
    for file, name in (pair for path in paths for pair in _files(path)):
        parts = [part for part in (prefix.strip("/"), name) if part]
        key = keys.INBOX + "/".join(parts)
        if keyed.setdefault(key, file) != file:
            raise Stop(f"{keyed[key]} and {file} would both become {key}: use --prefix", code=USAGE)
        if not keys.is_document(key):
            raise Stop(f"{file} cannot be sent, {key!r} is no key: rename it", code=USAGE)
    if not keyed:
        raise Stop("there is no file in what you named", code=USAGE)
    return keyed


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """Files and their names below the folder; what begins with a dot is not for us."""
    if path.is_file():
        yield path, path.name
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            below = file.relative_to(path)
            if file.is_file() and not any(part.startswith(".") for part in below.parts):
                yield file, below.as_posix()
    else:
        raise Stop(f"{path} does not exist: check the name", code=USAGE)


def _send(store: ObjectStore, key: str, file: Path) -> Sent:
    body = file.read_bytes()
    there = store.head(key)
    # An etag is the MD5 of what was put in one piece, as it is here; any other is sent again.
    if there and there.etag == hashlib.md5(body, usedforsecurity=False).hexdigest():
        return Sent.UNCHANGED
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    store.put(key, body, content_type=kind)
    return Sent.SENT


def _wait(ledger: Ledger, waiting: list[str], timeout_seconds: float) -> int:
    """Until each has ended; what became of them on stdout."""
    end = time.monotonic() + timeout_seconds
    with progress("wait", len(waiting)) as step:
        while waiting and time.monotonic() < end:
            ended = {key: status for key in waiting if (status := _status(ledger, key)) != PENDING}
            for key, status in ended.items():
                print(f"{status:9}  {harmless(key)}", flush=True)
                step()
            waiting = [key for key in waiting if key not in ended]
            if waiting:
                time.sleep(LOOK_SECONDS)
    for key in waiting:
        print(
            f"gouji: {harmless(key)} is still pending after {timeout_seconds:g} s", file=sys.stderr
        )
    return 1 if waiting else 0


def _status(ledger: Ledger, key: str) -> str:
    entry = ledger.entry(key)
    return entry.status if entry else "deleted"
