"""Report -> DOCX: python-docx lays the ground, then the XML is bent as WPS and Word bend it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from samples.layout import LogicalCell, LogicalTable
from samples.prose import Paper, Passage
from samples.style import Lost, named
from samples.word import NESTED, NUMBERED, PIECES, TRACKED, RunStyle, in_runs

#: lxml elements and python-docx objects, neither of which has types.
Xml = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DocxStyle(RunStyle):
    #: The outermost group label one character a line: a paragraph, a break, or turned text.
    vertical: str = ""
    #: Cells, rows and paragraphs wrapped into content controls.
    controls: bool = False
    #: Each column is two columns of the grid.
    finer_grid: bool = False


#: Any fixed moment: the file must not depend on the clock.
_MOMENT = datetime(2024, 1, 17, 9, 0)


def render_docx(paper: Paper, style: DocxStyle, seed: int) -> bytes:
    random = Random(seed)
    document = docx.Document()
    _properties(document, paper.title)
    if style.numbered:
        _numbering(document)
    room = document.add_table(rows=1, cols=1).cell(0, 0) if style.nested else document
    for part in paper.parts:
        if isinstance(part, Passage):
            _passage(document, room, part, style, random)
        else:
            for piece in style.tables(part):
                _table(room, piece, style, random)
                room.add_paragraph()
    return _saved(document)


def with_pictures(paper: Paper, tables: Sequence[Sequence[tuple[bytes, float]]]) -> bytes:
    """The text as text; each table in pictures, which are told with their widths in points."""
    document = docx.Document()
    _properties(document, paper.title)
    shown = iter(tables)
    for part in paper.parts:
        if isinstance(part, Passage):
            document.add_paragraph(part.text)
        else:
            for body, width in next(shown):
                document.add_picture(io.BytesIO(body), Pt(width))
    return _saved(document)


def _properties(document: Xml, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "办公室", "办公室"
    properties.created = properties.modified = _MOMENT
    document.styles["Normal"].font.size = Pt(10.5)


def _saved(document: Xml) -> bytes:
    """The package with fixed dates: python-docx stamps each member with the time of day."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- running text -------------------------------------------------------------------------


def _passage(document: Xml, room: Xml, part: Passage, style: DocxStyle, random: Random) -> None:
    paragraph = room.add_paragraph()
    text = part.text
    if style.numbered and part.kind == "heading":
        # 一、 is made by the list and cannot be found in the text.
        text = text.split("、", 1)[1]
        _numbered(paragraph)
    if part.kind == "title":
        paragraph.alignment = 1
    _write(paragraph, text, style, random)
    if style.controls and part.kind == "heading":
        _controlled(paragraph._p)


def _write(paragraph: Xml, text: str, style: DocxStyle, random: Random) -> None:
    """The text in one run, or in as many as the style likes."""
    for piece in [*in_runs(text, random)] if style.runs else [text]:
        paragraph.add_run(piece)
        if style.noise:
            _noise(paragraph, random)


def _element(tag: str, /, **attributes: str) -> Xml:
    element = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _noise(paragraph: Xml, random: Random) -> None:
    p = paragraph._p
    number = str(random.randint(1, 9999))
    match random.randrange(4):
        case 0:
            p.append(_element("bookmarkStart", id=number, name="_GoBack"))
            p.append(_element("bookmarkEnd", id=number))
        case 1:
            p.append(_element("proofErr", type="spellStart"))
        case 2:
            # Hidden text is in the file and on no page.
            run = paragraph.add_run("9")
            run.font.hidden = True
        case _:
            paragraph.add_run("")


def _numbering(document: Xml) -> None:
    """One list that numbers 一、二、三、…"""
    numbering = document.part.numbering_part.element
    abstract = _element("abstractNum", abstractNumId="90")
    level = _element("lvl", ilvl="0")
    for name, value in (
        ("start", "1"), ("numFmt", "chineseCounting"), ("lvlText", "%1、"), ("suff", "nothing"),
    ):  # fmt: skip
        level.append(_element(name, val=value))
    abstract.append(level)
    numbering.insert(0, abstract)
    number = _element("num", numId="90")
    number.append(_element("abstractNumId", val="90"))
    numbering.append(number)


def _numbered(paragraph: Xml) -> None:
    properties = paragraph._p.get_or_add_pPr()
    number = _element("numPr")
    number.append(_element("ilvl", val="0"))
    number.append(_element("numId", val="90"))
    properties.append(number)


def _controlled(element: Xml) -> None:
    """Wraps an element where it stands into a content control."""
    control, content = _element("sdt"), _element("sdtContent")
    properties = _element("sdtPr")
    properties.append(_element("alias", val="填报项"))
    control.append(properties)
    control.append(content)
    element.addprevious(control)
    content.append(element)


# --- tables -------------------------------------------------------------------------------


def _table(room: Xml, table: LogicalTable, style: DocxStyle, random: Random) -> None:
    printed = style.printed(table, "\n")
    drawn = room.add_table(rows=printed.n_rows, cols=printed.n_columns)
    if not style.nested:
        drawn.style = "Table Grid"
    corners = [list(row.cells) for row in drawn.rows]
    for cell in printed.cells:
        corner = corners[cell.row][cell.column]
        last = corners[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1]
        if corner is not last:
            corner.merge(last)
    for cell in printed.cells:
        _fill(corners[cell.row][cell.column], cell, style, random)
    if style.finer_grid:
        _finer_grid(drawn)
    if style.controls:
        _control_rows(drawn, random)


def _fill(target: Xml, cell: LogicalCell, style: DocxStyle, random: Random) -> None:
    lines = cell.text.split("\n")
    if style.vertical and cell.role == "group" and cell.column == 0:
        lines = _vertical(target, cell.text, style)
    for extra in target.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    first = target.paragraphs[0]
    if style.vertical == "break" and len(lines) > 3:
        for index, line in enumerate(lines):
            run = first.add_run(line)
            if index < len(lines) - 1:
                run.add_break()
        return
    paragraphs = [first, *(target.add_paragraph() for _ in lines[1:])]
    for paragraph, line in zip(paragraphs, lines, strict=True):
        if style.tracked and cell.role == "value" and line:
            _revised(paragraph, line, random)
        else:
            _write(paragraph, line, style, random)


def _vertical(target: Xml, text: str, style: DocxStyle) -> list[str]:
    if style.vertical == "turned":
        target._tc.get_or_add_tcPr().append(_element("textDirection", val="tbRlV"))
        return [text]
    return list(text)


def _revised(paragraph: Xml, text: str, random: Random) -> None:
    """The figure as it was put in under revision, beside the one that was struck out."""
    marks = {"id": str(random.randint(1, 9999)), "author": "审核", "date": "2024-01-17T09:00:00Z"}
    if random.random() < 0.5:
        struck = _element("del", **marks)
        run, old = _element("r"), _element("delText")
        old.text = str(random.randint(100, 999))
        run.append(old)
        struck.append(run)
        paragraph._p.append(struck)
    inserted = _element("ins", **marks)
    run, new = _element("r"), _element("t")
    new.text = text
    run.append(new)
    inserted.append(run)
    paragraph._p.append(inserted)


def _control_rows(drawn: Xml, random: Random) -> None:
    """Some rows, some cells and some cells' contents become content controls."""
    for row in list(drawn._tbl.tr_lst):
        for cell in list(row.tc_lst):
            if random.random() < 0.3:
                _controlled(cell)
            elif random.random() < 0.3:
                _controlled(cell.p_lst[0])
                # A cell must end with a paragraph of its own.
                cell.append(_element("p"))
        if random.random() < 0.3:
            _controlled(row)


def _finer_grid(drawn: Xml) -> None:
    """Each column of the grid as two, as after columns were dragged by hand: every span doubles."""
    grid = drawn._tbl.tblGrid
    for column in list(grid):
        column.w = column.w // 2
        column.addnext(deepcopy(column))
    for row in drawn._tbl.tr_lst:
        for cell in row.tc_lst:
            cell.grid_span = cell.grid_span * 2


DOCX_STYLES = named(
    DocxStyle(name="plain", about="as python-docx and simple editors write"),
    DocxStyle(
        name="wps",
        about="WPS: runs, vertical label a paragraph a character, split headers",
        runs=True,
        vertical="paragraph",
        split=True,
    ),
    DocxStyle(name="vertical_break", about="vertical label by breaks", vertical="break"),
    DocxStyle(name="turned", about="vertical label by text direction", vertical="turned"),
    DocxStyle(**TRACKED),
    DocxStyle(name="controls", about="content controls around rows, cells, text", controls=True),
    DocxStyle(**NESTED),
    DocxStyle(**NUMBERED),
    DocxStyle(name="noise", about="bookmarks, hidden text, proofing marks", runs=True, noise=True),
    DocxStyle(
        name="finer_grid",
        about="more grid columns than columns",
        loses=frozenset({Lost.GRID}),
        finer_grid=True,
    ),
    DocxStyle(**PIECES),
)
