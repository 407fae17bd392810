"""ZIP, as the tools of Windows, macOS and China write it.

Source: APPNOTE.TXT 6.3.10, 4.4 (fields), 4.6.9 (Unicode path).
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from zipfile import ZipFile, ZipInfo

from tasks.detect.encoding import names_of
from tasks.detect.packages import broken, opened
from tasks.model.refusal import Refusal
from tasks.unpack import refused
from tasks.unpack.budget import Budget, Taken, refuse_declared
from tasks.unpack.names import is_litter

_CHUNK = 1 << 18
_BROKEN = broken()
_ENCRYPTED, _UTF_8 = 1 << 0, 1 << 11
_UNICODE_PATH = 0x7075
#: Systems on which the upper half of the attributes is a mode as of `stat`.
_UNIX, _MACOS = 3, 19
#: An archive that was written as one of several volumes begins so far in.
_MARK_BYTES = 4
#: Flags, lengths of the name and of the extra fields, in the header before a member; and where
#: the name begins.
_LOCAL = struct.Struct("<6xH18x2H")
_LOCAL_NAME = 30


def zipped(source: bytes, budget: Budget) -> Iterator[Taken]:
    """Raises Refusal before the first one or not at all."""
    try:
        package = opened(source)
    except _BROKEN as error:
        raise refused.corrupt_archive("目录读不出", "its directory cannot be read") from error
    with package:
        listed = package.infolist()
        _hold_against_beginning(listed)
        told = zip(_names(listed), listed, _ends(listed, package.start_dir), strict=True)
        kept = [one for one in told if not _is_folder(one[1]) and not is_litter(one[0])]
        budget.expect(len(kept))
        if kept and all(one.flag_bits & _ENCRYPTED for _, one, _ in kept):
            raise refused.encrypted_archive()
        for name, one, end in kept:
            yield Taken(name=name, content=_content(package, one, source, budget, end))


def _hold_against_beginning(listed: Sequence[ZipInfo]) -> None:
    """Of an archive that was cut off, the directory of one that is stored in it may come last;
    it would be read for the whole, and all else be lost."""
    if listed and min(one.header_offset for one in listed) > _MARK_BYTES:
        raise refused.corrupt_archive(
            "目录没有列出开头的文件", "its directory does not list what it begins with"
        )


def _ends(listed: Sequence[ZipInfo], directory: int) -> list[int]:
    """Of each entry, where the next member begins, or the directory: of members that lie over
    each other, one is what it says. Later versions of `ZipFile` hold them to it as well."""
    ends, end = [0] * len(listed), directory
    for n in sorted(range(len(listed)), key=lambda n: listed[n].header_offset, reverse=True):
        ends[n], end = end, listed[n].header_offset
    return ends


def _is_folder(one: ZipInfo) -> bool:
    mode = one.external_attr >> 16 if one.create_system in (_UNIX, _MACOS) else 0
    return one.orig_filename.endswith(("/", "\\")) or stat.S_ISDIR(mode)


def _is_no_file(one: ZipInfo) -> bool:
    mode = one.external_attr >> 16 if one.create_system in (_UNIX, _MACOS) else 0
    return stat.S_IFMT(mode) not in (0, stat.S_IFREG)


def _content(
    package: ZipFile, one: ZipInfo, source: bytes, budget: Budget, end: int
) -> bytes | Refusal:
    """`end`: where it ends at the latest."""
    if _is_no_file(one):
        return refused.no_file()
    if one.flag_bits & _ENCRYPTED:
        return refused.encrypted_member()
    packed = min(one.compress_size, len(source))
    try:
        refuse_declared(one.file_size, packed)
        if _agree_on_name(package, one) + one.compress_size > end:
            return refused.corrupt_member()
        with package.open(one) as member:
            return budget.joined(iter(lambda: member.read(_CHUNK), b""), packed)
    except Refusal as refusal:
        return refusal
    except (NotImplementedError, RuntimeError):
        # No such method, or a Python that was built without it.
        return refused.unknown_method()
    except _BROKEN:
        return refused.corrupt_member()


def _agree_on_name(package: ZipFile, one: ZipInfo) -> int:
    """Tools write another name, or another encoding of it, before a member than in the
    directory; `ZipFile` then refuses the member. The directory's counts. Where the member's
    bytes begin."""
    file = package.fp
    assert file is not None  # noqa: S101 - it is open
    file.seek(one.header_offset)
    flags, length, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    file.seek(one.header_offset + _LOCAL_NAME)
    one.orig_filename = file.read(length).decode("utf-8" if flags & _UTF_8 else "cp437")
    return int(one.header_offset + _LOCAL_NAME + length + extra)


# Names.


def _names(listed: Sequence[ZipInfo]) -> list[str]:
    """As their writer meant them, which most do not say."""
    raw = [None if one.flag_bits & _UTF_8 else one.orig_filename.encode("cp437") for one in listed]
    plain = iter(names_of([one for one in raw if one is not None]))
    meant = [one.orig_filename if name is None else next(plain)
             for one, name in zip(listed, raw, strict=True)]  # fmt: skip
    return [
        name if said is None else _unicode_path(one.extra, said) or name
        for one, said, name in zip(listed, raw, meant, strict=True)
    ]


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in UTF-8 beside one in bytes; "" where there is none, or of another name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1:
            if int.from_bytes(body[1:5], "little") != zlib.crc32(raw):
                return ""
            return body[5:].decode("utf-8", "replace")
    return ""
