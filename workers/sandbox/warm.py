"""Reads a report of each format, so that what reading loads and keeps at first use (modules,
dictionaries, patterns, what a label of the form is) is there before the first fork, and is not
loaded and found out after each.

They have all that the form has, in each edition, since a label that was seen is known.
"""

from __future__ import annotations

import email.parser  # noqa: F401 - of pages that were saved as MHTML, of which none is made here
import io
import struct
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

import tasks.read.doc  # noqa: F401 - of which no document is made here: what reads it is loaded
from tasks.flow import examine
from tasks.forms.annual_report import FORM
from tasks.model.patterns import compile_all
from tasks.model.refusal import Refusal
from tasks.render import result
from tasks.render.layout import Printed, Sheet, sheet

_TITLE = "江苏省淮安市洪泽区云墨事务局2023年政府信息公开工作年度报告"
_TOLD = (
    "一、总体情况",
    "2023年，本局主动公开政府信息1条，收到政府信息公开申请1件，上年结转0件，均已按期答复，"
    "其中予以公开0件；行政复议0件，行政诉讼0件。",
    "二、主动公开政府信息情况",
)
#: One applicant too many, so that a finding is found and worded.
_ODD = "requests.new.natural_person"


#: Whose modules some documents import and others do not.
_ROOMS = ("detect", "unpack", "read", "says", "identify", "recognise", "check")


#: What reads pixels: large, and not in every program.
_OF_PIXELS = (
    "tasks.read.scan.",
    "tasks.read.ofd.pixels",
    "tasks.read.pdf.pixels",
)


def read_each_format() -> None:
    for room in _ROOMS:
        _import_all(f"tasks.{room}", but=_OF_PIXELS)
    compile_all()
    for name, make in FORMATS.items():
        try:
            result.dumps(result.parts(examine(make(), name)))
        except Refusal as refusal:
            raise AssertionError(f"{name} cannot be read") from refusal


def load_models() -> None:
    """What reads scans, beside the rest. A program without it has nothing to load: it says so of
    each scan."""
    from tasks.read import scan

    read_each_format()
    if scan.available():
        _import_all("tasks.read")
        scan.warm()


def _import_all(package: str, but: tuple[str, ...] = ()) -> None:
    within = import_module(package).__path__
    for module in iter_modules(within, f"{package}."):
        if module.name.startswith(but):
            continue
        import_module(module.name)
        if module.ispkg:
            _import_all(module.name, but)


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


_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _links(**targets: str) -> str:
    links = "".join(
        f'<Relationship Id="r1" Target="{target}" Type="{_OFFICE}/{kind}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'


def _packed(parts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()


def _docx(edition: str) -> bytes:
    told = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in (_TITLE, *_TOLD))
    tables = "".join(f"<w:tbl>{_docx_rows(one)}</w:tbl><w:p/>" for one in _sheets(edition))
    document = f'<w:document xmlns:w="{_W}"><w:body>{told}{tables}</w:body></w:document>'
    return _packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _links(officeDocument="word/document.xml"),
            "word/document.xml": document,
        }
    )


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


def _placed(edition: str) -> Iterator[tuple[int, int, int, int, str]]:
    """Row, column, rows and columns that it takes, text of each cell of one sheet."""
    row = 0
    for text in (_TITLE, *_TOLD):
        yield row, 0, 1, 1, text
        row += 1
    for one in _sheets(edition):
        yield row, 0, 1, 1, one.title
        for cell in one.cells:
            yield row + 1 + cell.row, cell.column, cell.rowspan, cell.colspan, _text_of(cell)
        row += 2 + max(cell.row + cell.rowspan for cell in one.cells)


def _xlsx(edition: str) -> bytes:
    rows: dict[int, list[str]] = defaultdict(list)
    merged = ""
    for row, column, down, across, text in sorted(_placed(edition)):
        at, last = (f"{chr(65 + column)}{row + 1}", f"{chr(64 + column + across)}{row + down}")
        number = f'<c r="{at}"><v>{text}</v></c>'
        words = f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'
        rows[row].append(number if text.isdigit() else words)
        merged += f'<mergeCell ref="{at}:{last}"/>' if at != last else ""
    data = "".join(f'<row r="{row + 1}">{"".join(cells)}</row>' for row, cells in rows.items())
    book = f'<sheets><sheet name="s" sheetId="1" r:id="r1" xmlns:r="{_OFFICE}"/></sheets>'
    return _packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _links(officeDocument="xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{_S}">{book}</workbook>',
            "xl/_rels/workbook.xml.rels": _links(worksheet="worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}"><sheetData>{data}</sheetData>'
            f"<mergeCells>{merged}</mergeCells></worksheet>",
        }
    )


def _xls(edition: str) -> bytes:
    """Records, in sectors of an OLE2 file with one stream."""
    begin = struct.pack("<6H8x", 0x0809, 16, 0x0600, 5, 0, 0)
    tab = struct.pack("<2HLHBB2s", 0x0085, 10, len(begin) + 14 + 4, 0, 1, 1, b"s\0")
    book = begin + tab + struct.pack("<2H", 0x000A, 0) + begin.replace(b"\x05", b"\x10", 1)
    spans = b""
    for row, column, down, across, text in sorted(_placed(edition)):
        said = struct.pack("<4HB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
        book += struct.pack("<2H", 0x0204, len(said)) + said
        if down * across > 1:
            span = (row, row + down - 1, column, column + across - 1)
            spans += struct.pack("<7H", 0x00E5, 10, 1, *span)
    book += spans + struct.pack("<2H", 0x000A, 0)
    n = -(-len(book) // 512)
    table = [*range(1, n), 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFD]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 62, 3, 65534, 9, 6)
    header += struct.pack("<6x9L", 0, 1, n, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<L", n + 1).ljust(436, b"\xff")
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0, len(book))
    allocated = struct.pack(f"<{len(table)}L", *table).ljust(512, b"\xff")
    return header + book.ljust(512 * n, b"\0") + entries.ljust(512, b"\0") + allocated


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    said, none = (name + "\0").encode("utf-16-le"), 0xFFFFFFFF
    below = 1 if kind == 5 else none  # the root holds the other
    head = struct.pack("<64sH2B3L", said, len(said), kind, 1, none, none, below)
    return head + bytes(36) + struct.pack("<3L", first, size, 0)


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


def _ofd(edition: str) -> bytes:
    """Lines and text, each table on a page of its own."""
    sheets = list(_sheets(edition))
    told = "".join(_ofd_text(20, 20 + 8 * n, 4, one) for n, one in enumerate((_TITLE, *_TOLD)))
    pages = [told, *("".join(map(_ofd_cell, one.cells)) for one in sheets)]
    listed = "".join(f'<Page ID="{n}" BaseLoc="{n}.xml"/>' for n in range(len(pages)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(
            "OFD.xml", f"<OFD {_OFD}><DocBody><DocRoot>D/D.xml</DocRoot></DocBody></OFD>"
        )
        package.writestr("D/D.xml", f"<Document {_OFD}><Pages>{listed}</Pages></Document>")
        for number, objects in enumerate(pages):
            package.writestr(
                f"D/{number}.xml",
                f"<Page {_OFD}><Area><PhysicalBox>0 0 620 420</PhysicalBox></Area>"
                f"<Content><Layer>{objects}</Layer></Content></Page>",
            )
    return packed.getvalue()


_OFD = 'xmlns="http://www.ofdspec.org/2016"'
#: Of a cell of one row and one column, in millimetres.
_ACROSS, _DOWN = 38, 12


def _ofd_cell(cell: Printed) -> str:
    x, y = 15 + cell.column * _ACROSS, 15 + cell.row * _DOWN
    right, low = cell.colspan * _ACROSS, cell.rowspan * _DOWN
    box = f"M 0 0 L {right} 0 L {right} {low} L 0 {low} C"
    return (
        f'<PathObject Boundary="{x} {y} {right} {low}" LineWidth="0.2">'
        f"<AbbreviatedData>{box}</AbbreviatedData></PathObject>"
        + _ofd_text(x + 1, y + 4, min(3, (right - 2) / max(len(_text_of(cell)), 1)), _text_of(cell))
    )


def _ofd_text(x: float, y: float, size: float, text: str) -> str:
    if not text:
        return ""
    width = size * len(text)
    return (
        f'<TextObject Boundary="{x} {y} {width} {size}" Size="{size}" Font="1">'
        f'<TextCode X="0" Y="{0.86 * size}" DeltaX="g {len(text)} {size}">{text}</TextCode>'
        "</TextObject>"
    )


FORMATS: dict[str, Callable[[], bytes]] = {
    "warm.html": partial(_html, "2021"),
    "warm.txt": partial(_text, "2021"),
    "warm.docx": partial(_docx, "2021"),
    "warm.xlsx": partial(_xlsx, "2021"),
    "warm.xls": partial(_xls, "2021"),
    "warm.pdf": _pdf,
    "warm.ofd": partial(_ofd, "2021"),
    "warm.odt": partial(_odt, "2021"),
    "warm.rtf": partial(_rtf, "2021"),
    "older.html": partial(_html, "2019"),
}
