"""`gouji check`: the whole core on files of this machine, without a service.

Each file is read in this process. A report whose report of the year before is among the
files is held against it, so the envelopes of several files are printed after the last one is
read, in the order given. A document cannot end the run: what our program breaks on is printed
as `failed`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import typer

from tasks.flow import examine
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.report import Outcome
from tasks.render.result import Envelope, done, dumps, failed, refused
from workers.cli.progress import progress
from workers.cli.series import Series
from workers.cli.stop import CLOSED, FINDINGS, REFUSED, USAGE, Stop

PREFIX = "GOUJI_"
#: Address space of this process; ten times what a long PDF takes.
MEMORY_BYTES = 4 << 30
#: Bytes and name -> Outcome. Raises `Refusal`.
Examine = Callable[[bytes, str], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost.

    The defaults are those of `Settings`, which takes longer to import than a small report
    to read; a test holds them together.
    """

    max_document_mib: int = 64
    soft_time_limit_seconds: int = 240


def check_files(
    files: Sequence[Path], *, as_json: bool, language: str, examine: Examine = examine
) -> int:
    """Print the envelope of each file, in the order given. The exit code of the worst."""
    _ask_for_files(files)
    limits = _read_limits()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    checked = Series()
    with _memory_limit(), progress("check", len(files) if len(files) > 1 else 0) as advance:
        for path in files:
            checked.add(_examined(path, limits, examine))
            advance()
    worst = 0
    for envelope in checked.envelopes():
        _print(envelope, as_json=as_json, language=language)
        worst = max(worst, _verdict(envelope))
    return worst


def _ask_for_files(files: Sequence[Path]) -> None:
    """Before anything is read: a name mistyped is not a document refused."""
    for path in files:
        if path.is_dir():
            raise Stop(f"{path} is a folder: name its files, as {path}/*", code=USAGE)
        if not path.exists():
            raise Stop(f"{path} does not exist: check the name", code=USAGE)
        if not os.access(path, os.R_OK):
            raise Stop(f"{path} may not be read by you: change its permissions", code=USAGE)


def _read_limits() -> Limits:
    if not any(name.startswith(PREFIX) for name in os.environ):
        return Limits()
    from workers.cli.service import settings_or_stop

    settings = settings_or_stop()
    return Limits(
        max_document_mib=settings.max_document_mib,
        soft_time_limit_seconds=settings.soft_time_limit_seconds,
    )


def _examined(path: Path, limits: Limits, examine: Examine) -> Envelope:
    source: dict[str, Any] = {"name": path.name, "size": None, "sha256": None}
    try:
        source["size"] = path.stat().st_size
        _refuse_large(source["size"], limits)
        body = path.read_bytes()
        source |= {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        with _time_limit(limits.soft_time_limit_seconds):
            return done(source, examine(body, path.name))
    except Refusal as refusal:
        return refused(source, refusal)
    except _Late:
        return refused(source, _too_late(limits))
    except MemoryError:
        return refused(source, _OUT_OF_MEMORY)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - also a panic of a library in Rust
        return _broken(path, source, error)


def _broken(path: Path, source: dict[str, Any], error: BaseException) -> Envelope:
    where = traceback.extract_tb(error.__traceback__)[-1]
    print(
        f"gouji: {path}: our program broke on this file, please report it:"
        f" {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})",
        file=sys.stderr,
    )
    return failed(source, error=type(error).__name__, message=str(error))


def _refuse_large(size: int, limits: Limits) -> None:
    if size > limits.max_document_mib << 20:
        raise Refusal(
            RefusalCode.TOO_LARGE,
            f"文件超过 {limits.max_document_mib} MiB，请压缩图片或拆分后重新提交。",
            f"The file is larger than {limits.max_document_mib} MiB; reduce its pictures.",
        )


_OUT_OF_MEMORY = Refusal(
    RefusalCode.OUT_OF_MEMORY,
    "读取该文件所需内存超过限制，请用原软件另存后重新提交。",
    "Reading the file takes more memory than allowed; save it again and send it again.",
)


@contextmanager
def _memory_limit() -> Iterator[None]:
    """Let a document that takes too much fail by itself, before the machine suffers."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    hard = before[1]
    limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    # macOS knows the limit and does not let it be set.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, before)


def _too_late(limits: Limits) -> Refusal:
    return Refusal(
        RefusalCode.TIMEOUT,
        f"读取该文件超过 {limits.soft_time_limit_seconds} 秒，请用原软件另存后重新提交。",
        f"Reading the file takes more than {limits.soft_time_limit_seconds} s; save it again.",
    )


class _Late(BaseException):
    """Time is up. No Exception: many a library goes on after those."""


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Raise `_Late` in what takes longer, and again each second in case it was swallowed."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _verdict(envelope: Envelope) -> int:
    if envelope["status"] != "done":
        return REFUSED
    errors = any(finding["severity"] == "error" for finding in envelope["findings"])
    return FINDINGS if errors else 0


def _print(envelope: Envelope, *, as_json: bool, language: str) -> None:
    if as_json:
        body = dumps(envelope) + b"\n"
    else:
        from workers.cli.people import told

        body = told(envelope, language).encode()
    try:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # `gouji check … | head`: nobody reads on, and nobody wants to hear of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(CLOSED) from None
