"""Reads a report of each format, so that what reading loads and keeps at first use (modules,
dictionaries, patterns, what a label of the form is) is there before the first fork, and is not
loaded and found out after each.

They have all that the form has, in each edition, since a label that was seen is known.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

import tasks.read.doc  # noqa: F401 - of which no document is made here: what reads it is loaded
from tasks.flow import examine
from tasks.forms.annual_report import FORM
from tasks.model.refusal import Refusal
from tasks.render import result
from tasks.render.layout import Printed, Sheet, sheet

_TITLE = "江苏省淮安市洪泽区财政局2023年政府信息公开工作年度报告"
_TOLD = (
    "一、总体情况",
    "2023年，本局主动公开政府信息1条，收到政府信息公开申请1件，上年结转0件，均已按期答复，"
    "其中予以公开0件；行政复议0件，行政诉讼0件。",
    "二、主动公开政府信息情况",
)
#: One applicant too many, so that a finding is found and worded.
_ODD = "requests.new.natural_person"


def read_each_format() -> None:
    for name, make in FORMATS.items():
        try:
            result.dumps(result.parts(examine(make(), name)))
        except Refusal as refusal:
            raise AssertionError(f"{name} cannot be read") from refusal


def _sheets(wanted: str) -> Iterator[Sheet]:
    """The tables in the wanted edition, or the only one that they have."""
    for table in FORM.tables:
        known = [edition.edition for edition in FORM.of(table)]
        yield sheet(table, wanted if wanted in known else known[0], frozenset())


def _text_of(cell: Printed) -> str:
    if not cell.cell:
        return cell.text
    return "1" if cell.cell == _ODD else "0"


def _html(edition: str) -> bytes:
    told = "".join(f"<p>{one}</p>" for one in _TOLD)
    tables = "".join(
        f"<p>{one.title}</p><table>{''.join(map(_html_row, one.by_row()))}</table>"
        for one in _sheets(edition)
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{_TITLE}</title></head>'
        f"<body><h1>{_TITLE}</h1>{told}{tables}</body></html>"
    ).encode()


def _html_row(row: tuple[Printed, ...]) -> str:
    cells = (
        f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{_text_of(cell)}</td>'
        for cell in row
    )
    return f"<tr>{''.join(cells)}</tr>"


def _text(edition: str) -> bytes:
    rows = (row for one in _sheets(edition) for row in one.by_row())
    lines = ("|".join(map(_text_of, row)) for row in rows)
    return "\n".join((_TITLE, *_TOLD, *lines, "")).encode("gb18030")


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _docx(edition: str) -> bytes:
    told = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in (_TITLE, *_TOLD))
    tables = "".join(f"<w:tbl>{_docx_rows(one)}</w:tbl><w:p/>" for one in _sheets(edition))
    document = f'<w:document xmlns:w="{_W}"><w:body>{told}{tables}</w:body></w:document>'
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


def _docx_rows(one: Sheet) -> str:
    """A cell that reaches down stands in each of its rows, as Word writes it."""
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for cell in one.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            rows[row].append((cell.column, _docx_cell(cell, is_first=row == cell.row)))
    return "".join(
        f"<w:tr>{''.join(text for _, text in sorted(rows[row]))}</w:tr>" for row in sorted(rows)
    )


def _docx_cell(cell: Printed, *, is_first: bool) -> str:
    merged = ""
    if cell.rowspan > 1:
        merged = '<w:vMerge w:val="restart"/>' if is_first else "<w:vMerge/>"
    text = _text_of(cell) if is_first else ""
    return (
        f'<w:tc><w:tcPr><w:gridSpan w:val="{cell.colspan}"/>{merged}</w:tcPr>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
    )


def _odt(edition: str) -> bytes:
    names = {"office": "office", "text": "text", "table": "table"}
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in names.items()
    )
    told = "".join(f"<text:p>{one}</text:p>" for one in (_TITLE, *_TOLD))
    tables = "".join(
        f"<text:p>{one.title}</text:p><table:table>{''.join(map(_odt_row, one.by_row()))}"
        "</table:table>"
        for one in _sheets(edition)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body><office:text>{told}{tables}"
            "</office:text></office:body></office:document-content>",
        )
    return packed.getvalue()


def _odt_row(row: tuple[Printed, ...]) -> str:
    """Without covered cells, each begins where the ones before and above leave room."""
    cells = (
        f'<table:table-cell table:number-rows-spanned="{cell.rowspan}"'
        f' table:number-columns-spanned="{cell.colspan}"><text:p>{_text_of(cell)}</text:p>'
        "</table:table-cell>"
        for cell in row
    )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _rtf(edition: str) -> bytes:
    told = "".join(f"{_rtf_letters(one)}\\par " for one in (_TITLE, *_TOLD))
    tables = "".join(
        f"\\pard {_rtf_letters(one.title)}\\par {_rtf_rows(one)}\\pard\\par "
        for one in _sheets(edition)
    )
    fonts = "{\\fonttbl{\\f0\\fcharset134 SimSun;}}"
    return f"{{\\rtf1\\ansi\\ansicpg936\\deff0{fonts}{told}{tables}}}".encode("ascii")


def _rtf_letters(text: str) -> str:
    return "".join(
        one if one.isascii() else f"\\u{ord(one) - (ord(one) > 0x7FFF) * 0x10000}?" for one in text
    )


def _rtf_rows(one: Sheet) -> str:
    """A cell that reaches down stands in each of its rows."""
    rows: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for cell in one.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            is_first = row == cell.row
            merged = ("\\clvmgf" if is_first else "\\clvmrg") if cell.rowspan > 1 else ""
            says = f"{merged}\\cellx{900 * (cell.column + cell.colspan)}"
            rows[row].append((cell.column, says, _rtf_letters(_text_of(cell)) if is_first else ""))
    made = []
    for row in sorted(rows):
        cells = sorted(rows[row])
        says, texts = "".join(c[1] for c in cells), "".join(f"{c[2]}\\cell " for c in cells)
        made.append(f"\\trowd {says}\\pard\\intbl {texts}\\row ")
    return "".join(made)


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
    "warm.html": partial(_html, "2021"),
    "warm.txt": partial(_text, "2021"),
    "warm.docx": partial(_docx, "2021"),
    "warm.pdf": _pdf,
    "warm.odt": partial(_odt, "2021"),
    "warm.rtf": partial(_rtf, "2021"),
    "older.html": partial(_html, "2019"),
}
