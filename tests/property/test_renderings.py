"""One logical table, rendered in every style that keeps its grid, is read as that very grid.

Styles that cut tables or lose spans are held to less: every figure is read, in its order.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.layout import LogicalTable, draft
from samples.report import make_report
from samples.style import Lost
from samples.styles import STYLES, SUFFIXES, render
from tasks.detect import detect
from tasks.model.document import Document, Format, Table
from tasks.read import read

GRIDS = [
    (format, name)
    for format, styles in STYLES.items()
    for name, style in styles.items()
    if style.same_grid
]
#: Tables in pieces, cut by pages or on another grid: the figures are all there.
ORDERS = [
    (format, name)
    for format, styles in STYLES.items()
    for name, style in styles.items()
    if style.loses and style.loses <= {Lost.CUT_CELLS, Lost.WHOLENESS, Lost.GRID}
]
few = settings(max_examples=2, derandomize=True)
reports = st.builds(
    make_report,
    st.integers(0, 10_000),
    blanks=st.sampled_from(["zero", "blank", "dash", "mixed"]),
    zero_share=st.sampled_from([0.3, 0.8]),
    work_secret=st.booleans(),
)


def readable(format: Format, style: str, body: bytes) -> Document:
    return read(body, detect(body, f"report.{SUFFIXES[format]}"))


def squeezed(text: str) -> str:
    """Without white space: lines are broken where the page wants it."""
    return "".join(text.split())


def texts(table: Table | LogicalTable) -> list[list[str | None]]:
    return [[squeezed(cell.text) if cell else None for cell in row] for row in table.grid()]


@pytest.mark.parametrize(("format", "style"), GRIDS)
@few
@given(report=reports)
def test_the_grid_is_read_as_it_was_drawn(format, style, report):
    document = readable(format, style, render(report, format, style, report.seed))

    read_grids = [texts(table) for table in document.tables()]
    for table in draft(report).tables:
        assert texts(table) in read_grids


@pytest.mark.parametrize(("format", "style"), ORDERS)
@few
@given(report=reports)
def test_the_figures_are_read_in_their_order(format, style, report):
    document = readable(format, style, render(report, format, style, report.seed))

    read_texts = iter([squeezed(c.text) for table in document.tables() for c in table.cells])
    figures = [c.text for table in draft(report).tables for c in table.cells if c.field and c.text]
    # Each is found behind the one before it.
    assert [one for one in figures if one not in read_texts] == []
