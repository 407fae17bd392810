"""A file that a command writes: whole under its name, or not there at all.

It is begun beside its name before the work, so that a folder that cannot be written is known
at once and not after an hour.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workers.cli.language import Said, reason
from workers.cli.stop import USAGE, Stop

#: What can be written, by the ending of the name.
ENDINGS = (".csv",)
#: Takes the pieces and makes them the file.
Write = Callable[[Iterable[str]], None]


@contextmanager
def target(path: Path) -> Iterator[Write]:
    """Stop where the name or its folder will not do; OSError where the disk would not. What was
    there before stays until all is written."""
    _ask_for_name(path)
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

    def write(pieces: Iterable[str]) -> None:
        with os.fdopen(os.dup(number), "w", encoding="utf-8", newline="") as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "replace").decode())
            file.flush()
            os.fsync(file.fileno())
        begun.chmod(0o666 & ~_umask())
        begun.replace(path)

    try:
        yield write
    except OSError as error:
        # The person knows the name that was given, not the one it was begun under.
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(number)
        with suppress(FileNotFoundError):
            begun.unlink()


def _ask_for_name(path: Path) -> None:
    if path.is_dir():
        raise Stop(
            Said(
                f"{path} 是文件夹：--to 要写明文件名，如 {path}/清单.csv",
                f"{path} is a folder: name a file for --to, as {path}/findings.csv",
            ),
            code=USAGE,
        )
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise Stop(
            Said(
                f"--to {path}：不认识的扩展名 {path.suffix or '（无）'}，可用：{known}",
                f"--to {path}: no list of the kind {path.suffix or '(none)'}; known are: {known}",
            ),
            code=USAGE,
        )


def _umask() -> int:
    """What new files may not have here. It can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
