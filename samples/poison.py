"""Documents that must not be read as reports, and documents that must not be read at all.

Small on disk, made on demand; what they would need when unpacked is said beside each.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from samples.layout import LogicalCell, made
from samples.prose import Paper, Passage
from samples.report import make_report
from samples.styles import SUFFIXES, render
from tasks.model.document import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    #: File name with suffix.
    name: str
    about: str
    #: What may become of it: `refused:<code>`, `no report` (read, but no report found).
    outcomes: tuple[str, ...]
    make: Callable[[], bytes]


_NOTICE_ROWS = (
    ("序号", "姓名", "拟任职务", "工作年限"),
    ("1", "甲某", "办公室主任", "12"),
    ("2", "乙某", "综合科科长", "8"),
    ("3", "丙某", "法规科副科长", "5"),
)


def notice() -> Paper:
    """A notice with a table of staff: an official document, but no annual report."""
    cells = [
        LogicalCell(text=text, row=row, column=column, role="label" if row else "header")
        for row, texts in enumerate(_NOTICE_ROWS)
        for column, text in enumerate(texts)
    ]
    return Paper(
        title="霁川县财政局关于拟任职人员的公示",
        organ="霁川县财政局",
        year=2024,
        parts=(
            Passage(kind="title", text="霁川县财政局关于拟任职人员的公示"),
            Passage(kind="body", text="经研究，现将拟任职人员名单公示如下，公示期5个工作日。"),
            made("staff", cells),
            Passage(kind="signature", text="霁川县财政局"),
            Passage(kind="signature", text="2024年3月1日"),
        ),
    )


def _report(format: Format, style: str) -> bytes:
    return render(make_report(7, year=2023), format, style)


def _half(format: Format, style: str) -> bytes:
    body = _report(format, style)
    return body[: len(body) // 2]


def _noise() -> bytes:
    return b"\x00\x01" + Random(7).randbytes(4096)


def _package(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, body in members.items():
            package.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _docx_with(document: bytes) -> bytes:
    """A real package with another main part."""
    with zipfile.ZipFile(io.BytesIO(_report(Format.DOCX, "plain"))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    return _package({**members, "word/document.xml": document})


_W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'


def _bomb() -> bytes:
    """100 MB of white space in one part, some 100 KB packed."""
    return _docx_with(_W + b" " * 100_000_000 + b"</w:body></w:document>")


def _laughs() -> bytes:
    entities = b"".join(
        b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    doctype = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + entities + b"]>"
    return _docx_with(doctype + _W + b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>")


def _deep() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + "深".encode() + b"</div>" * 100_000


def _broad() -> bytes:
    return (
        "<html><body><table><tr><td colspan=1000000000 rowspan=1000000000>宽</td></tr>"
        "<tr><td>0</td></tr></table></body></html>"
    ).encode()


def _crowded() -> bytes:
    return b"<html><body><table>" + b"<tr>" + b"<td>0" * 400_000 + b"</table></body></html>"


def _notice_as(format: Format, style: str) -> Poison:
    return Poison(
        name=f"notice.{SUFFIXES[format]}",
        about="a notice with a table of staff",
        outcomes=("no report",),
        make=lambda: render(notice(), format, style),
    )


POISON: dict[str, Poison] = {
    poison.name: poison
    for poison in (
        Poison(name="empty.html", about="no bytes", outcomes=("refused:empty",), make=bytes),
        Poison(
            name="noise.pdf",
            about="random bytes under a PDF's name",
            outcomes=("refused:unsupported_format", "refused:corrupt"),
            make=_noise,
        ),
        Poison(
            name="old.doc",
            about="the old binary format of Word",
            outcomes=("refused:unsupported_format",),
            make=lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096),
        ),
        Poison(
            name="archive.zip",
            about="an archive that is no document",
            outcomes=("refused:unsupported_format",),
            make=lambda: _package({"readme.txt": "说明".encode()}),
        ),
        Poison(
            name="half.docx",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.DOCX, "plain"),
        ),
        Poison(
            name="half.pdf",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.PDF, "ruled"),
        ),
        Poison(
            name="locked.pdf",
            about="needs a password",
            outcomes=("refused:encrypted",),
            make=lambda: _report(Format.PDF, "user_password"),
        ),
        Poison(
            name="bomb.docx",
            about="100 MB in 200 KB",
            outcomes=("refused:too_complex",),
            make=_bomb,
        ),
        Poison(
            name="laughs.docx",
            about="entities within entities",
            outcomes=("refused:too_complex", "refused:corrupt"),
            make=_laughs,
        ),
        Poison(
            name="deep.html",
            about="100 000 elements deep",
            outcomes=("refused:too_complex", "no report"),
            make=_deep,
        ),
        Poison(
            name="broad.html",
            about="a cell that spans a thousand million columns and rows",
            outcomes=("refused:too_complex", "no report"),
            make=_broad,
        ),
        Poison(
            name="crowded.html",
            about="400 000 cells in one row",
            outcomes=("refused:too_complex", "no report"),
            make=_crowded,
        ),
        _notice_as(Format.HTML, "cms"),
        _notice_as(Format.TEXT, "pipe_rows"),
        _notice_as(Format.DOCX, "plain"),
        _notice_as(Format.PDF, "ruled"),
    )
}
