"""What leaves in `tables` is what stands in the document, and every address leads there.

Recognising sets aside what counts rows, repeats and rows out of joint; none of it may be
missing from the tables that leave, nor may an address point to where a cell was moved.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import docx
import pytest
from against_truth import compare, seeds

from samples.hard import HARD_FILES, HardFile
from samples.layout import draft, with_numbers
from samples.report import make_report
from samples.style import Lost
from samples.styles import STYLES, render
from tasks.detect import detect
from tasks.flow import examine
from tasks.model.document import Document, Format, Table
from tasks.model.report import Kind, Outcome, Value
from tasks.read import read

#: Documents of each style at scale 1, and lists of invented things of each format.
REPORTS, LISTS = 1, 4
SHAPES = [
    (format, name)
    for format, styles in STYLES.items()
    for name, style in styles.items()
    if style.refusal is None and Lost.TEXT not in style.loses
]
#: Every so many files of the hard corpus.
SOME = HARD_FILES[::9]


def read_again(source: bytes) -> Document:
    return read(source, detect(source, "document"))


def values(outcome: Outcome) -> Iterator[Value]:
    tables = outcome.report.values.values() if outcome.report else ()
    return (value for rows in tables for row in rows.values() for value in row.values())


def astray(outcome: Outcome) -> list[Value]:
    """The values whose address leads to no cell, or to one that says something else. One that
    cannot be read may have been seen in several cells; it leads to one of them."""
    tables = list(outcome.document.tables())
    assert len({table.id for table in tables}) == len(tables)
    said = {f"{t.id}/r{c.row + 1}c{c.column + 1}": c.text for t in tables for c in t.cells}
    return [
        value
        for value in values(outcome)
        if value.at is not None
        and not (
            said.get(value.at) == value.raw
            or (value.kind is Kind.UNREADABLE and said.get(value.at, "\0") in value.raw)
        )
    ]


def expect_all_there(source: bytes) -> None:
    outcome = examine(source, "document")
    assert astray(outcome) == []
    if outcome.report is None:
        assert outcome.document == read_again(source)


@pytest.mark.parametrize(("format", "name"), SHAPES, ids=lambda part: str(part))
def test_every_address_leads_to_its_text(format: Format, name: str) -> None:
    at = list(STYLES[format]).index(name)
    for seed in seeds(REPORTS):
        report = make_report(seed * 89 + at, blanks="mixed")
        expect_all_there(render(report, format, name, seed))


@pytest.mark.parametrize("file", [one for one in SOME if not one.shape.needs], ids=lambda f: f.name)
def test_it_holds_in_the_hard_corpus(file: HardFile) -> None:
    if file.shape.outcome in ("report", "no report"):
        expect_all_there(file.body())


# Lists that are no report: a column that counts the rows

HEADS = (["序号", "单位", "数量"], ["", "部门", "联系人", "件数"], ["行次", "甲", "乙"])


def a_list(random: Random) -> list[list[str]]:
    head = random.choice(
        [["序号", "单位", "数量"], ["", "部门", "联系人", "件数"], ["行次", "甲", "乙"]]
    )
    first = random.choice([0, 1, 1, 1])
    rows = [head]
    for at in range(random.randint(4, 12)):
        names = [f"{random.choice('霁澜云枫溟')}{random.choice('川柘浔泊岭')}局" for _ in head[2:]]
        rows.append([str(first + at), *names, str(random.randint(2, 900))])
    return rows


def as_html(rows: list[list[str]]) -> bytes:
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    return f"<html><body><p>附表</p><table>{body}</table></body></html>".encode()


def as_pipes(rows: list[list[str]]) -> bytes:
    return "\n".join(["附表", "", *(f"| {' | '.join(row)} |" for row in rows)]).encode()


def as_tabs(rows: list[list[str]]) -> bytes:
    return "\n".join("\t".join(row) for row in rows).encode()


def as_docx(rows: list[list[str]]) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(rows, table.rows, strict=True):
        for text, cell in zip(row, cells.cells, strict=True):
            cell.text = text
    document.save(out)
    return out.getvalue()


def as_pdf(rows: list[list[str]]) -> bytes:
    from reportlab.lib import colors
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate
    from reportlab.platypus import Table as Drawn

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    drawn = Drawn(
        rows,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("FONTNAME", (0, 0), (-1, -1), "STSong-Light"),
        ],
    )
    SimpleDocTemplate(out, invariant=1).build([drawn])
    return out.getvalue()


WRITERS = (as_html, as_pipes, as_tabs, as_docx, as_pdf)


@pytest.mark.parametrize("written", WRITERS)
def test_a_column_that_counts_the_rows_is_in_the_tables(
    written: Callable[[list[list[str]]], bytes],
) -> None:
    for seed in seeds(LISTS):
        rows = a_list(Random(seed * 31 + WRITERS.index(written)))
        outcome = examine(written(rows), "document")
        assert outcome.report is None
        assert [texts(table) for table in outcome.document.tables()] == [rows]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "." for cell in row] for row in table.grid()]


NUMBERED = (
    (Format.HTML, "plain"),
    (Format.DOCX, "plain"),
    (Format.PDF, "ruled"),
    (Format.TEXT, "csv_rows"),
)


@pytest.mark.parametrize(("format", "name"), NUMBERED)
def test_a_report_keeps_the_numbers_of_its_rows(format: Format, name: str) -> None:
    for seed in seeds(REPORTS):
        drafted = draft(make_report(seed * 13 + 5, blanks="zero"))
        tables = tuple(with_numbers(t) if t.id == "requests" else t for t in drafted.tables)
        outcome = examine(render(replace(drafted, tables=tables), format, name, seed), "document")
        assert outcome.report is not None
        assert astray(outcome) == []
        assert compare(drafted.truth, outcome.report).wrong == ()
        first = [
            cell.text for t in outcome.document.tables() for cell in t.cells if cell.column == 0
        ]
        count = max(table.n_rows for table in tables) - 3
        assert [text for text in first if text.isdecimal()][:count] == [
            str(number) for number in range(1, count + 1)
        ]


@pytest.mark.parametrize("blanks", ["blank", "mixed"])
@pytest.mark.parametrize("name", ["pipe_between_cells", "pipe_after_cell_open"])
def test_the_number_of_a_row_is_no_figure_of_the_row_above(name: str, blanks: str) -> None:
    """Each cell has a line of its own there, so that a number follows the row before."""
    for seed in seeds(REPORTS):
        drafted = draft(make_report(seed * 13 + 5, blanks=blanks))
        tables = tuple(with_numbers(table) for table in drafted.tables)
        body = render(replace(drafted, tables=tables), Format.TEXT, name, seed)
        outcome = examine(body, "document")
        assert outcome.report is not None
        assert astray(outcome) == []
        assert compare(drafted.truth, outcome.report).wrong == ()
