"""Rows without their columns: read where one reading is left, and only there."""

from __future__ import annotations

from tasks.forms.annual_report import FORM
from tasks.model.report import Kind, Value
from tasks.recognise.infer import Figure, infer

EDITION = FORM.edition("requests", "2021")
COLUMNS = [column.id for column in EDITION.blocks[0].columns]
UNREAD = Value(kind=Kind.UNREADABLE)


def table(**rows: list[int]) -> dict[str, dict[str, Value]]:
    """Rows that are known; all others hold zeros."""
    return {
        row.id: {
            column: Value(kind=Kind.NUMBER, value=amount)
            for column, amount in zip(COLUMNS, rows.get(row.id, [0] * 7), strict=True)
        }
        for row in EDITION.rows()
        if not row.optional
    }


def read(values: dict[str, dict[str, Value]], **loose: str) -> dict[str, list[object]]:
    """What the loose rows are after inference; None for unreadable."""
    for row in loose:
        values[row] = dict.fromkeys(COLUMNS, UNREAD)
    figures = {row: [Figure(text, None) for text in said.split()] for row, said in loose.items()}
    found = infer(EDITION, values, figures)
    return {row: [found.get((row, c), values[row][c]).amount for c in COLUMNS] for row in loose}


LINE = [3, 0, 0, 0, 0, 2, 5]


def tying(**rows: list[int]) -> dict[str, dict[str, Value]]:
    return table(new=LINE, granted=LINE, processed_total=LINE, **rows)


def test_the_reading_that_the_relations_leave():
    assert read(tying(), granted="3 2 5") == {"granted": LINE}


def test_a_figure_is_cut_only_where_figures_ran_together():
    nines = [9, 0, 0, 0, 0, 0, 9]
    values = table(new=nines, granted=nines, processed_total=nines)

    # without its total it is one of the figures, but which of these stands at the total?
    assert read(dict(values), granted="99") == {"granted": [None] * 7}
    assert read(dict(values), granted="99", denied_state_secret="0000000")["granted"] == nines


def test_where_figures_ran_together_several_may_be_more():
    assert read(tying(), granted="3 2 5", denied_state_secret="000")["granted"] == [None] * 7


def test_columns_that_contradict_each_other_prove_nothing():
    # what was processed says 1 where only the loose row could say it, and it has no 1
    values = table(new=LINE, processed_total=[3, 1, 0, 0, 0, 1, 5])

    assert read(values, granted="3 2 5") == {"granted": [None, None, None, None, None, None, 5]}


def test_a_dash_stays_a_dash():
    values = tying()
    values["granted"] = dict.fromkeys(COLUMNS, UNREAD)
    found = infer(EDITION, values, {"granted": [Figure(text, None) for text in "3---25"]})

    assert {found["granted", column].kind for column in COLUMNS[1:5]} <= {Kind.DASH, Kind.BLANK}


def test_endless_digits_are_cut_into_nothing():
    found = read(tying(), granted="1" * 5000, denied_state_secret="0000000")

    assert found["granted"] == [None] * 7
