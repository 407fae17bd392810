"""What a person sees of the cells of a sheet: hidden rows and columns gone, merged ranges as
one cell, numbers as their formats show them, sums added up where no result is stored."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.model.document import Doubt, DoubtKind
from tasks.model.saying import Saying, say
from tasks.read.workbook.book import UNREAD, Book, Kept, Lines, Sheet, Stored
from tasks.read.workbook.shown import plain_digits, show, show_text, to_number
from tasks.read.workbook.sums import Sums
from tasks.read.workbook.unseen import LeftOut, Why

_Range = tuple[int, int, int, int]


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
                text=" ".join(text.split(" ")).strip(),
                is_lined=cell.look.is_lined,
                doubts=doubts,
            )
        )
    return sorted(found, key=lambda one: (one.row, one.column))


class _Covered:
    """Which cells lie under a merged range that does not begin in them."""

    def __init__(self, merged: tuple[_Range, ...]) -> None:
        self._merged = sorted(merged)

    def has(self, row: int, column: int) -> bool:
        for top, bottom, left, right in self._merged:
            if top > row:
                return False
            if row <= bottom and left <= column <= right:
                return True
        return False


def _visible(span: _Range, sheet: Sheet, cell: Kept, left_out: LeftOut) -> _Range | None:
    """The part of a range that is in no hidden row or column."""
    top, bottom, left, right = span
    rows = _left(top, bottom, sheet.hidden_rows)
    if rows is None:
        left_out.cell(Why.HIDDEN_ROW, cell, sheet)
        return None
    columns = _left(left, right, sheet.hidden_columns)
    if columns is None:
        left_out.cell(Why.HIDDEN_COLUMN, cell, sheet)
        return None
    return (*rows, *columns)


def _left(first: int, last: int, hidden: Lines) -> tuple[int, int] | None:
    for start, end in sorted(hidden.ranges):
        if start <= first <= end:
            first = end + 1
    for start, end in sorted(hidden.ranges, reverse=True):
        if start <= last <= end:
            last = start - 1
    return (first, last) if first <= last else None


def _why_unseen(cell: Kept, text: str) -> Why | None:
    """Of a cell that holds something."""
    if not text and not cell.text.strip():
        return None
    if cell.look.is_struck:
        return Why.STRUCK
    if cell.look.is_unseen:
        return Why.UNSEEN
    is_zero = cell.stored is Stored.NUMBER and to_number(cell.text) == 0
    return None if text.strip() or is_zero else Why.FORMATTED


def _text(cell: Kept, sums: Sums, book: Book) -> tuple[str, tuple[Doubt, ...]]:
    if cell.formula and (cell.stored is Stored.NOTHING or cell.formula.is_stale):
        total = sums.of(cell)
        if total is None:
            return UNREAD, _doubt(say("workbook.not_calculated"))
        return _number(plain_digits(total), cell.look.code, book)
    match cell.stored:
        case Stored.NUMBER:
            return _number(cell.text, cell.look.code, book)
        case Stored.ERROR:
            return cell.text, _doubt(say("workbook.error", text=cell.text))
        case _:
            return show_text(cell.text, cell.look.code), ()


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
