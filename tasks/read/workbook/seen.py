"""What a person sees of the cells of a sheet: hidden rows and columns gone, merged ranges as
one cell, numbers as their formats show them, sums added up where no result is stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from tasks.model.document import Doubt, DoubtKind
from tasks.model.saying import Saying, say
from tasks.read.workbook.book import UNREAD, Book, Kept, Sheet, Stored, too_complex
from tasks.read.workbook.shown import plain_digits, show, show_text, to_number
from tasks.read.workbook.sums import Sums
from tasks.read.workbook.unseen import LeftOut, Why

_Range = tuple[int, int, int, int]
#: Merged ranges that are looked at for all cells of a sheet.
_MOST_LOOKED_AT = 20_000_000
#: Sums of binary fractions differ by less.
_NEAR = Decimal("1e-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A cell or merged range, by the rows and columns of the sheet that can be seen of it."""

    row: int
    column: int
    last_row: int
    last_column: int
    text: str
    is_lined: bool = False
    doubts: tuple[Doubt, ...] = ()


def seen_cells(sheet: Sheet, book: Book, left_out: LeftOut) -> list[Seen]:
    """In row-major order; those that show nothing are there where they have lines."""
    spans = {(one[0], one[2]): one for one in sheet.merged}
    covered = _Covered(sheet.merged)
    sums = Sums({(cell.row, cell.column): cell for cell in sheet.cells})
    found = []
    for cell in sheet.cells:
        span = spans.get((cell.row, cell.column))
        if span is None and covered.has(cell.row, cell.column):
            left_out.cell(Why.COVERED, cell, sheet)
            continue
        own = span or (cell.row, cell.row, cell.column, cell.column)
        visible = _visible(own, sheet, cell, left_out)
        if visible is None:
            continue
        text, doubts = _text(cell, sums, book)
        if cell.struck:
            left_out.cell(Why.STRUCK, cell, sheet)
        why = _why_unseen(cell, text)
        if why:
            left_out.cell(why, cell, sheet)
            text, doubts = "", ()
        top, bottom, left, right = visible
        found.append(
            Seen(
                row=top,
                column=left,
                last_row=bottom,
                last_column=right,
                text=text.strip(),
                is_lined=cell.look.is_lined,
                doubts=doubts,
            )
        )
    return sorted(found, key=attrgetter("row", "column"))


class _Covered:
    """Which cells lie under a merged range that does not begin in them; asked from top to
    bottom. Raises Refusal `too_complex` where very many ranges lie on one another."""

    def __init__(self, merged: tuple[_Range, ...]) -> None:
        self._waiting = sorted(merged, reverse=True)
        self._here: list[_Range] = []
        self._row = -1
        self._looked_at = 0

    def has(self, row: int, column: int) -> bool:
        if row != self._row:
            self._row = row
            while self._waiting and self._waiting[-1][0] <= row:
                self._here.append(self._waiting.pop())
            self._looked_at += len(self._here)
            self._here = [one for one in self._here if one[1] >= row]
        self._looked_at += len(self._here)
        if self._looked_at > _MOST_LOOKED_AT:
            raise too_complex()
        return any(left <= column <= right for _, _, left, right in self._here)


def _visible(span: _Range, sheet: Sheet, cell: Kept, left_out: LeftOut) -> _Range | None:
    """The part of a range that is in no hidden row or column."""
    top, bottom, left, right = span
    rows = sheet.hidden_rows.left_of(top, bottom)
    if rows is None:
        left_out.cell(Why.HIDDEN_ROW, cell, sheet)
        return None
    columns = sheet.hidden_columns.left_of(left, right)
    if columns is None:
        left_out.cell(Why.HIDDEN_COLUMN, cell, sheet)
        return None
    return (*rows, *columns)


def _why_unseen(cell: Kept, text: str) -> Why | None:
    """Of a cell that holds something."""
    if not text and not cell.text.strip():
        return None
    if cell.look.is_struck:
        return Why.STRUCK
    if cell.look.is_unseen:
        return Why.UNSEEN
    if text.strip() or (cell.stored is Stored.NUMBER and to_number(cell.text) == 0):
        return None
    return Why.FORMATTED


def _text(cell: Kept, sums: Sums, book: Book) -> tuple[str, tuple[Doubt, ...]]:
    if cell.formula and (cell.stored is Stored.NOTHING or cell.formula.is_stale):
        total = sums.of(cell)
        if total is None:
            return UNREAD, _doubt(say("workbook.not_calculated"))
        return _number(plain_digits(total), cell.look.code, book)
    if cell.formula and cell.stored is Stored.NUMBER and _is_old(cell, sums.of(cell)):
        return UNREAD, _doubt(say("workbook.old_result", text=cell.text))
    match cell.stored:
        case Stored.NUMBER:
            return _number(cell.text, cell.look.code, book)
        case Stored.ERROR:
            return cell.text, _doubt(say("workbook.error", text=cell.text))
        case _:
            return show_text(cell.text, cell.look.code), ()


def _is_old(cell: Kept, total: Decimal | None) -> bool:
    """Whether a stored result is not the sum of its cells: programs calculate anew or not, so
    what is seen depends on them."""
    stored = to_number(cell.text)
    if total is None or stored is None:
        return False
    return abs(total - stored) > _NEAR * max(abs(total), abs(stored))


def _number(digits: str, code: str, book: Book) -> tuple[str, tuple[Doubt, ...]]:
    shown = show(digits, code, from_1904=book.from_1904)
    if shown is None:
        return f"{digits}{UNREAD}", _doubt(say("workbook.format", sign=code))
    if shown.says_so or not shown.text:
        return shown.text, ()
    stored = to_number(digits)
    told = digits if stored is None else plain_digits(stored)
    return shown.text, _doubt(say("workbook.shown_otherwise", text=shown.text, stored=told))


def _doubt(said: Saying) -> tuple[Doubt, ...]:
    return (Doubt(kind=DoubtKind.AS_SHOWN, says=(said,)),)
