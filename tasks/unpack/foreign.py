"""7z and RAR, by the libarchive of the system, in memory.

First all headers, then the contents: what comes after a damaged member is known by then, and so
is refused by its name. In 7z the first way inflates nothing.

Source: libarchive 3.6, archive_read(3); RAR 5.0 archive format, "Main archive header".
"""

from __future__ import annotations

import logging
import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from ctypes import CDLL, c_int, c_void_p, create_string_buffer
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from tasks.detect.encoding import names_of
from tasks.detect.signatures import RAR_4, RAR_5, SEVEN_ZIP
from tasks.model.limits import MAX_DECLARED_BYTES, MAX_MEMBER_BYTES, MAX_MEMBERS
from tasks.model.refusal import Refusal
from tasks.unpack import rar, refused
from tasks.unpack.budget import Budget, Taken
from tasks.unpack.names import is_litter

#: Which of libarchive's readers each beginning is for, and what people call it.
_READERS = {SEVEN_ZIP: ("7zip", "7z"), RAR_4: ("rar", "RAR"), RAR_5: ("rar5", "RAR")}
#: The library by its name: to look for it, libarchive-c would run programs, which the sandbox
#: does not let it.
_LIBRARIES = ("libarchive.so.13", "libarchive.13.dylib")
_VARIABLE = "LIBARCHIVE"
_CHUNK = 1 << 18
#: In libarchive's own words, without case.
_OF_ENCRYPTION = ("encrypt", "crypto", "passphrase", "password")
_OF_METHODS = ("unsupported", "not supported", "unknown", "unavailable")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    #: In bytes where the library could not tell their encoding.
    name: str | bytes
    size: int
    is_folder: bool
    is_file: bool
    is_encrypted: bool


def unpacked(source: bytes, budget: Budget) -> Iterator[Taken]:
    """Raises Refusal before the first one or not at all."""
    mark = next(one for one in _READERS if source.startswith(one))
    is_rar = mark != SEVEN_ZIP
    if is_rar:
        _refuse_hidden(source)
    reader, kind = _READERS[mark]
    libarchive = library(kind)
    headers = _listed(libarchive, source, reader)
    names = _names(headers)
    kept = [
        not one.is_folder and not is_litter(name)
        for one, name in zip(headers, names, strict=True)
    ]  # fmt: skip
    budget.expect(sum(kept))
    wanted = [one for one, is_kept in zip(headers, kept, strict=True) if is_kept]
    if wanted and all(one.is_encrypted for one in wanted):
        raise refused.encrypted_archive()
    contents = _contents(libarchive, source, reader, list(zip(headers, kept, strict=True)), budget)
    sums = _checksums(source, len(headers)) if is_rar else [None] * len(headers)
    for name, is_kept, content, told in zip(names, kept, contents, sums, strict=True):
        if is_kept:
            yield Taken(name=name, content=_held_against(content, told))


def _checksums(source: bytes, count: int) -> Sequence[int | None]:
    """Of RAR: libarchive 3.6 does not hold stored members against theirs. Raises Refusal where
    they cannot be told."""
    found = rar.checksums(source)
    if len(found) != count:
        raise refused.corrupt_archive("目录读不出", "its directory cannot be read")
    return found


def _held_against(content: bytes | Refusal, told: int | None) -> bytes | Refusal:
    is_wrong = isinstance(content, bytes) and told is not None and zlib.crc32(content) != told
    return refused.corrupt_member() if is_wrong else content


def _listed(library: ModuleType, source: bytes, reader: str) -> list[_Header]:
    """All headers. Raises Refusal."""
    found: list[_Header] = []
    declared = 0
    try:
        with _opened(library, source, reader) as entries:
            for entry in entries:
                found.append(_header(library, entry))
                declared += found[-1].size
                if len(found) > MAX_MEMBERS:
                    raise refused.too_many()
                if declared > MAX_DECLARED_BYTES:
                    raise refused.swollen()
    except library.exception.ArchiveError as error:
        raise _whole(error) from error
    return found


def _contents(
    library: ModuleType,
    source: bytes,
    reader: str,
    headers: list[tuple[_Header, bool]],
    budget: Budget,
) -> Iterator[bytes | Refusal]:
    """One for each header; b"" for what is not wanted."""
    done, why = 0, refused.corrupt_member()
    with suppress(library.exception.ArchiveError), _opened(library, source, reader) as entries:
        for entry, (header, is_wanted) in zip(entries, headers, strict=False):
            content: bytes | Refusal = b""
            if is_wanted:
                content = _content(library, entry, header, len(source), budget)
            if _is(content, refused.unknown_method()):
                # What comes after it in the same stream cannot be read either.
                why = refused.unknown_method()
            done += 1
            yield why if _is(content, refused.corrupt_member()) else content
    for _ in headers[done:]:
        yield why


def _is(content: bytes | Refusal, refusal: Refusal) -> bool:
    return isinstance(content, Refusal) and content.message == refusal.message


def _content(
    library: ModuleType, entry: Any, header: _Header, packed_bytes: int, budget: Budget
) -> bytes | Refusal:
    if not header.is_file:
        return refused.no_file()
    if header.is_encrypted:
        return refused.encrypted_member()
    if header.size > MAX_MEMBER_BYTES:
        return refused.too_large_member()
    try:
        content = budget.joined(_chunks(library, entry), packed_bytes)
    except Refusal as refusal:
        return refusal
    except library.exception.ArchiveError as error:
        return _member(error)
    return content if len(content) >= header.size else refused.corrupt_member()


def _chunks(library: ModuleType, entry: Any) -> Iterator[bytes]:
    """Raises ArchiveError, also for what the library only warns of, as a wrong checksum:
    `get_blocks` would give such bytes away as good ones."""
    held = create_string_buffer(_CHUNK)
    pointer = entry._archive_p
    while size := library.ffi.read_data(pointer, held, _CHUNK):
        if size < 0:
            raise library.ffi.archive_error(pointer, size)
        yield held.raw[:size]


def _header(library: ModuleType, entry: Any) -> _Header:
    return _Header(
        name=entry.pathname or "",
        size=entry.size or 0,
        is_folder=entry.isdir,
        # Some writers say nothing of the type.
        is_file=(entry.isreg or not entry.filetype) and not entry.islnk,
        is_encrypted=bool(library.ffi.entry_is_encrypted(entry._entry_p)),
    )


def _names(headers: list[_Header]) -> list[str]:
    told = iter(names_of([one.name for one in headers if isinstance(one.name, bytes)]))
    return [one.name if isinstance(one.name, str) else next(told) for one in headers]


# What went wrong.


def _whole(error: Exception) -> Refusal:
    """Of an archive whose headers cannot be read."""
    if _speaks_of(error, _OF_ENCRYPTION):
        return refused.encrypted_archive()
    return refused.corrupt_archive("目录读不出", "its directory cannot be read")


def _member(error: Exception) -> Refusal:
    if _speaks_of(error, _OF_ENCRYPTION):
        return refused.encrypted_member()
    if _speaks_of(error, _OF_METHODS):
        return refused.unknown_method()
    return refused.corrupt_member()


def _speaks_of(error: Exception, words: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(word in said for word in words)


def _refuse_hidden(source: bytes) -> None:
    """Volumes, of which the library would give what the first one holds, and encrypted
    directories. Raises Refusal."""
    if rar.is_hidden(source):
        raise refused.encrypted_archive()
    if rar.is_volume(source):
        raise refused.volume()


# The library.


@contextmanager
def _opened(library: ModuleType, source: bytes, reader: str) -> Iterator[Any]:
    with library.memory_reader(source, format_name=reader, filter_name="none") as entries:
        yield entries


def library(kind: str) -> ModuleType:
    """Raises Refusal where it is not there."""
    try:
        found = sys.modules.get("libarchive") or _loaded()
        found.ffi.ffi("entry_is_encrypted", [c_void_p], c_int)
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise refused.no_library(kind) from error
    return found


def _loaded() -> ModuleType:
    named = next(filter(_is_there, _LIBRARIES), None)
    if named and _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = named
        try:
            found = import_module("libarchive")
        finally:
            del os.environ[_VARIABLE]
    else:
        found = import_module("libarchive")
    # It warns of what is refused here.
    logging.getLogger("libarchive").setLevel(logging.CRITICAL)
    return found


def _is_there(name: str) -> bool:
    try:
        CDLL(name)
    except OSError:
        return False
    return True
