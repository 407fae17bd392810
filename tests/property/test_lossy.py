"""Texts whose converter or organ lost cells: no figure is moved, and what is lost is said.

Every figure of a row that lost nothing is to be read but for few: where nothing closes a row
and its neighbours lost cells, which of two rows a figure belongs to may be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest
from against_truth import compare, seeds, silently_lost

from samples.hard.forms import UNCOMMON
from samples.hard.lossy import Lossy, make_lossy
from samples.layout import draft
from samples.report import make_report
from samples.styles import STYLES, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Kind, Outcome, Severity, Value

SUITE = "texts that lost cells"
#: Of a hundred figures whose row lost nothing so many may be unread.
FEW = 2


def _fields(lossy: Lossy, outcome: Outcome) -> Iterator[tuple[str, object, Value | None]]:
    for table, rows in lossy.truth.items():
        for row, columns in rows.items():
            for column, (_, true) in columns.items():
                values = outcome.report.values.get(table, {}) if outcome.report else {}
                yield f"{table}.{row}.{column}", true, values.get(row, {}).get(column)


def _is_wrong(lossy: Lossy, cell: str, true: object, read: Value | None) -> bool:
    """Another number than the true one, a number where there is no column, or nothing where
    there is a number."""
    if read is None or read.kind in (Kind.UNREADABLE, Kind.ABSENT):
        return False
    table, row, column = cell.split(".")
    absent = lossy.truth[table][row][column][0] == "absent"
    return (read.value or 0) != (true or 0) or (absent and read.kind is Kind.NUMBER)


def test_no_figure_is_moved_where_cells_were_lost(count: Callable[..., None]) -> None:
    wrong: list[tuple[int, str, str]] = []
    errors: list[tuple[int, str, str]] = []
    whole = lost = figures = 0
    for seed in seeds(60):
        lossy = make_lossy(seed)
        outcome = examine(lossy.text.encode(), "document")
        for cell, true, read in _fields(lossy, outcome):
            figures += 1
            if _is_wrong(lossy, cell, true, read):
                wrong.append((seed, lossy.how, f"{cell}: {true} was read as {read}"))
            if cell in lossy.whole:
                whole += 1
                lost += read is None or read.kind in (Kind.UNREADABLE, Kind.ABSENT)
        errors += [
            (seed, lossy.how, finding.rule)
            for finding in outcome.findings
            if finding.severity is Severity.ERROR
        ]
    count(
        SUITE,
        documents=len(seeds(60)),
        figures=figures,
        figures_wrong=len(wrong),
        false_errors=len(errors),
        figures_of_whole_rows=whole,
        figures_of_whole_rows_lost=lost,
    )
    assert wrong == []
    assert errors == []
    assert lost * 100 <= whole * FEW


def test_a_text_cut_off_anywhere_makes_nothing_up(count: Callable[..., None]) -> None:
    wrong: list[tuple[int, str, str]] = []
    for seed in seeds(25):
        lossy = make_lossy(seed)
        begin, end = lossy.text.index("\n二、"), lossy.text.rindex("\n")
        text = lossy.text[: Random(f"cut {seed}").randint(begin + 8, end)]
        if not lossy.closed:
            # where nothing closes a cell, nothing tells that digits of its figure are missing
            text = text[: text.rindex("\n") + 1]
        outcome = examine(text.encode(), "document")
        told = {
            cell
            for finding in outcome.findings
            if finding.rule.startswith("extraction.")
            for cell in finding.cells
        }
        wrong += [
            (seed, lossy.how, f"{cell}: {true} was read as {read}")
            for cell, true, read in _fields(lossy, outcome)
            if _is_wrong(lossy, cell, true, read) and cell not in told
        ]
    count(SUITE, documents_cut_off=len(seeds(25)), figures_wrong=len(wrong))
    assert wrong == []


#: Lines of labels that a printed page wraps; its widths are those of the form's columns.
_OF_THE_FORM_S_WIDTH = {"page_words"}
#: A line of a header with one head in it, between rows of cells, parts two tables.
_ONE_HEAD_A_LINE = {"ruled_rows"}
KEEPING = [
    name
    for name, style in STYLES[Format.TEXT].items()
    if style.certain(blanks=False) and name not in _OF_THE_FORM_S_WIDTH
]


@pytest.mark.parametrize("style", KEEPING)
def test_a_column_that_the_organ_left_out_is_absent(style, count: Callable[..., None]) -> None:
    missed: list[tuple[int, str]] = []
    for seed in seeds(2):
        report = make_report(seed + 9900, zero_share=(0.7, 0.9)[seed % 2])
        left_out = UNCOMMON["left_out_columns"].apply(draft(report), Random(seed))
        outcome = examine(render(left_out, Format.TEXT, style, seed), "document")
        compared = compare(left_out.truth, outcome.report)
        assert compared.wrong == (), seed
        assert silently_lost(compared, outcome) == [], seed
        if style not in _ONE_HEAD_A_LINE:
            missed += [(seed, str(field)) for field in compared.lost]
        count(SUITE, documents_with_columns_left_out=1, figures_read=compared.right)
    assert missed == []
