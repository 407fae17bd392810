"""Archives and mails, and drawn reports in them.

    sample (folder) -> members -> zipped, seven_zipped, rarred, mailed, saved -> bytes

Written as the tools of people do it: names in GBK or UTF-8, folders, what systems leave beside
documents, archives in archives.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.header import Header
from importlib import import_module
from random import Random
from typing import Literal
from urllib.parse import quote

from samples.folder import Sample, sample
from samples.styles import STYLES
from tasks.model.document import Format
from tasks.model.refusal import Refusal

#: Name and content, in order.
Held = Sequence[tuple[str, bytes]]
Kind = Literal["zip", "zip_gbk", "7z", "rar", "rar_4", "eml", "mht"]
Naming = Literal["rfc2231", "rfc2047", "raw_gbk", "raw_utf_8"]
NAMINGS: tuple[Naming, ...] = ("rfc2231", "rfc2047", "raw_gbk", "raw_utf_8")
#: What nobody has put into a folder.
LITTER: Held = (
    ("__MACOSX/._年报.docx", b"\x00\x05\x16\x07" + bytes(60)),
    (".DS_Store", b"\x00\x00\x00\x01Bud1" + bytes(60)),
    ("各镇/Thumbs.db", bytes(64)),
    ("desktop.ini", b"[.ShellClassInfo]\r\n"),
    ("~$年报.docx", bytes(162)),
)


# Writers.


class _Named(zipfile.ZipInfo):
    """With its name in bytes that do not say what they are."""

    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name of zipfile
        return self.raw, self.flag_bits & ~0x800


def zipped(members: Held, *, codec: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """`codec`: of names that are written without saying which; "" for the flag of UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, body in members:
            info = _Named(name) if codec else zipfile.ZipInfo(name)
            if isinstance(info, _Named):
                info.raw = name.encode(codec)
            package.writestr(info, body, method)
    return out.getvalue()


def seven_zipped(members: Held, *, stored: bool = False) -> bytes:
    """By libarchive, all members in one stream. Raises ImportError or OSError without it."""
    from tasks.unpack.foreign import library

    try:
        library("7z")
    except Refusal as refusal:
        raise ImportError(refusal.message_en) from refusal
    out = io.BytesIO()
    with import_module("libarchive").custom_writer(
        out.write, "7zip", options="compression=store" if stored else ""
    ) as archive:
        for name, body in members:
            archive.add_file_from_memory(name, len(body), body, mtime=1_700_000_000)
    return out.getvalue()


def is_opened_here(kind: Kind) -> bool:
    """7z and RAR take a library of the system."""
    if kind not in ("7z", "rar", "rar_4"):
        return True
    from tasks.unpack.foreign import library

    try:
        library(kind)
    except Refusal:
        return False
    return True


def rarred(members: Held, *, flags: int = 0) -> bytes:
    """RAR 5, members stored. `flags`: of the main header. Source: RAR 5.0 archive format."""
    main = _rar_header(1, 0, _vint(flags))
    files = (_rar_file(name, body) for name, body in members)
    return b"Rar!\x1a\x07\x01\x00" + main + b"".join(files) + _rar_header(5, 0, _vint(0))


def _rar_file(name: str, body: bytes) -> bytes:
    named = name.encode()
    about = (
        _vint(4)  # its checksum is told
        + _vint(len(body))
        + _vint(0o100644)
        + struct.pack("<L", zlib.crc32(body))
        + _vint(0)  # stored
        + _vint(1)  # Unix
        + _vint(len(named))
        + named
    )
    return _rar_header(2, 2, _vint(len(body)) + about) + body


def _rar_header(kind: int, flags: int, rest: bytes) -> bytes:
    said = _vint(kind) + _vint(flags) + rest
    sized = _vint(len(said)) + said
    return struct.pack("<L", zlib.crc32(sized)) + sized


def rarred_4(members: Held, *, codec: str = "gb18030") -> bytes:
    """RAR 4, members stored, names in bytes. Source: RAR 2.02 technote, as libarchive reads it."""
    files = (_rar_4_file(name.encode(codec), body) for name, body in members)
    main = _rar_4_header(0x73, 0, bytes(6))
    return b"Rar!\x1a\x07\x00" + main + b"".join(files) + _rar_4_header(0x7B, 0x4000, b"")


def _rar_4_file(name: bytes, body: bytes) -> bytes:
    about = struct.pack("<LLBLLBBHL", len(body), len(body), 3, zlib.crc32(body), 0x58452000,
                        20, 0x30, len(name), 0o100644)  # fmt: skip
    return _rar_4_header(0x74, 0x8000, about + name) + body


def _rar_4_header(kind: int, flags: int, rest: bytes) -> bytes:
    said = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(said) & 0xFFFF) + said


def _vint(value: int) -> bytes:
    held = bytearray()
    while value >= 0x80:
        held.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*held, value))


_LETTER_BODY = "各位同事：\r\n附件为本年度政府信息公开工作年度报告，请查收。\r\n".encode()


def mailed(members: Held, *, naming: Naming = "rfc2231", body: bytes = _LETTER_BODY) -> bytes:
    """A letter that went through the post."""
    head = (
        b"Received: from mail.example.org by mx.example.org; Mon, 5 Feb 2024 09:00:00 +0800\r\n"
        b"From: <office@example.org>\r\nTo: <archive@example.org>\r\n"
        b"Subject: =?gb2312?B?xOqxqA==?=\r\nDate: Mon, 5 Feb 2024 09:00:00 +0800\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_part"\r\n\r\n'
    )
    said = _part(b"Content-Type: text/plain; charset=utf-8", body)
    attached = (_part(_attachment(name, naming), one) for name, one in members)
    return head + said + b"".join(attached) + b"--=_part--\r\n"


def saved(page: bytes, members: Held) -> bytes:
    """A page saved as MHTML, with what hangs on it."""
    head = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; '
        b'boundary="=_part"\r\n\r\n'
    )
    shown = _part(b"Content-Type: text/html\r\nContent-Location: http://example.org/a.html", page)
    attached = (_part(_attachment(name, "rfc2231"), one) for name, one in members)
    return head + shown + b"".join(attached) + b"--=_part--\r\n"


def _part(headers: bytes, body: bytes) -> bytes:
    encoded = base64.encodebytes(body).replace(b"\n", b"\r\n")
    return b"--=_part\r\n" + headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded


def _attachment(name: str, naming: Naming) -> bytes:
    said: dict[Naming, Callable[[], bytes]] = {
        "rfc2231": lambda: f"filename*=utf-8''{quote(name)}".encode(),
        "rfc2047": lambda: f'filename="{Header(name, "gb18030", 500).encode()}"'.encode(),
        "raw_gbk": lambda: f'filename="{name}"'.encode("gb18030"),
        "raw_utf_8": lambda: f'filename="{name}"'.encode(),
    }
    disposition = b"Content-Disposition: attachment; " + said[naming]()
    return b"Content-Type: application/octet-stream\r\n" + disposition


# Draws.


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An archive or a mail of reports."""

    #: With its ending.
    name: str
    kind: Kind
    body: bytes
    #: Names as they are to come out, in that order, and what lies there.
    members: tuple[tuple[str, Sample], ...]


_ENDINGS: dict[Kind, str] = {
    "zip": "zip",
    "zip_gbk": "zip",
    "7z": "7z",
    "rar": "rar",
    "rar_4": "rar",
    "eml": "eml",
    "mht": "mht",
}
KINDS: tuple[Kind, ...] = tuple(_ENDINGS)


def archive_of(count: int, seed: int, kind: Kind | None = None) -> Drawn:
    """So many drawn reports in one file, some of them in an archive within it. Raises as
    `seven_zipped`."""
    random = Random(f"archive {seed}")
    drawn: Kind = random.choice(KINDS) if kind is None else kind
    samples = [_sample(seed * 1_000 + number, random) for number in range(count)]
    outer, inner = samples, list[Sample]()
    if len(samples) > 1 and random.random() < 0.3:
        cut = random.randrange(1, len(samples))
        outer, inner = samples[:cut], samples[cut:]
    folders = drawn not in ("eml", "mht")
    named = [(one.name if folders else _base(one), one) for one in outer]
    held = [(name, one.body) for name, one in named]
    if inner:
        rar = (_rar_of,) if is_opened_here("rar") else ()
        within = random.choice((_zip_of, _mail_of, *rar))
        name, body, found = within(inner)
        name = name if folders else name.rpartition("/")[2]
        held.append((name, body))
        named += [(f"{name}!{one}", each) for one, each in found]
    if folders:
        held = _littered(held, random)
    return Drawn(
        name=f"各单位年报-{seed}.{_ENDINGS[drawn]}",
        kind=drawn,
        body=_packed(held, drawn, random),
        members=tuple(named),
    )


def _sample(seed: int, random: Random) -> Sample:
    """Of each format alike; fonts and pictures make PDF dear, so fewer of those."""
    formats = [one for one in STYLES if one is not Format.PDF or random.random() < 0.3]
    return sample(seed, random.choice(formats))


def _base(one: Sample) -> str:
    return one.name.rpartition("/")[2]


def _littered(held: Held, random: Random) -> list[tuple[str, bytes]]:
    mixed = list(held)
    for one in random.sample(LITTER, random.randrange(len(LITTER))):
        mixed.insert(random.randrange(len(mixed) + 1), one)
    return mixed


_Within = tuple[str, bytes, list[tuple[str, Sample]]]


def _zip_of(inner: Sequence[Sample]) -> _Within:
    found = [(one.name, one) for one in inner]
    body = zipped([(name, one.body) for name, one in found], codec="gb18030")
    return "各镇/乡镇.zip", body, found


def _rar_of(inner: Sequence[Sample]) -> _Within:
    found = [(one.name, one) for one in inner]
    return "乡镇.rar", rarred([(name, one.body) for name, one in found]), found


def _mail_of(inner: Sequence[Sample]) -> _Within:
    found = [(_base(one), one) for one in inner]
    return "来信.eml", mailed([(name, one.body) for name, one in found]), found


def _packed(held: Held, kind: Kind, random: Random) -> bytes:
    match kind:
        case "zip":
            return zipped(held)
        case "zip_gbk":
            method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
            return zipped(held, codec="gb18030", method=method)
        case "7z":
            return seven_zipped(held)
        case "rar":
            return rarred(held)
        case "rar_4":
            return rarred_4(held)
        case "eml":
            return mailed(held, naming=random.choice(NAMINGS))
        case "mht":
            return saved(b"<html><body><p>\xb8\xbd\xbc\xfe</p></body></html>", held)


def archives(count: int, seed: int, *, each: int = 3) -> Iterator[Drawn]:
    """`count` archives of all kinds that are opened here in turn, up to `each` reports in one."""
    kinds = [kind for kind in KINDS if is_opened_here(kind)]
    for number in range(count):
        size = Random(f"size {seed} {number}").randint(1, each)
        yield archive_of(size, seed * 10_000 + number, kinds[number % len(kinds)])
