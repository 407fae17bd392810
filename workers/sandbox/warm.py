"""Reads one small document of each format, so that what the readers load at first use (modules,
dictionaries, patterns) is loaded before the first fork, and not after each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tasks.flow import examine
from tasks.model.refusal import Refusal
from tasks.render import result

_ROWS = (
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "1", "0", "1"),
    ("行政规范性文件", "0", "0", ""),
)
_TITLE = "某县某局2023年政府信息公开工作年度报告"


def read_each_format() -> None:
    for name, make in FORMATS.items():
        try:
            result.dumps(result.parts(examine(make(), name)))
        except Refusal as refusal:
            raise AssertionError(f"{name} cannot be read") from refusal


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{c}" for c in row) + "</tr>" for row in _ROWS)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{_TITLE}</title></head>'
        f"<body><h1>{_TITLE}</h1><p>二、主动公开政府信息情况</p><table>{rows}</table></body></html>"
    ).encode()


def _text() -> bytes:
    rows = "\n".join("|".join(row) for row in _ROWS)
    return f"{_TITLE}\n二、主动公开政府信息情況\n{rows}\n".encode("gb18030")


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _docx() -> bytes:
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>" for c in row)
        + "</w:tr>"
        for row in _ROWS
    )
    document = (
        f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>{_TITLE}</w:t></w:r></w:p>'
        f"<w:tbl>{rows}</w:tbl></w:body></w:document>"
    )
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", relationships)
        package.writestr("word/document.xml", document)
    return packed.getvalue()


def _pdf() -> bytes:
    """Lines and text; nothing embedded."""
    drawn = b"0.5 w 50 600 m 450 600 l 50 650 m 450 650 l 50 700 m 450 700 l S "
    drawn += b"50 600 m 50 700 l 250 600 m 250 700 l 450 600 m 450 700 l S "
    for x, y in ((60, 620), (260, 620), (60, 670), (260, 670)):
        drawn += b"BT /F1 12 Tf %d %d Td (2023 report) Tj ET " % (x, y)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 800]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n"
        % (len(objects) + 1, table, len(objects) + 1)
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


FORMATS: dict[str, Callable[[], bytes]] = {
    "warm.html": _html,
    "warm.txt": _text,
    "warm.docx": _docx,
    "warm.pdf": _pdf,
}
