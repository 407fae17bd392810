"""Which files a folder means: what people put there, without what their programs leave behind."""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workers.cli.language import Said

#: Names, without regard to case, that no person has given: owner files of Word and WPS, caches
#: of Windows and macOS, and whatever is hidden by a dot.
_JUNK = ("~$*", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", ".*")


@dataclass(slots=True)
class Skipped:
    """How much of the folders was passed over."""

    #: Files, and folders as one.
    junk: int = 0
    #: Links that lead out of the folder, or nowhere.
    links: int = 0
    #: Devices, pipes, sockets.
    odd: int = 0
    #: Folders that could not be listed.
    closed: list[Path] = field(default_factory=list)

    def told(self) -> Iterator[Said]:
        """A line for each kind that there was."""
        if self.junk:
            yield Said(
                f"跳过 {self.junk} 个临时或系统文件（如 ~$*、Thumbs.db）",
                f"{self.junk} temporary or system files were skipped (as ~$*, Thumbs.db)",
            )
        if self.links:
            yield Said(
                f"跳过 {self.links} 个指向文件夹以外的链接",
                f"{self.links} links that lead out of their folder were skipped",
            )
        if self.odd:
            yield Said(
                f"跳过 {self.odd} 个不是普通文件的（设备、管道）",
                f"{self.odd} were skipped that are no regular files (devices, pipes)",
            )
        for folder in self.closed:
            yield Said(
                f"{folder} 无权打开，其中的文件没有读取",
                f"{folder} may not be opened by you: its files were not read",
            )


def files_in(folder: Path, skipped: Skipped) -> Iterator[Path]:
    """Regular files below the folder, in the order of their paths; counts what is left out."""
    within = folder.resolve()
    yield from _below(folder, within, skipped)


def _below(folder: Path, within: Path, skipped: Skipped) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        skipped.closed.append(folder)
        return
    for entry in entries:
        path = folder / entry.name
        if is_junk(entry.name):
            skipped.junk += 1
        elif entry.is_symlink() and not _stays(path, within):
            skipped.links += 1
        elif entry.is_dir(follow_symlinks=False):
            yield from _below(path, within, skipped)
        elif entry.is_symlink() and path.is_dir():
            continue  # its files are met where they are
        elif _is_regular(path):
            yield path
        else:
            skipped.odd += 1


def is_junk(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name.casefold(), pattern) for pattern in _JUNK)


def _stays(link: Path, within: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(within)
    except (OSError, RuntimeError):
        return False


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
