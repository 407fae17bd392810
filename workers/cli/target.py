"""What a command writes: a file that is whole under its name, or not there at all; or a folder
of such files.

A file is begun beside its name before the work, so that a folder that cannot be written is known
at once and not after an hour.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from storage import keys
from tasks.render.outputs import outputs
from tasks.render.result import Envelope, dumps
from workers.cli.language import Said, reason
from workers.cli.stop import USAGE, Stop


@dataclass(frozen=True, slots=True)
class Begun:
    """A file on its way to its name."""

    #: As it was given.
    path: Path
    #: Open for writing, and for reading back.
    file: BinaryIO
    _begun: Path
    #: Where a link of that name leads.
    _place: Path

    @property
    def ending(self) -> str:
        return self.path.suffix.lower()

    def finish(self) -> None:
        """What was there before stays until now."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self._begun.chmod(_rights(self._place))
        self._begun.replace(self._place)


@dataclass(slots=True)
class Folder:
    """A folder of results, laid out as those in a bucket."""

    path: Path
    #: Paths, and names of members in them.
    _taken: set[tuple[str, str]] = field(default_factory=set)

    def put(self, envelope: Envelope) -> None:
        """`result.json` is written last."""
        source = envelope["source"]
        place = self.path / self._place(source["path"], source.get("member"))
        place.mkdir(parents=True, exist_ok=True)
        for file, body in outputs(envelope).items():
            _write_whole(place / file, body)
        _write_whole(place / keys.RESULT_NAME, dumps(envelope))

    def _place(self, name: str, member: str | None) -> str:
        """Below the folder, wherever the document is; two never share one. `name`: as it was
        given; a member lies below the folder of its archive."""
        path, within = _below(name), _below(member) if member else ""
        if (path, within) in self._taken:
            digest = hashlib.sha256(f"{path} {within} {len(self._taken)}".encode()).hexdigest()
            mark = f"~{digest[:12]}"
            path, within = (path, within + mark) if member else (path + mark, "")
        self._taken.add((path, within))
        return f"{_kept(path)}/{keys.OURS}/{_kept(within)}" if member else _kept(path)


def _below(name: str) -> str:
    """A name as one below any folder."""
    # One out of an old archive may be no UTF-8, which no key can be.
    named = os.fsencode(name).decode(errors="replace")
    parts = [part for part in Path(named).parts if part not in ("/", "\\", ".", "..", "")]
    return "/".join(parts) or "-"


def _kept(path: str) -> str:
    """As the bucket keeps it."""
    key = keys.result_key(keys.document_key(keys.INBOX + path))
    return key.removeprefix(keys.RESULTS).removesuffix("/" + keys.RESULT_NAME)


def folder(path: Path) -> Folder:
    """Stop where it is none and cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        why = reason(error)
        raise Stop(
            Said(
                f"{path} 无法写入（{why.zh}）：请换一个可写的文件夹",
                f"{path} cannot be written ({why.en}): name a folder that can be",
            ),
            code=USAGE,
        ) from None
    return Folder(path)


def _write_whole(path: Path, body: bytes) -> None:
    begun = path.with_name(f".{path.name}~")
    try:
        with begun.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    except OSError as error:
        with suppress(OSError):
            begun.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def target(path: Path, endings: Sequence[str], example: str) -> Iterator[Begun]:
    """Stop where the name or its folder will not do; OSError where the disk would not. Nothing
    is under the name unless it was finished. `endings`: of the kinds that can be written."""
    _ask_for_name(path, endings, example)
    place = _place(path)
    try:
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{path.stem[:40]}.", suffix="~")
    except OSError as error:
        why = reason(error)
        raise Stop(
            Said(
                f"{path} 无法写入（{why.zh}）：请换一个可写的文件夹",
                f"{path} cannot be written ({why.en}): name a folder that can be",
            ),
            code=USAGE,
        ) from None
    begun = Path(name)
    try:
        with open(number, "w+b") as file:  # noqa: PTH123 - a descriptor has no path
            yield Begun(path, file, begun, place)
    except OSError as error:
        # The person knows the name that was given, not the one it was begun under.
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(FileNotFoundError):
            begun.unlink()


def _ask_for_name(path: Path, endings: Sequence[str], example: str) -> None:
    if path.is_dir():
        raise Stop(
            Said(
                f"{path} 是文件夹：--to 要写明文件名，如 {path}/{example}",
                f"{path} is a folder: name a file for --to, as {path}/{example}",
            ),
            code=USAGE,
        )
    if path.suffix.lower() not in endings:
        known = ", ".join(endings)
        raise Stop(
            Said(
                f"--to {path}：不认识的扩展名 {path.suffix or '（无）'}，可用：{known}",
                f"--to {path}: no file of the kind {path.suffix or '(none)'}; known are: {known}",
            ),
            code=USAGE,
        )


def _place(path: Path) -> Path:
    """Where a link leads, so that it stays one. Stop where no file can be: what is no file, as
    a pipe, would be taken away by the one that takes its name."""
    try:
        place = path.resolve()
        there = place.stat()
    except FileNotFoundError:
        return place
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        why = reason(error) if isinstance(error, OSError) else Said("链接循环", "a loop of links")
        raise _not_to(path, why) from None
    if not stat.S_ISREG(there.st_mode):
        raise _not_to(path, Said("不是普通文件", "it is no regular file"))
    return place


def _not_to(path: Path, why: Said) -> Stop:
    return Stop(
        Said(
            f"{path} 无法写入（{why.zh}）：请换一个文件名",
            f"{path} cannot be written ({why.en}): name another file",
        ),
        code=USAGE,
    )


def _rights(place: Path) -> int:
    """Those of the file that is replaced, else those that any new file has."""
    try:
        return stat.S_IMODE(place.stat().st_mode)
    except OSError:
        return 0o666 & ~_umask()


def _umask() -> int:
    """What new files may not have here. It can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
