"""Header rows -> over which columns of the grid each column of the form stands.

Heads may take several rows (自然人 stands over 商业企业), be halved, reach over more columns than
their figures, or stand in a table of their own. A header holds for the rows below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.forms.vocabulary import Edition, Line
from tasks.model.document import Table
from tasks.model.report import PlacedBy
from tasks.recognise.rows import Row
from tasks.says.labels import numbering
from tasks.says.vocabulary import OTHER, column_labels, row_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of the form by the grid columns they stand over."""

    #: column id -> first and last grid column
    spans: Mapping[str, tuple[int, int]]
    by: PlacedBy = PlacedBy.LABEL
    #: The labels of a row stand in another order than the form's: order tells nothing.
    disordered: bool = False


def headers_of(rows: Sequence[Row], edition: Edition) -> list[Header | None]:
    """For each row the header in force there; None where none was seen yet.

    Header rows that follow each other make one header (自然人 stands above 商业企业).
    """
    current: Header | None = None
    table: Table | None = None
    gathering = False
    #: Texts of a header that say nothing alone: `商业` over `企业`.
    halves: dict[tuple[int, int], str] = {}
    headers: list[Header | None] = []
    for row in rows:
        if table is not None and row.table is not table:
            gathering = False
            halves = {}
            current = _moved_over(current, table, row.table, edition)
        spans = _header_spans(row, edition, current if row.table is table else None, halves)
        table = row.table
        halves = {} if row.has_values() else {**halves, **_unsaid(row, spans)}
        if spans:
            known = dict(current.spans) if current and gathering else {}
            before = bool(current and gathering and current.disordered)
            current = Header(
                spans={**known, **spans}, disordered=before or _disordered(spans, edition)
            )
            gathering = True
        elif row.has_values() or is_title(row, edition):
            gathering = False
        headers.append(current)
    return headers


def _moved_over(
    header: Header | None, table: Table, after: Table, edition: Edition
) -> Header | None:
    """The header of a table over the next one, which may have more or fewer columns before the
    figures: tables end on the same edge, and figures begin where the labels end."""
    by = after.n_columns - table.n_columns
    if header is None or by == 0:
        return header
    first = min(first for first, _ in header.spans.values()) + by
    labels = row_labels(edition.table, edition.edition)
    if not any(
        cell.column + cell.colspan == first and labels.match(cell.text) for cell in after.cells
    ):
        return None
    moved = {column: (left + by, right + by) for column, (left, right) in header.spans.items()}
    return replace(header, spans=moved)


def _unsaid(row: Row, spans: Mapping[str, tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The texts of a row that head no column, by the grid columns they stand over."""
    said = set(spans.values())
    ends = {(cell.column, cell.column + cell.colspan - 1): cell.text for cell in row.own}
    return {columns: text for columns, text in ends.items() if columns not in said}


def _disordered(spans: Mapping[str, tuple[int, int]], edition: Edition) -> bool:
    """Whether no block of the form has these columns in this order."""
    said = sorted(spans, key=lambda column: spans[column])
    orders = ([column.id for column in block.columns] for block in edition.blocks)
    return not any(said == [column for column in order if column in spans] for order in orders)


def is_title(row: Row, edition: Edition) -> bool:
    texts = [cell.text for cell in row.own if cell.text.strip()]
    return len(texts) == 1 and any(
        block.title
        and (found := row_labels(edition.table, edition.edition).match(texts[0]))
        and found.id == OTHER
        for block in edition.blocks
    )


def _header_spans(
    row: Row,
    edition: Edition,
    above: Header | None,
    halves: Mapping[tuple[int, int], str],
) -> dict[str, tuple[int, int]]:
    """The columns that this row heads; empty where it is no header. `above`: the header in
    force; `halves`: what stands over each column and may go on here."""
    if row.has_values():
        return {}
    labels = column_labels(edition.table, edition.edition)
    rows = row_labels(edition.table, edition.edition)
    spans: dict[str, tuple[int, int]] = {}
    for cell in row.own:
        columns = (cell.column, cell.column + cell.colspan - 1)
        found = labels.match(cell.text) or labels.match(halves.get(columns, "") + cell.text)
        if found and cell.text.strip() and found.id not in spans and cell.column > 0:
            spans[found.id] = columns
    if len(spans) == 1:
        # `（七）总计` with all its figures blank says a row, not a column
        if above and max(spans.values()) < min(above.spans.values()):
            return {}
        first = next((cell for cell in row.own if cell.text.strip()), None)
        said = rows.match(first.text) if first else None
        if said and said.id != OTHER and said.score > 0.9:
            return {}
    return spans


def is_header(row: Row, edition: Edition) -> bool:
    """Whether it has no figure and several heads of columns, the first cell included."""
    labels = column_labels(edition.table, edition.edition)
    heads = {
        found.id
        for cell in row.own
        if (found := labels.match(cell.text)) and not numbering(cell.text)
    }
    return len(heads) > 1 and not row.has_values()


def completed(header: Header | None, columns: Sequence[Line], width: int) -> Header | None:
    """The header with the columns whose label was lost put in by their order; None if it
    leaves a column open."""
    if header is None:
        return None
    known = {column.id: header.spans[column.id] for column in columns if column.id in header.spans}
    if len(known) == len(columns):
        return Header(spans=known)
    if len(known) * 2 < len(columns):
        return None
    starts = {known[c.id][0] - i for i, c in enumerate(columns) if c.id in known}
    if len(starts) != 1 or any(first != last for first, last in known.values()):
        return None
    start = starts.pop()
    if start < 0 or start + len(columns) > width:
        return None
    return Header(
        spans={column.id: (start + i, start + i) for i, column in enumerate(columns)},
        by=PlacedBy.ORDER,
    )
