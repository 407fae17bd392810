"""A file that a command writes: whole under its name, or not there at all.

It is begun beside its name before the work, so that a folder that cannot be written is known
at once and not after an hour.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workers.cli.language import Said, reason
from workers.cli.stop import USAGE, Stop


@dataclass(frozen=True, slots=True)
class Begun:
    """A file on its way to its name."""

    path: Path
    #: Open for writing, and for reading back.
    file: BinaryIO
    _begun: Path

    @property
    def ending(self) -> str:
        return self.path.suffix.lower()

    def finish(self) -> None:
        """What was there before stays until now."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self._begun.chmod(0o666 & ~_umask())
        self._begun.replace(self.path)


@contextmanager
def target(path: Path, endings: Sequence[str], example: str) -> Iterator[Begun]:
    """Stop where the name or its folder will not do; OSError where the disk would not. Nothing
    is under the name unless it was finished. `endings`: of the kinds that can be written."""
    _ask_for_name(path, endings, example)
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}.", suffix="~")
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
            yield Begun(path, file, begun)
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


def _umask() -> int:
    """What new files may not have here. It can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
