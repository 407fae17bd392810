"""Archives and mails that would cost too much, lie, or reach out of themselves.

Beside each is what becomes of it: as a whole, or of each member. Small on disk, made on demand.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from samples.archives import Held, mailed, rarred, seven_zipped, zipped
from tasks.model.refusal import RefusalCode

_TEXT = "一、总体情况\n".encode()
_GOOD = ("说明.txt", _TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePoison:
    name: str
    about: str
    make: Callable[[], bytes]
    #: How it is refused as a whole; None where members come out.
    whole: RefusalCode | None = None
    #: The first members: name, and how it is refused; None for one that is taken out.
    members: tuple[tuple[str, RefusalCode | None], ...] = ()
    #: The library of the system opens it.
    is_foreign: bool = False
    #: It has more than a few bytes, or takes more than a moment.
    is_large: bool = False


def _flagged(source: bytes, *names: str) -> bytes:
    """Members that say that they need a password: those of these names, all where none are."""
    body = bytearray(source)
    for mark, flags, length, name in ((b"PK\3\4", 6, 26, 30), (b"PK\1\2", 8, 28, 46)):
        at = body.find(mark)
        while at >= 0:
            size = int.from_bytes(body[at + length : at + length + 2], "little")
            said = bytes(body[at + name : at + name + size]).decode()
            if not names or said in names:
                body[at + flags] |= 1
            at = body.find(mark, at + 4)
    return bytes(body)


def _zeros(mib: int) -> bytes:
    return bytes(mib * 2**20)


def _lying() -> bytes:
    """The directory says that the member has 10 bytes."""
    body = bytearray(zipped([("大.html", _zeros(100))]))
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        found = body.find(mark)
        body[found + at : found + at + 4] = (10).to_bytes(4, "little")
    return bytes(body)


def _damaged() -> bytes:
    source = zipped([("坏.txt", _TEXT * 50), _GOOD], method=zipfile.ZIP_STORED)
    at = source.index(_TEXT) + 20
    return source[:at] + b"#" + source[at + 1 :]


def _cut_in_a_stored_one() -> bytes:
    """What is left ends with the directory of an archive that was stored in it."""
    inner = zipped([("年报.txt", _TEXT)])
    source = zipped(
        [("甲.txt", _TEXT), ("乡镇.zip", inner), ("乙.txt", _TEXT)], method=zipfile.ZIP_STORED
    )
    return source[: source.index(inner) + len(inner)]


def _links() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, mode in (
            ("链接.txt", stat.S_IFLNK),
            ("设备", stat.S_IFCHR),
            ("管道", stat.S_IFIFO),
        ):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (mode | 0o644) << 16
            package.writestr(info, b"/etc/passwd")
        package.writestr(*_GOOD)
    return out.getvalue()


_CLIMBING: tuple[tuple[str, str], ...] = (
    ("../../etc/passwd", "etc/passwd"),
    ("/etc/shadow", "etc/shadow"),
    ("C:\\Windows\\a.txt", "Windows/a.txt"),
    ("各镇\\..\\..\\b.txt", "各镇/b.txt"),
    ("\\\\server\\c.txt", "server/c.txt"),
)


def _deep(levels: int) -> bytes:
    body = zipped([_GOOD])
    for level in range(levels, 0, -1):
        body = zipped([(f"{level}.zip", body)])
    return body


def _letters(levels: int) -> bytes:
    """Each forwards the one within it as it came."""
    head = (
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: %d\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
        b"Content-Type: message/rfc822\r\n\r\n"
    )
    opened = b"".join(head % (level, level, level) for level in range(levels))
    closed = b"".join(b"\r\n--b%d--\r\n" % level for level in reversed(range(levels)))
    return opened + mailed([_GOOD]) + closed


def _parts(levels: int) -> bytes:
    head = b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(levels)
    )
    return head + opened + b"\r\n" + _TEXT


def _overlapping() -> bytes:
    """Two hundred entries of a directory, and one member under them all."""
    source = zipped([("a.txt", _zeros(7))])
    begin, end = source.index(b"PK\1\2"), source.index(b"PK\5\6")
    entry = source[begin:end]
    directory = entry * 200
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 200, 200, len(directory), begin, 0)
    return source[:begin] + directory + last


def _cut(source: bytes) -> bytes:
    return source[: len(source) // 2]


def _damaged_header() -> bytes:
    body = bytearray(seven_zipped([_GOOD]))
    body[-5] ^= 0xFF
    return bytes(body)


def _crowd(count: int) -> Held:
    return [(f"{number}.txt", b"") for number in range(count)]


def _hidden_rar() -> bytes:
    """Its directory is encrypted: a header of the kind 4 comes first."""
    return b"Rar!\x1a\x07\x01\x00" + bytes(4) + b"\x21\x04\x00\x00\x00\x0f" + bytes(48)


_C = RefusalCode
_AFTER = (_GOOD[0], None)

_ALL = (
    ArchivePoison(
        name="bomb.zip",
        about="100 MiB of zeros in 100 KiB, and a text",
        make=lambda: zipped([("大.html", _zeros(100)), _GOOD]),
        members=(("大.html", _C.TOO_COMPLEX), _AFTER),
        is_large=True,
    ),
    ArchivePoison(
        name="lying.zip",
        about="a bomb whose directory calls it small",
        make=_lying,
        members=(("大.html", _C.CORRUPT),),
        is_large=True,
    ),
    ArchivePoison(
        name="overlapping.zip",
        about="1.4 GiB in 7 KiB: one member under two hundred names",
        make=_overlapping,
        members=(("a.txt", None), *((f"a ({n}).txt", _C.CORRUPT) for n in range(2, 201))),
        is_large=True,
    ),
    ArchivePoison(
        name="encrypted.zip",
        about="a password on everything",
        make=lambda: _flagged(zipped([_GOOD, ("a.docx", b"x")])),
        whole=_C.ENCRYPTED,
    ),
    ArchivePoison(
        name="partly.zip",
        about="a password on one of two",
        make=lambda: _flagged(zipped([("密.docx", b"x"), _GOOD]), "密.docx"),
        members=(("密.docx", _C.ENCRYPTED), _AFTER),
    ),
    ArchivePoison(
        name="half.zip",
        about="an upload that broke off",
        make=lambda: _cut(zipped([_GOOD, ("a.txt", _TEXT * 99)])),
        whole=_C.CORRUPT,
    ),
    ArchivePoison(
        name="inner.zip",
        about="an upload that broke off behind an archive in it",
        make=_cut_in_a_stored_one,
        whole=_C.CORRUPT,
    ),
    ArchivePoison(
        name="damaged.zip",
        about="a wrong checksum",
        make=_damaged,
        members=(("坏.txt", _C.CORRUPT), _AFTER),
        is_large=True,
    ),
    ArchivePoison(
        name="links.zip",
        about="a link to another file, a device, a pipe",
        make=_links,
        members=(
            ("链接.txt", _C.UNSUPPORTED_FORMAT),
            ("设备", _C.UNSUPPORTED_FORMAT),
            ("管道", _C.UNSUPPORTED_FORMAT),
            _AFTER,
        ),
    ),
    ArchivePoison(
        name="climbing.zip",
        about="names that lead out of the archive",
        make=lambda: zipped([*((name, _TEXT) for name, _ in _CLIMBING), _GOOD], codec="utf-8"),
        members=(*((safe, _C.UNSUPPORTED_FORMAT) for _, safe in _CLIMBING), _AFTER),
    ),
    ArchivePoison(
        name="deep.zip",
        about="an archive in an archive, six times",
        make=lambda: _deep(6),
        members=(("1.zip!2.zip!3.zip!4.zip", _C.TOO_COMPLEX),),
    ),
    ArchivePoison(
        name="crowded.zip",
        about="20 000 members",
        make=lambda: zipped(_crowd(20_000)),
        whole=_C.TOO_COMPLEX,
        is_large=True,
    ),
    ArchivePoison(
        name="crowds.zip",
        about="6 000 members in each of two archives within it",
        make=lambda: zipped([(f"{n}.zip", zipped(_crowd(6_000))) for n in (1, 2)]),
        members=(*((f"1.zip!{n}.txt", None) for n in range(6_000)), ("2.zip", _C.TOO_COMPLEX)),
        is_large=True,
    ),
    ArchivePoison(
        name="nothing.zip",
        about="no member",
        make=lambda: zipped([("各镇/", b""), ("Thumbs.db", b"")]),
        whole=_C.EMPTY,
    ),
    ArchivePoison(
        name="letters.eml",
        about="a mail in a mail, six times",
        make=lambda: _letters(6),
        members=(("1.eml!2.eml!3.eml!4.eml", _C.TOO_COMPLEX),),
        is_large=True,
    ),
    ArchivePoison(
        name="chain.eml",
        about="a mail in a mail, 2 000 times",
        make=lambda: _letters(2_000),
        members=(("1.eml!2.eml!3.eml!4.eml", _C.TOO_COMPLEX),),
        is_large=True,
    ),
    ArchivePoison(
        name="parts.eml",
        about="parts in parts, 3 000 times",
        make=lambda: _parts(3_000),
        whole=_C.TOO_COMPLEX,
        is_large=True,
    ),
    ArchivePoison(
        name="half.eml",
        about="a mail that breaks off in its second attachment",
        make=lambda: mailed([_GOOD, ("年报.txt", _TEXT * 9)])[:-200],
        members=(_AFTER, ("年报.txt", _C.CORRUPT)),
    ),
    ArchivePoison(
        name="bomb.7z",
        about="100 MiB of zeros, and a text",
        make=lambda: seven_zipped([("大.html", _zeros(60)), _GOOD]),
        members=(("大.html", _C.TOO_COMPLEX), _AFTER),
        is_foreign=True,
        is_large=True,
    ),
    ArchivePoison(
        name="header.7z",
        about="a damaged header",
        make=_damaged_header,
        whole=_C.CORRUPT,
        is_foreign=True,
    ),
    ArchivePoison(
        name="half.7z",
        about="an upload that broke off",
        make=lambda: _cut(seven_zipped([_GOOD])),
        whole=_C.CORRUPT,
        is_foreign=True,
    ),
    ArchivePoison(
        name="half.rar",
        about="an upload that broke off",
        make=lambda: _cut(rarred([_GOOD, ("年报.txt", _TEXT * 99)])),
        whole=_C.CORRUPT,
        is_foreign=True,
    ),
    ArchivePoison(
        name="hidden.rar",
        about="an encrypted directory",
        make=_hidden_rar,
        whole=_C.ENCRYPTED,
        is_foreign=True,
    ),
    ArchivePoison(
        name="volume.rar",
        about="the first of several volumes",
        make=lambda: rarred([_GOOD], flags=1),
        whole=_C.UNSUPPORTED_FORMAT,
        is_foreign=True,
    ),
    ArchivePoison(
        name="climbing.rar",
        about="names that lead out of the archive",
        make=lambda: rarred([("../../etc/passwd", _TEXT), _GOOD]),
        members=(("etc/passwd", _C.UNSUPPORTED_FORMAT), _AFTER),
        is_foreign=True,
    ),
)  # fmt: skip
ARCHIVE_POISON: dict[str, ArchivePoison] = {one.name: one for one in _ALL}
