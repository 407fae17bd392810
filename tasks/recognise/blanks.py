"""Tables whose columns are only an order -> whether blank cells kept their place in them.

Some converters drop blank cells and close the row with as many signs; behind the last figure a
blank and such a sign look alike. What the rows show together decides it: a blank between two
figures kept its place, and then one at the end of a row did, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tasks.model.document import Cell, Table
from tasks.model.report import Kind
from tasks.says.amounts import looks_like_value, text_to_amount


def keep_place(tables: Iterable[Table]) -> bool:
    """Whether a blank cell of some table surely stands where it stood: one program wrote them all.
    A table in which that shows is sure by itself, and says it of the others."""
    return any(_shows_blank(table) for table in tables if not table.columns_sure)


def _shows_blank(table: Table) -> bool:
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    return any(_stands_between(row) for row in rows.values())


def _stands_between(cells: Sequence[Cell]) -> bool:
    """Whether a blank stands between two figures."""
    figures = [at for at, cell in enumerate(cells) if looks_like_value(cell.text)]
    return bool(figures) and any(not cell.text.strip() for cell in cells[figures[0] : figures[-1]])


def ends_in_doubt(cells: Sequence[Cell]) -> bool:
    """Whether figures are followed by blanks, which may be signs that close the row."""
    return bool(cells) and not cells[-1].text.strip() and any(c.text.strip() for c in cells)


#: So many rows whose last figure is the sum of those before it: that is their total, and what
#: follows it stands for blanks that were dropped from among them.
_FEWEST_TIES = 3
#: So many times as many rows that do not tie show that the others do by chance.
_MORE = 4


def totals_tell(rows: Iterable[tuple[Sequence[Cell], int]], *, shown: bool) -> bool:
    """Whether blanks keep their place in rows that end with a total. `rows`: the cells of each
    behind its label, and how many columns it has; `shown`: what else of the document shows."""
    open_ended = [found for cells, columns in rows if (found := _open_ended(cells, columns))]
    ties = sum(_ties(amounts) for amounts, _ in open_ended if any(amounts))
    # all but one: were the last of them the total, it would be their sum
    untied = sum(missing == 1 and not _ties(amounts) for amounts, missing in open_ended)
    if ties >= _FEWEST_TIES and ties >= untied:
        return False
    return shown or untied > _MORE * ties


def _ties(amounts: Sequence[int | Decimal]) -> bool:
    return len(amounts) > 1 and sum(amounts[:-1]) == amounts[-1]


def _open_ended(cells: Sequence[Cell], columns: int) -> tuple[list[int | Decimal], int] | None:
    """The amounts of a row whose blanks all stand behind its figures, and how many columns these
    leave open; None for another row."""
    texts = [cell.text for cell in cells if cell.text.strip()]
    amounts = [text_to_amount(text, decimal=True) for text in texts]
    if not texts or len(texts) >= columns or len(cells) < columns:
        return None
    if any(not cell.text.strip() for cell in cells[: len(texts)]):
        return None
    if any(amount.kind is Kind.UNREADABLE for amount in amounts):
        return None
    return [amount.value or 0 for amount in amounts], columns - len(texts)
