"""What is in a zip package or an OLE2 file, from its table of contents alone.

Nothing but a name is inflated and nothing is trusted: counts are looked at before the contents are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from tasks.model.limits import MAX_DIRECTORY_BYTES, MAX_MEMBERS

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

if TYPE_CHECKING:
    from zipfile import ZipFile

_END = b"PK\x05\x06"
_END_FORMAT = struct.Struct("<4s4H2LH")
_CENTRAL = b"PK\x01\x02"
_NO_SECTOR = 0xFFFFFFFA  # and above: end of chain, free, FAT itself
_OLE_ENTRY = 128
_MOST_OLE_SECTORS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The table of contents of a zip package."""

    names: tuple[str, ...]
    #: Some member needs a password.
    encrypted: bool = False
    #: The table of contents is missing or broken; the names are those met on the way.
    broken: bool = False
    #: More members than any document has; the names were not read.
    too_many: bool = False
    #: The first bytes of a member `mimetype`.
    mimetype: bytes = b""


def zip_members(source: bytes) -> Members:
    end = source.rfind(_END, max(0, len(source) - 65_557))
    if end >= 0 and len(source) >= end + _END_FORMAT.size:
        _, _, _, _, count, size, _, _ = _END_FORMAT.unpack_from(source, end)
        # Written over 0xFFFF members the count wraps or says 0xFFFF; the size cannot lie low.
        if count > MAX_MEMBERS or size > MAX_DIRECTORY_BYTES:
            return Members(names=(), too_many=True)
    if source.count(_CENTRAL) > 2 * MAX_MEMBERS:
        return Members(names=(), too_many=True)
    # Pages and PDFs do without it.
    from zipfile import BadZipFile, LargeZipFile, ZipFile

    try:
        with ZipFile(BytesIO(source)) as package:
            found = package.infolist()
            mimetype = _mimetype(package)
    except (BadZipFile, LargeZipFile, ValueError, OSError, struct.error, NotImplementedError):
        return Members(
            names=tuple(_local_names(source)),
            broken=True,
            mimetype=source[38:138] if source[30:38] == b"mimetype" else b"",
        )
    return Members(
        names=tuple(member.filename.replace("\\", "/") for member in found),
        encrypted=any(member.flag_bits & 1 for member in found),
        too_many=len(found) > MAX_MEMBERS,
        mimetype=mimetype,
    )


def _mimetype(package: ZipFile) -> bytes:
    """Packages that were packed anew have it anywhere, and packed as well."""
    try:
        with package.open("mimetype") as member:
            return member.read(100)
    except (KeyError, RuntimeError, zlib.error, EOFError):
        return b""


def _local_names(source: bytes) -> Iterator[str]:
    """Names in the headers before each member, for a package that lost its end."""
    at = source.find(b"PK\x03\x04")
    for _ in range(50):
        if at < 0 or len(source) < at + 30:
            return
        length = int.from_bytes(source[at + 26 : at + 28], "little")
        yield source[at + 30 : at + 30 + length].decode("utf-8", "replace")
        at = source.find(b"PK\x03\x04", at + 30)


def ole_names(source: bytes) -> tuple[str, ...]:
    """Names of streams and storages in the root of an OLE2 file; () where it is broken.

    Only the root: a letter may hold a workbook, whose streams lie deeper.

    Source: [MS-CFB] 2.2 Header, 2.6 Compound File Directory Sectors.
    """
    try:
        entries = b"".join(_directory(source))
        return tuple(_root_names(entries))
    except (struct.error, IndexError, ValueError):
        return ()


def _directory(source: bytes) -> Iterator[bytes]:
    """The sectors of the directory, following the file allocation table."""
    shift = int.from_bytes(source[30:32], "little")
    if shift not in (9, 12):
        raise ValueError(f"no such sector size: 2**{shift}")
    size = 1 << shift
    tables = struct.unpack_from("<109L", source, 76)
    sector = struct.unpack_from("<L", source, 48)[0]
    for _ in range(_MOST_OLE_SECTORS):
        if sector >= _NO_SECTOR:
            return
        start = (sector + 1) * size
        if start + _OLE_ENTRY > len(source):
            return
        yield source[start : start + size].ljust(size, b"\x00")
        table, index = divmod(sector, size // 4)
        sector = struct.unpack_from("<L", source, (tables[table] + 1) * size + 4 * index)[0]


def _root_names(entries: bytes) -> Iterator[str]:
    """The children of the root: a tree of siblings, each with a left and a right one."""
    count = len(entries) // _OLE_ENTRY
    if not count:
        return
    waiting = [struct.unpack_from("<L", entries, 76)[0]]
    seen: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index >= count or index in seen:
            continue
        seen.add(index)
        entry = entries[index * _OLE_ENTRY : (index + 1) * _OLE_ENTRY]
        length = min(int.from_bytes(entry[64:66], "little"), 64)
        yield entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
        waiting.extend(struct.unpack_from("<LL", entry, 68))
