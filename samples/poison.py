"""Documents that must not be read as reports, and documents that must not be read at all.

Small on disk, made on demand; what they would need when unpacked is said beside each.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from samples import ofd
from samples.layout import LogicalCell, made
from samples.odt import packed
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


def _repeated() -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = "".join(f' xmlns:{one}="{names}{one}:1.0"' for one in ("office", "table"))
    row = '<table:table-row table:number-rows-repeated="999999"><table:table-cell/>'
    return packed(
        f"<office:document-content{spaces}><office:body><office:text><table:table>{row}"
        "</table:table-row></table:table></office:text></office:body></office:document-content>"
    )


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


def _ofd(objects: str, **parts: str) -> bytes:
    """A page with these objects; other parts by their names, `.` as `__`."""
    size = ofd.area(210, 297)
    layer = ofd.element("Layer", objects, ID=2, Type="Body")
    page = ofd.root("Page", size, ofd.element("Content", layer))
    common = ofd.element("CommonData", size.replace("Area", "PageArea"),
                         ofd.element("PublicRes", "Res.xml"))  # fmt: skip
    listed = ofd.element("Pages", ofd.element("Page", ID=1, BaseLoc="Page.xml"))
    members = {
        "OFD.xml": ofd.entry("霁川县财政局2023年政府信息公开工作年度报告"),
        "Doc_0/Document.xml": ofd.root("Document", common, listed),
        "Doc_0/Res.xml": ofd.root("Res"),
        "Doc_0/Page.xml": page,
    }
    named = {f"Doc_0/{name}.xml".replace("Doc_0/OFD", "OFD"): body for name, body in parts.items()}
    return _package({name: body.encode() for name, body in {**members, **named}.items()})


def _ofd_composites(*inner: str) -> str:
    """Composites 1, 2, … with these in them."""
    units = (
        ofd.element("CompositeGraphicUnit", ofd.element("Content", one), ID=number)
        for number, one in enumerate(inner, 1)
    )
    return ofd.root("Res", ofd.element("CompositeGraphicUnits", *units))


def _ofd_shown(id: int) -> str:
    return ofd.element("CompositeObject", ID=9, ResourceID=id, Boundary="0 0 210 297")


def _ofd_doubling() -> bytes:
    inner = (2 * _ofd_shown(number + 1) for number in range(1, 40))
    return _ofd(_ofd_shown(1), Res=_ofd_composites(*inner, ""))


def _ofd_laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'
    page = ofd.root("Page", "&a9;").replace("?>", f"?>{doctype}", 1)
    return _ofd("", Page=page)


def _ofd_outside() -> bytes:
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return _ofd("", Page=ofd.root("Page", "&a;").replace("?>", f"?>{entity}", 1))


def _ofd_climbing() -> bytes:
    body = ofd.element("DocBody", ofd.element("DocRoot", "../../../../etc/passwd"))
    return _ofd("", OFD=ofd.root("OFD", body))


def _ofd_many_pages() -> bytes:
    listed = (ofd.element("Page", ID=n, BaseLoc="Page.xml") for n in range(600))
    return _ofd("", Document=ofd.root("Document", ofd.element("Pages", *listed)))


def _ofd_boxes(box: str) -> bytes:
    size = ofd.element("Area", ofd.element("PhysicalBox", box))
    document = ofd.root(
        "Document", ofd.element("Pages", ofd.element("Page", ID=1, BaseLoc="Page.xml"))
    )
    return _ofd("", Document=document, Page=ofd.root("Page", size))


def _ofd_run() -> bytes:
    """Distances that would take 8 GB."""
    code = ofd.element("TextCode", "通知公告", X=0, Y=4, DeltaX="g 999999 1 " * 1000)
    return _ofd(ofd.element("TextObject", code, ID=3, Font=3, Size=4, Boundary="20 20 50 5"))


def _deep() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + "深".encode() + b"</div>" * 100_000


def _broad() -> bytes:
    return (
        "<html><body><table><tr><td colspan=1000000000 rowspan=1000000000>宽</td></tr>"
        "<tr><td>0</td></tr></table></body></html>"
    ).encode()


def _bottomless() -> bytes:
    return b"<html><body>" + b"<b>" * 990_000 + b"</body></html>"


def _crowded() -> bytes:
    return b"<html><body><table>" + b"<tr>" + b"<td>0" * 400_000 + b"</table></body></html>"


# Packages that are not what they say.


def _members() -> bytes:
    return _package({f"word/{number}.xml": b"" for number in range(12_000)})


def _lying() -> bytes:
    """The directory says that each part has 10 bytes."""
    body = bytearray(_bomb())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        found = body.find(mark)
        while found >= 0:
            body[found + at : found + at + 4] = (10).to_bytes(4, "little")
            found = body.find(mark, found + 4)
    return bytes(body)


def _outside(document: bool) -> bytes:
    """Asks for a file of this machine, or of another."""
    doctype = (
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">'
        b'<!ENTITY % h SYSTEM "http://127.0.0.1:9/x.dtd"> %h;]>'
    )
    if document:
        text = b"<w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:body></w:document>"
        return _docx_with(doctype + _W + text)
    return doctype + b"<html><body><p>&f;</p><table><tr><td>&f;<td>0</table></body></html>"


def _calling() -> bytes:
    """A sound report that points to pictures and a template elsewhere."""
    with zipfile.ZipFile(io.BytesIO(_report(Format.DOCX, "plain"))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    kinds = ("image", "attachedTemplate", "aFChunk", "numbering", "oleObject", "frame")
    links = "".join(
        f'<Relationship Id="x{kind}" Target="http://127.0.0.1:9/{kind}" TargetMode="External" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
        for kind in kinds
    ).encode()
    name = "word/_rels/document.xml.rels"
    members[name] = members[name].replace(b"</Relationships>", links + b"</Relationships>")
    return _package(members)


# Workbooks.

_S = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def _xlsx_with(sheet: bytes) -> bytes:
    """A real workbook with another sheet."""
    with zipfile.ZipFile(io.BytesIO(_report(Format.XLSX, "one_sheet"))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    return _package({**members, "xl/worksheets/sheet1.xml": _S + sheet + b"</worksheet>"})


def _empty_rows() -> bytes:
    rows = b"".join(b'<row r="%d" hidden="1"/>' % number for number in range(1, 1_048_577))
    return _xlsx_with(b"<sheetData>" + rows + b"</sheetData>")


def _blank_sheet() -> bytes:
    return _xlsx_with(b"<sheetData>" + b" " * 100_000_000 + b"</sheetData>")


def _circular() -> bytes:
    """Ten thousand sums, each of all, and a link to another file."""
    cells = b"".join(
        b'<row><c r="A%d"><f>SUM(A1:XFD1048576)+[9]x!A1</f></c>'
        b'<c r="B%d"><f>SUM(A1:XFD1048576)</f></c></row>' % (number, number)
        for number in range(1, 10_001)
    )
    return _xlsx_with(b"<sheetData>" + cells + b"</sheetData>")


def _ranges() -> bytes:
    cells = b"".join(b"<row>" + b"<c><v>1</v></c>" * 10 + b"</row>" for _ in range(5_000))
    ranges = b'<mergeCell ref="A1:XFD1048576"/>' * 90_000
    return _xlsx_with(
        b"<sheetData>" + cells + b"</sheetData><mergeCells>" + ranges + b"</mergeCells>"
    )


def _round_in_circles() -> bytes:
    """An XLS whose first sector follows itself."""
    body = bytearray(_report(Format.XLS, "one_sheet"))
    table = 512 * (int.from_bytes(body[76:80], "little") + 1)
    body[table : table + 4] = bytes(4)
    return bytes(body)


# PDF.


def pdf_of(objects: list[bytes]) -> bytes:
    """Objects numbered from 1; the first is the catalogue."""
    body, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n" % (
        body,
        size,
        table,
        size,
    ) + b"startxref\n%d\n%%%%EOF\n" % len(body)


_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"


def _deflated(length: int, passes: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"0 " * 2**19) for _ in range(length >> 20)) + packer.flush()
    for _ in range(passes - 1):
        body = zlib.compress(body, 9)
    return body


def stream_of(body: bytes, head: bytes) -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(body), head, body)


def _flate() -> bytes:
    body = stream_of(_deflated(100 << 20), b"/Filter/FlateDecode")
    return pdf_of([_CATALOGUE, _ONE_PAGE, _PAGE, body])


def _flate_twice() -> bytes:
    body = stream_of(_deflated(100 << 20, 2), b"/Filter[/FlateDecode/FlateDecode]")
    return pdf_of([_CATALOGUE, _ONE_PAGE, _PAGE, body])


def _object_stream() -> bytes:
    head = b"/Type/ObjStm/N 1000000/First 10/Filter/FlateDecode"
    return pdf_of([_CATALOGUE, _ONE_PAGE, _PAGE, stream_of(_deflated(100 << 20), head)])


def _cyclic() -> bytes:
    return pdf_of([_CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])


def _cyclic_parents() -> bytes:
    """Nothing says how large the page is, and its parents are each other's."""
    return pdf_of(
        [
            _CATALOGUE,
            b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>",
            b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
            stream_of(b"BT ET", b""),
        ]
    )


def _many_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(600))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    pages = b"<</Type/Pages/Kids[%s]/Count 600>>" % kids
    return pdf_of([_CATALOGUE, pages, *[page] * 600])


# Pages that would do something elsewhere.


def _active() -> bytes:
    return (
        b"<html><body><script>fetch('http://127.0.0.1:9/')</script><table>"
        b'<tr><td>=HYPERLINK("http://127.0.0.1:9/","0")<td>@SUM(1)'
        b"<tr><td>+1+cmd|' /C calc'!A0<td>-2+3"
        b"<tr><td>&lt;script&gt;alert(1)&lt;/script&gt;<td><img src=x onerror=alert(1)>0"
        b"</table></body></html>"
    )


def _page_and_pdf() -> bytes:
    """To a browser a page, to a PDF viewer a PDF."""
    page = "<html><body><table><tr><td>规章<td>1</table><!--\n".encode()
    return page + _report(Format.PDF, "ruled") + b"\n--></body></html>"


def _pdf_and_package() -> bytes:
    """To a PDF viewer a PDF, to an archiver, which looks at the end, a DOCX."""
    return _report(Format.PDF, "ruled") + _report(Format.DOCX, "plain")


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
            about="an OLE2 file with nothing in it",
            outcomes=("refused:unsupported_format",),
            make=lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096),
        ),
        Poison(
            name="archive.zip",
            about="an archive without a report",
            outcomes=("no report",),
            make=lambda: _package({"readme.txt": "说明".encode()}),
        ),
        Poison(
            name="half.docx",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.DOCX, "plain"),
        ),
        Poison(
            name="half.doc",
            about="an upload that broke off",
            outcomes=("refused:corrupt", "refused:unsupported_format"),
            make=lambda: _half(Format.DOC, "plain"),
        ),
        Poison(
            name="half.odt",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.ODT, "plain"),
        ),
        Poison(
            name="half.rtf",
            about="an upload that broke off, of which the first half can be read",
            outcomes=("report",),
            make=lambda: _half(Format.RTF, "plain"),
        ),
        Poison(
            name="deep.rtf",
            about="groups within groups without end",
            outcomes=("refused:too_complex",),
            make=lambda: b"{\\rtf1" + b"{" * 1_000_000,
        ),
        Poison(
            name="repeated.odt",
            about="a row that says it is there a million times",
            outcomes=("refused:too_complex",),
            make=_repeated,
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
            name="bottomless.html",
            about="a million elements deep",
            outcomes=("refused:too_complex",),
            make=_bottomless,
        ),
        Poison(
            name="members.docx",
            about="12 000 files in one package",
            outcomes=("refused:too_complex",),
            make=_members,
        ),
        Poison(
            name="lying.docx",
            about="sizes that are not so",
            outcomes=("refused:too_complex", "refused:corrupt"),
            make=_lying,
        ),
        Poison(
            name="outside.docx",
            about="an entity that is a file of the reader's machine",
            outcomes=("refused:corrupt",),
            make=lambda: _outside(document=True),
        ),
        Poison(
            name="outside.html",
            about="an entity that is a file of the reader's machine",
            outcomes=("no report",),
            make=lambda: _outside(document=False),
        ),
        Poison(
            name="calling.docx",
            about="a report that points to other machines",
            outcomes=("report",),
            make=_calling,
        ),
        Poison(
            name="flate.pdf",
            about="100 MB in one stream",
            outcomes=("refused:too_complex",),
            make=_flate,
        ),
        Poison(
            name="flate_twice.pdf",
            about="100 MB in one stream, packed twice",
            outcomes=("refused:too_complex",),
            make=_flate_twice,
        ),
        Poison(
            name="object_stream.pdf",
            about="100 MB of objects in one stream",
            outcomes=("refused:too_complex",),
            make=_object_stream,
        ),
        Poison(
            name="cyclic.pdf",
            about="pages that hold themselves",
            outcomes=("refused:corrupt", "refused:empty"),
            make=_cyclic,
        ),
        Poison(
            name="cyclic_parents.pdf",
            about="a page whose parents go round in a circle",
            outcomes=("refused:corrupt", "refused:empty"),
            make=_cyclic_parents,
        ),
        Poison(
            name="pages.pdf",
            about="600 pages",
            outcomes=("refused:too_complex",),
            make=_many_pages,
        ),
        Poison(
            name="half.ofd",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.OFD, "ruled"),
        ),
        Poison(
            name="locked.ofd",
            about="enciphered",
            outcomes=("refused:encrypted",),
            make=lambda: _report(Format.OFD, "ciphered"),
        ),
        Poison(
            name="bomb.ofd",
            about="100 MB of white space in one page",
            outcomes=("refused:too_complex",),
            make=lambda: _ofd(" " * 100_000_000),
        ),
        Poison(
            name="laughs.ofd",
            about="entities within entities",
            outcomes=("refused:corrupt",),
            make=_ofd_laughs,
        ),
        Poison(
            name="outside.ofd",
            about="an entity that is a file of the reader's machine",
            outcomes=("refused:corrupt",),
            make=_ofd_outside,
        ),
        Poison(
            name="climbing.ofd",
            about="a document outside of the container",
            outcomes=("refused:corrupt",),
            make=_ofd_climbing,
        ),
        Poison(
            name="cyclic.ofd",
            about="a composite that holds itself",
            outcomes=("refused:too_complex",),
            make=lambda: _ofd(_ofd_shown(1), Res=_ofd_composites(_ofd_shown(1))),
        ),
        Poison(
            name="doubling.ofd",
            about="composites that each show the next one twice, 40 deep",
            outcomes=("refused:too_complex",),
            make=_ofd_doubling,
        ),
        Poison(
            name="deep.ofd",
            about="blocks 100 000 deep",
            outcomes=("refused:too_complex",),
            make=lambda: _ofd("<ofd:PageBlock>" * 100_000 + "</ofd:PageBlock>" * 100_000),
        ),
        Poison(
            name="pages.ofd",
            about="600 pages",
            outcomes=("refused:too_complex",),
            make=_ofd_many_pages,
        ),
        Poison(
            name="broad.ofd",
            about="a page of 10^300 millimetres",
            outcomes=("refused:corrupt",),
            make=lambda: _ofd_boxes("0 0 1e300 1e300"),
        ),
        Poison(
            name="run.ofd",
            about="distances a thousand million times",
            outcomes=("no report",),
            make=_ofd_run,
        ),
        Poison(
            name="active.html",
            about="formulas and scripts in cells",
            outcomes=("no report",),
            make=_active,
        ),
        Poison(
            name="misnamed.docx",
            about="a web page under a Word document's name",
            outcomes=("report",),
            make=lambda: _report(Format.HTML, "cms"),
        ),
        Poison(
            name="page_and_pdf.html",
            about="a page and a PDF at once",
            outcomes=("report", "no report"),
            make=_page_and_pdf,
        ),
        Poison(
            name="pdf_and_package.pdf",
            about="a PDF and a DOCX at once",
            outcomes=("report",),
            make=_pdf_and_package,
        ),
        Poison(
            name="crowded.html",
            about="400 000 cells in one row",
            outcomes=("refused:too_complex", "no report"),
            make=_crowded,
        ),
        Poison(
            name="half.xlsx",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.XLSX, "one_sheet"),
        ),
        Poison(
            name="half.xls",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=lambda: _half(Format.XLS, "one_sheet"),
        ),
        Poison(
            name="bomb.xlsx",
            about="100 MB in 200 KB",
            outcomes=("refused:too_complex",),
            make=_blank_sheet,
        ),
        Poison(
            name="empty_rows.xlsx",
            about="a million rows with nothing in them, all hidden",
            outcomes=("no report",),
            make=_empty_rows,
        ),
        Poison(
            name="circular.xlsx",
            about="sums of sums of everything, and of another file",
            outcomes=("no report",),
            make=_circular,
        ),
        Poison(
            name="ranges.xlsx",
            about="90 000 merged ranges on one another",
            outcomes=("refused:too_complex",),
            make=_ranges,
        ),
        Poison(
            name="circle.xls",
            about="a chain of sectors that goes round in a circle",
            outcomes=("refused:corrupt",),
            make=_round_in_circles,
        ),
        _notice_as(Format.HTML, "cms"),
        _notice_as(Format.TEXT, "pipe_rows"),
        _notice_as(Format.DOCX, "plain"),
        _notice_as(Format.PDF, "ruled"),
        _notice_as(Format.XLSX, "one_sheet"),
        _notice_as(Format.XLS, "one_sheet"),
        _notice_as(Format.OFD, "ruled"),
    )
}
