"""Hard shapes of DOCX: a plain package, its XML bent as Word, WPS and reviewers bend it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import pairwise
from random import Random
from typing import Any

from lxml import etree

from samples.docx import DocxStyle, render_docx
from samples.hard.shape import Make, Shape
from samples.layout import Draft
from samples.prose import paper
from samples.style import Lost
from tasks.model.document import Format

#: lxml elements.
Xml = Any
Bend = Callable[[Xml, Random], None]

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{_NAMESPACE}}}"
_STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/": (
        b"http://purl.oclc.org/ooxml/officeDocument/"
    ),
    b"http://schemas.openxmlformats.org/drawingml/2006/": b"http://purl.oclc.org/ooxml/drawingml/",
}
_MARKS = {f"{W}id": "7", f"{W}author": "审核", f"{W}date": "2024-01-17T09:00:00Z"}


def _rewritten(body: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The package with each member changed: name and content in, name and content out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            renamed, content = change(name, old.read(name))
            new.writestr(zipfile.ZipInfo(renamed), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def bent(bend: Bend, **looks: Any) -> Make:
    """A style's document whose body is bent in place."""
    style = DocxStyle(name="", about="", **looks)

    def make(drafted: Draft, seed: int) -> bytes:
        random = Random(seed)

        def change(name: str, content: bytes) -> tuple[str, bytes]:
            if name != "word/document.xml":
                return name, content
            root = etree.fromstring(content)
            bend(root, random)
            return name, etree.tostring(root, xml_declaration=True, encoding="UTF-8")

        return _rewritten(render_docx(paper(drafted), style, seed), change)

    return make


def _styled(**looks: Any) -> Make:
    style = DocxStyle(name="", about="", **looks)
    return lambda drafted, seed: render_docx(paper(drafted), style, seed)


def element(tag: str, /, *children: Xml, **attributes: str) -> Xml:
    made = etree.Element(f"{W}{tag}")
    for key, value in attributes.items():
        made.set(f"{W}{key}", value)
    made.extend(children)
    return made


def text_run(text: str, *properties: Xml) -> Xml:
    said = etree.Element(f"{W}t")
    said.text = text
    run = element("r", element("rPr", *properties)) if properties else element("r")
    run.append(said)
    return run


def figures(root: Xml) -> list[Xml]:
    """The paragraphs of cells that hold a bare figure."""
    return [
        paragraph
        for paragraph in root.iterfind(f".//{W}tc/{W}p")
        if "".join(paragraph.itertext()).strip().isdigit()
    ]


def _some(random: Random, items: list[Xml], share: float = 0.3) -> list[Xml]:
    return [item for item in items if random.random() < share]


def own_properties(row: Xml, tag: str) -> Xml:
    """`trPr` or `tcPr`, made where it is missing."""
    found = row.find(f"{W}{tag}")
    if found is None:
        found = element(tag)
        row.insert(0, found)
    return found


def _shadow(row: Xml, random: Random) -> Xml:
    """The row with other figures."""
    other = deepcopy(row)
    for text in other.iter(f"{W}t"):
        if (text.text or "").isdigit():
            text.text = str(random.randint(100, 999))
    return other


def _unmerged_rows(root: Xml) -> list[Xml]:
    return [
        row
        for row in root.iter(f"{W}tr")
        if row.find(f".//{W}vMerge") is None and any(t.text for t in row.iter(f"{W}t"))
    ]


# --- revisions and what is hidden -------------------------------------------------------------


def _deleted_rows(root: Xml, random: Random) -> None:
    """Rows struck out under revision: their text is `delText`, their mark is deleted."""
    for row in _some(random, _unmerged_rows(root)):
        gone = _shadow(row, random)
        own_properties(gone, "trPr").append(element("del", **_plain(_MARKS)))
        for run in list(gone.iter(f"{W}r")):
            for text in run.iter(f"{W}t"):
                text.tag = f"{W}delText"
            struck = element("del", **_plain(_MARKS))
            run.addprevious(struck)
            struck.append(run)
        row.addprevious(gone)


def _plain(marks: dict[str, str]) -> dict[str, str]:
    return {key.removeprefix(W): value for key, value in marks.items()}


def _hidden_rows(root: Xml, random: Random) -> None:
    for row in _some(random, _unmerged_rows(root)):
        gone = _shadow(row, random)
        own_properties(gone, "trPr").append(element("hidden"))
        row.addnext(gone)


def _moved(root: Xml, random: Random) -> None:
    """A figure moved here from another place, which still has it."""
    for paragraph in _some(random, figures(root)):
        run = text_run(str(random.randint(100, 999)))
        away = element("moveFrom", run, **_plain(_MARKS))
        paragraph.append(away)


def _struck(root: Xml, random: Random) -> None:
    """The old figure struck through by hand beside the new one."""
    for paragraph in _some(random, figures(root)):
        old = text_run(str(random.randint(100, 999)), element("strike"))
        paragraph.insert(_first_run(paragraph), old)


def _first_run(paragraph: Xml) -> int:
    return next(at for at, child in enumerate(paragraph) if child.tag == f"{W}r")


def _footnotes(root: Xml, random: Random) -> None:
    """A raised 1 behind a figure, as people write footnotes by hand."""
    for paragraph in _some(random, figures(root)):
        paragraph.append(text_run("1", element("vertAlign", val="superscript")))


def _references(root: Xml, random: Random) -> None:
    """Footnotes and comments of the program: only their marks stand in the text."""
    for paragraph in _some(random, figures(root)):
        paragraph.append(element("r", element("footnoteReference", id="2")))
        paragraph.append(element("r", element("commentReference", id="1")))


# --- figures ------------------------------------------------------------------------------


def _computed(root: Xml, random: Random) -> None:
    """Figures that Word sums up: fields with their instruction and their last result."""
    for paragraph in _some(random, figures(root), 0.5):
        run = paragraph.find(f"{W}r")
        instruction = etree.Element(f"{W}instrText")
        instruction.text = " =SUM(LEFT) 999 "
        if random.random() < 0.5:
            simple = element("fldSimple", instr=" =SUM(ABOVE) ")
            run.addprevious(simple)
            simple.append(run)
            continue
        for piece in (
            element("r", element("fldChar", fldCharType="begin")),
            element("r", instruction),
            element("r", element("fldChar", fldCharType="separate")),
        ):
            run.addprevious(piece)
        run.addnext(element("r", element("fldChar", fldCharType="end")))


def _digit_runs(root: Xml, random: Random) -> None:
    """A run a digit, spelling marks between."""
    for paragraph in figures(root):
        run = paragraph.find(f"{W}r")
        for one in "".join(run.itertext()):
            run.addprevious(text_run(one))
            run.addprevious(element("proofErr", type="gramStart"))
        paragraph.remove(run)


def _prompts(root: Xml, random: Random) -> None:
    """Blank cells are content controls that still ask for a figure."""
    for paragraph in list(root.iterfind(f".//{W}tc/{W}p")):
        if "".join(paragraph.itertext()) or random.random() < 0.5:
            continue
        control = element(
            "sdt",
            element("sdtPr", element("showingPlcHdr")),
            element("sdtContent", text_run("0 单击此处输入数字。")),
        )
        paragraph.append(control)


# --- tables -------------------------------------------------------------------------------


def _in_text_boxes(root: Xml, random: Random) -> None:
    """Each table in a text box, which is in the file twice: for new programs and for old."""
    drawing = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    alternatives = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    for table in list(root.iterfind(f"{W}body/{W}tbl")):
        choice = etree.Element(f"{{{alternatives}}}Choice", Requires="wps")
        shape = etree.SubElement(choice, f"{{{drawing}}}txbx")
        fallback = etree.Element(f"{{{alternatives}}}Fallback")
        picture = etree.SubElement(fallback, f"{W}pict")
        both = etree.Element(f"{{{alternatives}}}AlternateContent")
        both.extend((choice, fallback))
        paragraph = element("p", element("r", both))
        table.addprevious(paragraph)
        picture.append(element("txbxContent", deepcopy(table)))
        shape.append(element("txbxContent", table))


def _across_by_continuing(root: Xml, random: Random) -> None:
    """`hMerge`: a cell for each column, those behind the first go on from it."""
    for cell in list(root.iter(f"{W}tc")):
        properties = own_properties(cell, "tcPr")
        span = properties.find(f"{W}gridSpan")
        if span is None:
            continue
        count = int(span.get(f"{W}val"))
        properties.remove(span)
        properties.append(element("hMerge", val="restart"))
        for _ in range(count - 1):
            going_on = element("tc", element("tcPr", element("hMerge")), element("p"))
            merge = properties.find(f"{W}vMerge")
            if merge is not None:
                going_on[0].append(deepcopy(merge))
            cell.addnext(going_on)


def _grid_before(root: Xml, random: Random) -> None:
    """Where a group label goes on, rows begin further right; empty last cells are not there."""
    for row in root.iter(f"{W}tr"):
        before = 0
        for cell in row.findall(f"{W}tc"):
            properties = own_properties(cell, "tcPr")
            merge = properties.find(f"{W}vMerge")
            if merge is None or merge.get(f"{W}val", "continue") != "continue":
                break
            span = properties.find(f"{W}gridSpan")
            before += 1 if span is None else int(span.get(f"{W}val"))
            row.remove(cell)
        if before:
            own_properties(row, "trPr").append(element("gridBefore", val=str(before)))


#: Width of a column, and how far an edge of a row may lie off, in twentieths of a point.
_WIDE, _OFF = 900, 50


def _edges_apart(root: Xml, random: Random) -> None:
    """As after edges were drawn by hand in some rows: a grid of slivers, spans over them."""
    for table in root.iter(f"{W}tbl"):
        grid = table.find(f"{W}tblGrid")
        width = len(grid)
        rows = [_spans(row) for row in table.iter(f"{W}tr")]
        edges = [
            {at: _WIDE * at + random.randint(-_OFF, _OFF) for at in range(1, width)}
            | {at: _WIDE * at for cell in row for at in cell[1:] if _is_merged_down(cell[0])}
            | {0: 0, width: _WIDE * width}
            for row in rows
        ]
        lines = sorted({edge for row in edges for edge in row.values()})
        for column in list(grid):
            grid.remove(column)
        grid.extend(element("gridCol", w=str(after - at)) for at, after in pairwise(lines))
        for row, places in zip(rows, edges, strict=True):
            for cell, first, last in row:
                properties = own_properties(cell, "tcPr")
                for old in properties.findall(f"{W}gridSpan"):
                    properties.remove(old)
                span = lines.index(places[last]) - lines.index(places[first])
                properties.insert(0, element("gridSpan", val=str(span)))


def _spans(row: Xml) -> list[tuple[Xml, int, int]]:
    """The cells of a row with the edges that they reach from and to."""
    found, at = [], 0
    for cell in row.findall(f"{W}tc"):
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        after = at + (1 if span is None else int(span.get(f"{W}val")))
        found.append((cell, at, after))
        at = after
    return found


def _is_merged_down(cell: Xml) -> bool:
    return cell.find(f"{W}tcPr/{W}vMerge") is not None


def _no_grid(root: Xml, random: Random) -> None:
    for grid in list(root.iter(f"{W}tblGrid")):
        for column in list(grid):
            grid.remove(column)


def _row_a_table(root: Xml, random: Random) -> None:
    """Each row a table of its own, as after a page was put together from pieces."""
    for table in list(root.iterfind(f"{W}body/{W}tbl")):
        rows = table.findall(f"{W}tr")
        for row in rows[1:]:
            one = element("tbl")
            one.extend(deepcopy(part) for part in table if part.tag != f"{W}tr")
            table.addprevious(one)
            table.remove(row)
            one.append(row)
        table.getparent().insert(table.getparent().index(table) - len(rows) + 1, table)


def _three_deep(root: Xml, random: Random) -> None:
    """All in one cell of a table in one cell of a table in one cell of a table."""
    body = root.find(f"{W}body")
    section = body.find(f"{W}sectPr")
    inner = [child for child in body if child is not section]
    for _ in range(3):
        cell = element("tc", element("tcPr"), *inner, element("p"))
        side = element("tc", element("tcPr"), element("p"))
        inner = [element("tbl", element("tblPr"), element("tr", cell, side)), element("p")]
    for at, child in enumerate(inner):
        body.insert(at, child)


def _table_in_cell(root: Xml, random: Random) -> None:
    """Each figure in a table of one cell, as pasted from a sheet."""
    for paragraph in _some(random, figures(root), 0.6):
        cell = paragraph.getparent()
        table = element("tbl", element("tblPr"), element("tr", element("tc", paragraph)))
        cell.append(table)
        cell.append(element("p"))


def _listed(root: Xml, random: Random) -> None:
    """Empty paragraphs and page breaks in cells, a rendered break inside of labels."""
    for paragraph in _some(random, list(root.iterfind(f".//{W}tc/{W}p")), 0.4):
        if not "".join(paragraph.itertext()):
            continue
        paragraph.addprevious(element("p"))
        paragraph.addnext(element("p"))
        paragraph.insert(_first_run(paragraph), element("r", element("lastRenderedPageBreak")))


# --- packages -------------------------------------------------------------------------------


def _strict(drafted: Draft, seed: int) -> bytes:
    """As Word saves `Strict Open XML`."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name.endswith((".xml", ".rels")):
            for old, new in _STRICT.items():
                content = content.replace(old, new)
        return name, content

    return _rewritten(_styled()(drafted, seed), change)


def _renamed(drafted: Draft, seed: int) -> bytes:
    """The main part under another name, as a web editor of Word writes it."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        content = content.replace(b"word/document.xml", b"word/document2.xml")
        return name.replace("word/document.xml", "word/document2.xml").replace(
            "word/_rels/document.xml", "word/_rels/document2.xml"
        ), content

    return _rewritten(_styled()(drafted, seed), change)


def _with_macros(drafted: Draft, seed: int) -> bytes:
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        return name, content.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )

    return _rewritten(_styled()(drafted, seed), change)


def _embedded_page(root: Xml, random: Random) -> None:
    """Table 三 lies in another file, which Word would take in when it opens the document."""
    tables = root.findall(f"{W}body/{W}tbl")
    chunk = element("altChunk")
    tables[1].addprevious(chunk)
    tables[1].getparent().remove(tables[1])


WHOLENESS = frozenset({Lost.WHOLENESS})


def _shape(
    name: str, hard_for: str, make: Make, loses: Iterable[Lost] = (), suffix: str = "docx"
) -> Shape:
    return Shape(
        name=name,
        format=Format.DOCX,
        hard_for=hard_for,
        make=make,
        suffix=suffix,
        loses=frozenset(loses),
    )


PACKAGES: tuple[Shape, ...] = (
    _shape("deleted_rows", "rows deleted under revision", bent(_deleted_rows)),
    _shape("hidden_rows", "hidden rows of last year", bent(_hidden_rows)),
    _shape("moved", "figures moved away under revision", bent(_moved)),
    _shape("struck", "old figures struck through by hand", bent(_struck)),
    _shape("footnotes", "a raised 1 behind figures", bent(_footnotes)),
    _shape("references", "marks of footnotes and comments in cells", bent(_references)),
    _shape("computed", "figures that are fields: =SUM(LEFT)", bent(_computed)),
    _shape("digit_runs", "a run a digit", bent(_digit_runs)),
    _shape("prompts", "content controls that still ask", bent(_prompts)),
    _shape("text_boxes", "tables in text boxes, each twice in the file", bent(_in_text_boxes)),
    _shape("hmerge", "hMerge for gridSpan", bent(_across_by_continuing)),
    _shape("grid_before", "rows that begin further right", bent(_grid_before), {Lost.SPANS}),
    _shape("no_grid", "tblGrid without columns", bent(_no_grid)),
    _shape("row_a_table", "a table cut at every row", bent(_row_a_table), WHOLENESS),
    _shape("three_deep", "layout tables three deep", bent(_three_deep)),
    _shape("table_in_cell", "figures in tables of one cell", bent(_table_in_cell)),
    _shape("breaks", "empty paragraphs and rendered breaks in cells", bent(_listed)),
    _shape("strict", "strict OOXML", _strict),
    _shape("renamed", "the main part under another name", _renamed),
    _shape("macros", "with macros, .docm", _with_macros, suffix="docm"),
    _shape(
        "embedded",
        "table 三 in an embedded page (altChunk), which is not read",
        bent(_embedded_page),
        {Lost.CELLS},
    ),
    _shape("named_pdf", "DOCX named .pdf", _styled(), suffix="pdf"),
    _shape("no_suffix", "DOCX named .dat", _styled(runs=True, noise=True), suffix="dat"),
    _shape(
        "revised_wps",
        "WPS runs under revision, in controls, vertical label",
        _styled(runs=True, tracked=True, controls=True, vertical="paragraph", split=True),
    ),
    _shape(
        "pieces_finer",
        "pieces on a finer grid with noise",
        _styled(cut=True, finer_grid=True, noise=True),
        {Lost.WHOLENESS, Lost.GRID},
    ),
    _shape(
        "nested_turned",
        "layout table, turned label, list numbers",
        _styled(nested=True, vertical="turned", numbered=True),
    ),
)

LATER_PACKAGES: tuple[Shape, ...] = (
    _shape(
        "edges_apart",
        "edges of columns a little apart in each row",
        bent(_edges_apart),
        {Lost.GRID},
    ),
)
