"""What is in a zip package or an OLE2 file, from its table of contents alone.

Nothing but a name is inflated and nothing is trusted: counts are looked at before the contents are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from tasks.detect.compound import Broken, Compound
from tasks.model.limits import MAX_DIRECTORY_BYTES, MAX_MEMBERS

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

if TYPE_CHECKING:
    from zipfile import ZipFile

_END = b"PK\x05\x06"
_END_FORMAT = struct.Struct("<4s4H2LH")
_CENTRAL = b"PK\x01\x02"
#: Before the end, of an archive of the kind with 64 bits.
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
#: An entry of the directory without its name, extra fields and comment.
_ENTRY_BYTES = 46
#: In the upper byte of its flags: the name is UTF-8.
_UTF_8_MARK = 0x08


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


@cache
def broken() -> tuple[type[Exception], ...]:
    """What `ZipFile` raises on what is none, is damaged, or needs what it does not know."""
    # Here and below: pages and PDFs do without the module.
    from zipfile import BadZipFile, LargeZipFile

    of_python = (ValueError, OSError, EOFError, IndexError, KeyError, RuntimeError)
    of_methods: tuple[type[Exception], ...] = (zlib.error,)
    try:
        from lzma import LZMAError

        of_methods += (LZMAError,)
    except ImportError:
        # Some Pythons are built without it, and then raise RuntimeError.
        pass
    return BadZipFile, LargeZipFile, *of_python, struct.error, *of_methods


def zip_members(source: bytes) -> Members:
    if _has_too_many(source):
        return Members(names=(), too_many=True)
    try:
        with opened(source) as package:
            found = package.infolist()
            mimetype = _mimetype(package)
    except broken():
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


def _has_too_many(source: bytes) -> bool:
    """Whether its directory is larger than any is that is worth reading."""
    begin, end = 0, len(source)
    last = source.rfind(_END, max(0, end - 65_557))
    if last >= 0 and end >= last + _END_FORMAT.size:
        _, _, _, _, count, size, _, _ = _END_FORMAT.unpack_from(source, last)
        # Written over 0xFFFF members the count wraps or says 0xFFFF; the size cannot lie low.
        if count > MAX_MEMBERS or size > MAX_DIRECTORY_BYTES:
            return True
        if not source.startswith(_LOCATOR, max(0, last - _LOCATOR_BYTES)):
            # Packages that are stored in it have directories too, which are not read.
            begin, end = max(0, last - size), last
    return source.count(_CENTRAL, begin, end) > 2 * MAX_MEMBERS


def opened(source: bytes) -> ZipFile:
    """Raises what `ZipFile` does, but not for a name that is no UTF-8 though it says so: then
    all names are given as those without that mark, in the code page 437."""
    from zipfile import ZipFile

    try:
        return ZipFile(BytesIO(source))
    except UnicodeDecodeError:
        return ZipFile(BytesIO(_without_name_marks(source)))


def _without_name_marks(source: bytes) -> bytes:
    """The marks that names are UTF-8, taken off. Raises struct.error, IndexError."""
    end = source.rfind(_END)
    at = end - _END_FORMAT.unpack_from(source, end)[5]
    plain = bytearray(source)
    while source.startswith(_CENTRAL, max(at, 0)):
        plain[at + 9] &= ~_UTF_8_MARK & 0xFF
        plain[struct.unpack_from("<L", source, at + 42)[0] + 7] &= ~_UTF_8_MARK & 0xFF
        at += _ENTRY_BYTES + sum(struct.unpack_from("<3H", source, at + 28))
    return bytes(plain)


def _mimetype(package: ZipFile) -> bytes:
    """Packages that were packed anew have it anywhere, and packed as well."""
    try:
        with package.open("mimetype") as member:
            return member.read(100)
    except broken():
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
    """Names of streams and storages in the root of an OLE2 file; () where it is broken."""
    try:
        return Compound(source).names()
    except Broken:
        return ()
