"""The labels of a form, ready to be matched: which table a text speaks of, which line of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition, Line
from tasks.says.labels import Labels, Words, key


@cache
def words() -> Words:
    """All labels of the form, and those of rows behind those of their groups, as one cell may
    have both."""
    labels = {label for edition in FORM.editions for label in _all_labels(edition)}
    rows = [row for edition in FORM.editions for row in edition.rows() if row.group]
    return Words(map(key, labels | {row.group[-1] + label for row in rows for label in row.labels}))


def line_labels(lines: Iterable[Line]) -> Labels:
    """The labels of rows or columns; a match gives the line's id."""
    writings: dict[str, tuple[str, ...]] = {}
    for line in lines:
        writings[line.id] = (*writings.get(line.id, ()), *line.labels)
    return Labels(writings, words)


@cache
def row_labels(table: str, edition: str) -> Labels:
    """The row labels of an edition, and its other labels with the id `:other`, so that a
    group's label is not taken for the row it resembles."""
    form = FORM.edition(table, edition)
    writings = {row.id: row.labels for row in form.rows()}
    return Labels({**writings, OTHER: tuple(_surroundings(form))}, words)


@cache
def column_labels(table: str, edition: str) -> Labels:
    form = FORM.edition(table, edition)
    return line_labels(column for block in form.blocks for column in block.columns)


#: Id of labels that head no figure of their own: corner, groups, titles of blocks.
OTHER = ":other"


def _surroundings(edition: Edition) -> list[str]:
    return [
        *edition.other_labels,
        *(label for block in edition.blocks for label in (block.title, block.stub) if label),
    ]


def _all_labels(edition: Edition) -> list[str]:
    lines = [line for block in edition.blocks for line in (*block.rows, *block.columns)]
    return [*_surroundings(edition), *(label for line in lines for label in line.labels)]


@cache
def _telling() -> Labels:
    """Labels that stand in one table only; a match gives `table:key`."""
    keys = {
        table: {key(label) for edition in FORM.of(table) for label in _all_labels(edition)}
        for table in FORM.tables
    }
    writings: dict[str, tuple[str, ...]] = {}
    for table in FORM.tables:
        foreign = set[str]().union(*(keys[other] for other in FORM.tables if other != table))
        for edition in FORM.of(table):
            for label in _all_labels(edition):
                if label in edition.usual_labels:
                    continue
                if key(label) not in foreign and len(key(label)) > 1:
                    writings[f"{table}:{key(label)}"] = (label,)
    return Labels(writings, words)


def table_of(text: str) -> str | None:
    """The table of the form that a label tells of, None where it tells of none."""
    found = _telling().match(text)
    return found.id.split(":")[0] if found else None


@cache
def all_labels(table: str) -> tuple[str, ...]:
    """Every label of a table in all its editions, longest first."""
    labels = {label for edition in FORM.of(table) for label in _all_labels(edition)}
    return tuple(sorted(labels, key=lambda label: (-len(label), label)))


@cache
def label_keys(table: str) -> frozenset[str]:
    """The keys of all labels of a table."""
    return frozenset(filter(None, map(key, all_labels(table))))


@cache
def any_label(table: str) -> Labels:
    """Every label of a table in all its editions; a match gives the label's key."""
    return Labels({key(label): (label,) for label in all_labels(table)}, words)


@cache
def any_row_label(table: str) -> Labels:
    """The row labels of all editions of a table."""
    return line_labels(row for edition in FORM.of(table) for row in edition.rows())


@cache
def any_column_label(table: str) -> Labels:
    """The column labels of all editions of a table."""
    return line_labels(
        column for edition in FORM.of(table) for block in edition.blocks for column in block.columns
    )


@cache
def any_other_label(table: str) -> Labels:
    """Labels that head no figure in any edition, all with the id `:other`."""
    editions = FORM.of(table)
    return Labels({OTHER: tuple(label for e in editions for label in _surroundings(e))}, words)


@cache
def titles() -> frozenset[str]:
    """Keys of the headings of the form's sections with a table."""
    return frozenset(key(title) for edition in FORM.editions for title in edition.titles)


@cache
def headings() -> frozenset[str]:
    """Keys of the headings of all sections of a report."""
    return titles() | {key(section) for section in FORM.other_sections}
