"""`gouji check`: the whole core on files of this machine, without a service.

    names -> files -> envelopes -> what they tell of each other -> lines, list, exit code

Each file is read in this process and told as it ends, in the order given; of an archive or a mail
each member, as if it lay beside the others. A report is held against the same organ's report of
the year before where that is among the files, before or after it. A document cannot end the run:
what our program breaks on is printed as `failed`.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import signal
import stat
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from tasks.flow import examine
from tasks.model.document import BATCHES, WITHIN
from tasks.model.refusal import Refusal, RefusalCode, too_large
from tasks.model.report import Outcome
from tasks.queues import holds_others
from tasks.render.coverage import is_poor
from tasks.render.result import Envelope, done, dumps, failed, refused, with_findings
from tasks.render.source import file_of
from workers.cli.folders import Skipped, files_in
from workers.cli.language import VARIABLE, Language, Said, reason, tell
from workers.cli.progress import progress
from workers.cli.series import Series
from workers.cli.stop import CLOSED, FINDINGS, REFUSED, USAGE, Stop
from workers.cli.tally import Tally

if TYPE_CHECKING:
    from tasks.unpack import Member
    from workers.cli.target import Begun, Folder

A = TypeVar("A")
PREFIX = "GOUJI_"
#: The name of standard input.
STDIN = "-"
#: Address space of this process; ten times what a long PDF takes.
MEMORY_BYTES = 4 << 30
#: Number of a file, from 0, and of a document in it, from 1.
Place = tuple[int, int]
#: Bytes and name -> Outcome. Raises `Refusal`.
Examine = Callable[[bytes, str], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost.

    The defaults are those of `Settings`, which takes longer to import than a small report
    to read; a test holds them together.
    """

    max_document_mib: int = 64
    max_archive_mib: int = 256
    soft_time_limit_seconds: int = 240

    def most_mib(self, path: str) -> int:
        """Of the file of that name, whatever it is."""
        return self.max_archive_mib if holds_others(path) else self.max_document_mib


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a command line means by its names."""

    #: Files as they are to be printed, each once a mention; `-` for standard input.
    files: tuple[str, ...]
    #: Whether each name led to something that can be read.
    is_whole: bool


def check_files(
    given: Sequence[str | Path],
    *,
    as_json: bool,
    language: str,
    notes: bool = False,
    strict: bool = False,
    to: Path | None = None,
    is_folder: bool = False,
    examine: Examine = examine,
) -> int:
    """Print each file as it ends, in the order given. The exit code of the worst.

    `to`: the list, or a folder for the reports where `is_folder`.
    """
    limits = _read_limits()
    named = _named([str(name) for name in given], but=to)
    with ExitStack() as stack:
        begun, reports = None, None
        if to is not None and is_folder:
            from workers.cli.target import folder

            reports = folder(to)
        elif to is not None:
            from tasks.render.sheet_files import ENDINGS, EXAMPLE
            from workers.cli.target import target

            begun = stack.enter_context(target(to, ENDINGS, EXAMPLE))
        run = _Run(named.files, as_json=as_json, language=language, notes=notes, strict=strict)
        run.reports = reports
        with _memory_limit(), _bar(len(named.files)) as advance:
            for number, path in enumerate(named.files):
                for place, envelope in enumerate(_examined(path, limits, examine, run, number)):
                    run.take((number, place + 1), envelope)
                advance()
        run.end()
        if not named.is_whole and len(named.files) > 1:
            tell(_NOT_WHOLE)
        if begun is not None:
            _write_list(begun, run)
        if reports is not None:
            n = run.told
            tell(Said(f"{n} 份结果已写入 {to}", f"{to} holds the results of {n} files"))
    return run.worst if named.is_whole else USAGE


class _Run:
    """Envelopes on their way out."""

    def __init__(
        self, files: Sequence[str], *, as_json: bool, language: str, notes: bool, strict: bool
    ) -> None:
        self._last_named = _last_named(files)
        #: Where the last one taken stands.
        self._place: Place = (0, 0)
        self._as_json, self.language, self.notes = as_json, language, notes
        self._strict = strict
        self._held: list[tuple[int, Envelope]] = []
        self._tally = Tally()
        self.series = Series()
        self.worst = 0
        #: Where each result goes as well.
        self.reports: Folder | None = None

    @property
    def told(self) -> int:
        """How many were given out."""
        return self._tally.files

    def expect(self, number: int, archive: str, members: Sequence[str]) -> None:
        """The file of that number is an archive, with members of these names."""
        last = (number, len(members))
        named = dict.fromkeys(_YEARS.findall(archive), last)
        inner = enumerate(_apart([name.replace(WITHIN, "/") for name in members]), 1)
        named |= {year: (number, n) for n, name in inner for year in _YEARS.findall(name)}
        for year, place in named.items():
            self._last_named[year] = max(place, self._last_named.get(year, place))

    def take(self, place: Place, envelope: Envelope) -> None:
        """The next one, in the order given."""
        self._place = place
        self._held.append((self.series.add(envelope), envelope))
        self._give_ready()

    def _give_ready(self) -> None:
        while self._held and not self._waits(self._held[0][1]):
            self._give(*self._held.pop(0))

    def _waits(self, envelope: Envelope) -> bool:
        """Whether a file still to come is named after the year before: then what it tells
        belongs to this report, and not to that one. Where names tell nothing, nothing waits."""
        year: int | None = (envelope.get("report") or {}).get("year")
        return year is not None and self._last_named.get(str(year - 1), self._place) > self._place

    def end(self) -> None:
        self._last_named.clear()
        self._give_ready()
        if self._tally.files < 2:
            return
        summary = self._tally.told(self.language)
        if self._as_json:
            tell(summary)
        else:
            _put(f"\n{summary}\n".encode(_encoding(), "replace"))

    def _give(self, number: int, envelope: Envelope) -> None:
        if found := self.series.so_far(number):
            envelope = with_findings(envelope, found)
        if self.reports is not None:
            self.reports.put(envelope)
        self._tally.add(envelope)
        self.worst = max(self.worst, _verdict(envelope, strict=self._strict))
        if self._as_json:
            _put(dumps(envelope) + b"\n")
            return
        from workers.cli.columns import terminal_width
        from workers.cli.people import told

        columns = terminal_width() if sys.stdout.isatty() else None
        lines = told(envelope, self.language, notes=self.notes, columns=columns)
        _put(lines.encode(_encoding(), "replace"))


def _last_named(files: Sequence[str]) -> dict[str, Place]:
    """Year -> place of the last file that has it in its name."""
    named = enumerate(_apart(files))
    return {year: (number, 1) for number, name in named for year in _YEARS.findall(name)}


#: Also those that overlap with other digits, as in `20221231`.
_YEARS = re.compile(r"(?=(20\d\d))")


def _apart(files: Sequence[str]) -> list[str]:
    """Paths without the folders that all of them are in: years in those tell nothing."""
    parts = [Path(file).parts for file in files]
    shared = 0
    while all(len(one) > shared + 1 for one in parts) and len({p[shared] for p in parts}) == 1:
        shared += 1
    return ["/".join(one[shared:]) for one in parts]


def _write_list(begun: Begun, run: _Run) -> None:
    from tasks.render.sheet import Row, rows
    from tasks.render.sheet_files import FileRow, file_row, write_list

    listed: list[Row] = []
    files: list[FileRow] = []
    for envelope in run.series.envelopes():
        listed += rows(envelope, run.language, notes=run.notes)
        files.append(file_row(envelope, run.language))
    write_list(begun.file, begun.ending, listed, files, run.language)
    begun.finish()
    to = begun.path
    tell(Said(f"清单已写入 {to}，共 {len(listed)} 行", f"{to} holds the list, {len(listed)} rows"))


# Which files


def _named(names: Sequence[str], *, but: Path | None) -> Named:
    """Files as named, folders as the files in them; what leads nowhere is told, and the others
    are read all the same. `but` is no document, wherever it lies."""
    files: list[str] = []
    skipped, lost = Skipped(), 0
    for name in names:
        complaint = _complaint(name)
        if complaint:
            tell(complaint)
            lost += 1
        elif name != STDIN and Path(name).is_dir():
            found = [str(path) for path in files_in(Path(name), skipped) if not _is(path, but)]
            if not found:
                tell(Said(f"{name} 中没有文件", f"{name} has no file in it"))
            files += found
        else:
            files.append(name)
    for line in skipped.told():
        tell(line)
    if not files:
        raise Stop(Said("没有可以读取的文件", "there is no file to read"), code=USAGE)
    return Named(files=tuple(files), is_whole=not lost and not skipped.closed)


def _is(path: Path, other: Path | None) -> bool:
    """Whether it is what is written, or lies in it."""
    return other is not None and path.resolve().is_relative_to(other.resolve())


#: At the end of many lines, where what was said at their beginning is out of sight.
_NOT_WHOLE = Said(
    "有的名称或文件夹没有读取，见开头的说明",
    "some names or folders were not read: see what was said at the beginning",
)


def _complaint(name: str) -> Said | None:
    """Why nothing can be read by that name: a name mistyped is not a document refused."""
    if name == STDIN:
        return None
    path = Path(name)
    try:
        path.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return Said(f"{name} 不存在：请检查名称", f"{name} does not exist: check the name")
        why = reason(error)
        return Said(f"{name} 无法打开（{why.zh}）", f"{name} cannot be opened ({why.en})")
    except ValueError:
        return Said(f"{name!r} 不是文件名", f"{name!r} is no name of a file")
    if not os.access(path, os.R_OK):
        return Said(
            f"{name} 无权读取：请修改其权限",
            f"{name} may not be read by you: change its permissions",
        )
    return None


def _bar(files: int) -> Any:
    """None where the lines themselves, on the same terminal, show how far it is."""
    return progress("check", files if files > 1 and not sys.stdout.isatty() else 0)


def _read_limits() -> Limits:
    if not any(name.startswith(PREFIX) for name in os.environ if not _is_language(name)):
        return Limits()
    from workers.cli.service import settings_or_stop

    settings = settings_or_stop()
    return Limits(
        max_document_mib=settings.max_document_mib,
        max_archive_mib=settings.max_archive_mib,
        soft_time_limit_seconds=settings.soft_time_limit_seconds,
    )


def _is_language(name: str) -> bool:
    """A language that there is costs no settings; another one is complained of there."""
    return name == VARIABLE and os.environ[name] in tuple(Language)


# One file


def _examined(
    path: str, limits: Limits, examine: Examine, run: _Run, number: int
) -> Iterator[Envelope]:
    """One for a document, one for each member of an archive."""
    name = path if path == STDIN else Path(path).name
    source: dict[str, Any] = {"name": name, "path": path, "size": None, "sha256": None}
    body = _guarded(source, limits, lambda: _body(path, source, limits), untimed=True)
    if not isinstance(body, bytes):
        yield body
        return
    source |= {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    envelope = _guarded(source, limits, lambda: done(source, examine(body, name)))
    if (envelope.get("document") or {}).get("format") not in BATCHES:
        yield envelope
        return
    names = _guarded(source, limits, lambda: [one.name for one in _members(body, name)])
    if not isinstance(names, list):
        yield names
        return
    run.expect(number, name, names)
    yield from _of_members(_members(body, name), source, limits, examine)


def _members(body: bytes, name: str) -> Iterator[Member]:
    # Imported for archives only: it takes long.
    from tasks.detect import detect
    from tasks.unpack import unpack

    return unpack(body, detect(body, name))


def _of_members(
    members: Iterator[Member], archive: Envelope, limits: Limits, examine: Examine
) -> Iterator[Envelope]:
    while one := _guarded(archive, limits, lambda: next(members, None)):
        if isinstance(one, dict):
            yield one  # the archive itself, where taking the next one out took too much
            return
        yield _of_member(one, archive, limits, examine)


def _of_member(one: Member, archive: Envelope, limits: Limits, examine: Examine) -> Envelope:
    from tasks.unpack import base_of

    source = {"name": archive["name"], "path": archive["path"], "member": one.name,
              "size": None, "sha256": None}  # fmt: skip
    content = one.content
    if isinstance(content, Refusal):
        return refused(source, content)
    source |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def read() -> Envelope:
        _refuse_large(len(content), limits.max_document_mib)
        return done(source, examine(content, base_of(one.name)))

    return _guarded(source, limits, read)


def _guarded(
    source: Envelope, limits: Limits, work: Callable[[], A], *, untimed: bool = False
) -> A | Envelope:
    """What comes of the work, or the envelope that says why nothing does. `untimed`: as waiting
    for standard input is."""
    try:
        with nullcontext() if untimed else _time_limit(limits.soft_time_limit_seconds):
            return work()
    except Refusal as refusal:
        return refused(source, refusal)
    except _Late:
        return refused(source, _too_late(limits))
    except MemoryError:
        return refused(source, _OUT_OF_MEMORY)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - also a panic of a library in Rust
        return _broken(source, error)


def _body(path: str, source: dict[str, Any], limits: Limits) -> bytes:
    """At most one byte more than the limit is read of what does not say its size before."""
    most = limits.most_mib(path)
    if path == STDIN:
        body = sys.stdin.buffer.read((most << 20) + 1)
    else:
        there = Path(path).stat()
        if stat.S_ISREG(there.st_mode):
            source["size"] = there.st_size
            _refuse_large(there.st_size, most)
        with Path(path).open("rb") as file:
            body = file.read((most << 20) + 1)
    _refuse_large(len(body), most)
    return body


def _broken(source: dict[str, Any], error: BaseException) -> Envelope:
    path = file_of(source)
    where = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    tell(
        Said(
            f"{path}：本程序在这个文件上出错，请报告：{what}",
            f"{path}: our program broke on this file, please report it: {what}",
        )
    )
    return failed(source, error=type(error).__name__, message=str(error))


def _refuse_large(size: int, most_mib: int) -> None:
    if size > most_mib << 20:
        raise too_large(most_mib)


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
    import psutil

    # Beside what this process has taken before, for models that read scans among others.
    limit = psutil.Process().memory_info().vms + MEMORY_BYTES
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
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


def _verdict(envelope: Envelope, *, strict: bool) -> int:
    if envelope["status"] != "done":
        return REFUSED
    errors = any(finding["severity"] == "error" for finding in envelope["findings"])
    report = envelope["report"]
    unchecked = strict and (report is None or is_poor(report))
    return FINDINGS if errors or unchecked else 0


def _encoding() -> str:
    """Of the terminal, for people; JSON is UTF-8 everywhere."""
    return sys.stdout.encoding or "utf-8"


def _put(body: bytes) -> None:
    try:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # `gouji check … | head`: nobody reads on, and nobody wants to hear of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Stop(code=CLOSED) from None
