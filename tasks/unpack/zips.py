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
#: Flags and length of the name, in the header before a member; and where the name begins.
_LOCAL = struct.Struct("<6xH18xH")
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
        named = zip(_names(listed), listed, strict=True)
        kept = [(name, one) for name, one in named if not _is_folder(one) and not is_litter(name)]
        budget.expect(len(kept))
        if kept and all(one.flag_bits & _ENCRYPTED for _, one in kept):
            raise refused.encrypted_archive()
        for name, one in kept:
            yield Taken(name=name, content=_content(package, one, source, budget))


def _hold_against_beginning(listed: Sequence[ZipInfo]) -> None:
    """Of an archive that was cut off, the directory of one that is stored in it may come last;
    it would be read for the whole, and all else be lost."""
    if listed and min(one.header_offset for one in listed) > _MARK_BYTES:
        raise refused.corrupt_archive(
            "目录没有列出开头的文件", "its directory does not list what it begins with"
        )


def _is_folder(one: ZipInfo) -> bool:
    mode = one.external_attr >> 16 if one.create_system in (_UNIX, _MACOS) else 0
    return one.orig_filename.endswith(("/", "\\")) or stat.S_ISDIR(mode)


def _is_no_file(one: ZipInfo) -> bool:
    mode = one.external_attr >> 16 if one.create_system in (_UNIX, _MACOS) else 0
    return stat.S_IFMT(mode) not in (0, stat.S_IFREG)


def _content(package: ZipFile, one: ZipInfo, source: bytes, budget: Budget) -> bytes | Refusal:
    if _is_no_file(one):
        return refused.no_file()
    if one.flag_bits & _ENCRYPTED:
        return refused.encrypted_member()
    packed = min(one.compress_size, len(source))
    try:
        refuse_declared(one.file_size, packed)
        _agree_on_name(package, one)
        with package.open(one) as member:
            return budget.joined(iter(lambda: member.read(_CHUNK), b""), packed)
    except Refusal as refusal:
        return refusal
    except (NotImplementedError, RuntimeError):
        # No such method, or a Python that was built without it.
        return refused.unknown_method()
    except _BROKEN:
        return refused.corrupt_member()


def _agree_on_name(package: ZipFile, one: ZipInfo) -> None:
    """Tools write another name, or another encoding of it, before a member than in the
    directory; `ZipFile` then refuses the member. The directory's counts."""
    file = package.fp
    assert file is not None  # noqa: S101 - it is open
    file.seek(one.header_offset)
    flags, length = _LOCAL.unpack(file.read(_LOCAL.size))
    file.seek(one.header_offset + _LOCAL_NAME)
    one.orig_filename = file.read(length).decode("utf-8" if flags & _UTF_8 else "cp437")


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
