"""`gouji submit`: files of this machine into the inbox.

What is there already with the same content is not sent again, so a run that was broken off
is gone on with by running it once more.
"""

from __future__ import annotations

import mimetypes
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

from storage import keys
from storage.errors import StorageError
from storage.objects import ObjectStore, etag_of
from workers.cli.columns import padded
from workers.cli.folders import Skipped, files_in
from workers.cli.harmless import harmless
from workers.cli.language import Said, tell
from workers.cli.ledger import PENDING, Entry, Ledger
from workers.cli.progress import progress
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import INTERRUPTED, REFUSED, USAGE, Stop

SENDERS = 4
LOOK_SECONDS = 0.5
#: More files that cannot be sent than these are counted and not named.
_MOST_NAMED = 5
#: Statuses of documents that came to nothing.
UNSUCCESSFUL = ("refused", "failed")
#: What stores say of a disk that is full, in the answers that they give.
_FULL = (
    "507",
    "InsufficientStorage",
    "XMinioStorageFull",
    "no space left",
    "disk full",
    "No free volumes",
)


class Sent(StrEnum):
    SENT = "sent"
    UNCHANGED = "unchanged"


def submit_paths(paths: Sequence[Path], *, prefix: str, wait: bool, timeout_seconds: float) -> int:
    """Print a line a file: what was done, and its key. 1 where `wait` ran out, 2 where a
    document that was waited for came to nothing, and as for a wrong command line where some file
    has a name that no key can have: the others are sent all the same."""
    to_send, unfit = _keyed(paths, prefix)
    store = open_store(service_or_stop())
    sent = _Sending(len(to_send))
    try:
        sent.all_of(store, to_send)
        if len(to_send) > 1:
            tell(sent.told())
        named = [keys.document_key(key) for key in to_send]
        code = _wait(Ledger(store), named, timeout_seconds) if wait else 0
    except KeyboardInterrupt:
        tell(sent.broken_off())
        return INTERRUPTED
    except StorageError as error:
        tell(sent.broken_off())
        raise _full(error) or error from error
    if unfit:
        tell(_unfit(unfit))
        return USAGE
    return code


#: What is printed of a document -> the same for a person in Chinese.
_IN_CHINESE = {
    Sent.SENT: "已发送",
    Sent.UNCHANGED: "已有",
    "done": "完成",
    "refused": "拒收",
    "failed": "出错",
    "deleted": "已删除",
}


def _word(word: str) -> str:
    """At a terminal in the language spoken; what goes to a program is the same in both."""
    at_terminal = sys.stdout.isatty()
    return padded(str(Said(_IN_CHINESE[word], word)) if at_terminal else word, 9)


class _Sending:
    """How far it is."""

    def __init__(self, files: int) -> None:
        self._files, self._done = files, 0
        self._counts: Counter[Sent] = Counter()

    def all_of(self, store: ObjectStore, to_send: dict[str, Path]) -> None:
        """Print each as it is there. What has not been begun when one fails, is not sent."""
        pool = ThreadPoolExecutor(SENDERS)
        sending = [(key, pool.submit(_send, store, key, file)) for key, file in to_send.items()]
        try:
            with progress("submit", self._files) as step:
                for key, one in sending:
                    self._print(key, one)
                    step()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _print(self, key: str, one: Future[Sent]) -> None:
        done = one.result()
        self._done += 1
        self._counts[done] += 1
        print(f"{_word(done)}  {harmless(key)}", flush=True)

    def told(self) -> Said:
        sent, unchanged = self._counts[Sent.SENT], self._counts[Sent.UNCHANGED]
        return Said(
            f"{self._files} 份：已发送 {sent} 份，原已在收件目录 {unchanged} 份",
            f"{self._files} files: {sent} sent, {unchanged} were there already",
        )

    def broken_off(self) -> Said:
        if self._done >= self._files:
            return Said(
                f"已中断：{self._files} 份都已发送，`gouji status` 可看进度",
                f"broken off: all {self._files} are sent; `gouji status` shows how far they are",
            )
        return Said(
            f"已中断：{self._files} 份中已发送 {self._done} 份；再运行一次同样的命令会补发其余的",
            f"broken off: {self._done} of {self._files} are sent;"
            " the same command again sends the rest",
        )


def _full(error: StorageError) -> Stop | None:
    """A store whose disk is full says so in many ways."""
    said = str(error)
    if not any(sign.casefold() in said.casefold() for sign in _FULL):
        return None
    return Stop(
        Said(
            f"对象存储的磁盘已满，请腾出空间后再试（{said}）",
            f"the disk of the object store is full: make room and try again ({said})",
        )
    )


def _keyed(paths: Sequence[Path], prefix: str) -> tuple[dict[str, Path], list[Path]]:
    """Key in the inbox -> file; and files whose names no key can have. What else is wrong is
    found before anything is sent."""
    keyed: dict[str, Path] = {}
    unfit: list[Path] = []
    skipped = Skipped()
    for file, name in (pair for path in paths for pair in _files(path, skipped)):
        parts = [part for part in (prefix.strip("/"), name) if part]
        key = keys.INBOX + "/".join(parts)
        if not keys.is_document(key):
            unfit.append(file)
        elif keyed.setdefault(key, file) != file:
            raise Stop(
                Said(
                    f"{keyed[key]} 和 {file} 会成为同一个 {key}：请用 --prefix 分开",
                    f"{keyed[key]} and {file} would both become {key}: use --prefix",
                ),
                code=USAGE,
            )
    for line in skipped.told():
        tell(line)
    if unfit and not keyed:
        raise Stop(_unfit(unfit), code=USAGE)
    if not keyed:
        raise Stop(Said("所给的名称中没有文件", "there is no file in what you named"), code=USAGE)
    return keyed, unfit


def _unfit(files: Sequence[Path]) -> Said:
    """Told at the end of many lines: at their beginning it would be out of sight."""
    # A name out of an old archive may be no UTF-8, and then it cannot be printed either.
    named = [os.fsencode(file).decode(errors="replace") for file in files[:_MOST_NAMED]]
    more = len(files) - len(named)
    return Said(
        f"{len(files)} 份没有发送：文件名或路径不能用（不是 UTF-8、过长，或为存储保留），"
        "请改名后再发送：" + "、".join(named) + (f"，另有 {more} 份" if more else ""),
        f"{len(files)} not sent, whose names or paths are no UTF-8, too long, or kept for the"
        " store: rename them and send them again: "
        + ", ".join(named)
        + (f", and {more} more" if more else ""),
    )


def _files(path: Path, skipped: Skipped) -> Iterator[tuple[Path, str]]:
    """Files and their names below the folder."""
    if path.is_dir():
        for file in files_in(path, skipped):
            yield file, file.relative_to(path).as_posix()
    elif path.is_file():
        yield path, path.name
    else:
        raise Stop(
            Said(f"{path} 不存在：请检查名称", f"{path} does not exist: check the name"), code=USAGE
        )


def _send(store: ObjectStore, key: str, file: Path) -> Sent:
    body = file.read_bytes()
    there = store.head(key)
    # What was put there in several pieces is sent again.
    if there and there.etag == etag_of(body):
        return Sent.UNCHANGED
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    store.put(key, body, content_type=kind)
    return Sent.SENT


def _wait(ledger: Ledger, waiting: list[str], timeout_seconds: float) -> int:
    """Until each has ended; what became of them on stdout, and why those came to nothing that
    did."""
    end = time.monotonic() + timeout_seconds
    worst = 0
    with progress("wait", len(waiting)) as step:
        while waiting and time.monotonic() < end:
            looked = {key: ledger.entry(key) for key in waiting}
            for key, entry in looked.items():
                if entry is None or entry.status != PENDING:
                    worst = max(worst, _print_ended(key, entry))
                    step()
            waiting = [key for key, entry in looked.items() if entry and entry.status == PENDING]
            if waiting:
                time.sleep(LOOK_SECONDS)
    for key in waiting:
        shown = harmless(key)
        tell(
            Said(
                f"{shown} 等了 {timeout_seconds:g} 秒仍未处理",
                f"{shown} is still pending after {timeout_seconds:g} s",
            )
        )
    return max(worst, 1) if waiting else worst


def _print_ended(key: str, entry: Entry | None) -> int:
    """The exit code that it asks for. Its code goes to stderr: stdout has two columns."""
    status = entry.status if entry else "deleted"
    print(f"{_word(status)}  {harmless(key)}", flush=True)
    if entry is None or status not in UNSUCCESSFUL:
        return 0
    refusal = (entry.envelope or {}).get("refusal") or {}
    why = Said(refusal.get("message") or "", refusal.get("message_en") or "")
    tell(
        Said(
            f"{key}：{entry.code} {why.zh}".rstrip(),
            f"{key}: {entry.code} {why.en}".rstrip(),
        )
    )
    return REFUSED
