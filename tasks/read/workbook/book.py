"""What a workbook holds, whichever format it came in: the border between `xlsx`, `xls` and
what is made of both.

Rows and columns count from 0. A cell is here only where something is stored in it; what a
person would see of it is found out by `shown.py`, what its formula gives by `sums.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tasks.model.limits import MAX_CELLS, MAX_CHARACTERS
from tasks.model.refusal import Refusal, RefusalCode

#: Stands in a cell for what is shown there and could not be told: the cell is not blank.
UNREAD = "\ufffd"


class Stored(StrEnum):
    """What a cell holds."""

    NUMBER = "number"
    TEXT = "text"
    #: `#REF!`, `#DIV/0!`
    ERROR = "error"
    #: A formula whose result is not in the file.
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Ref:
    """One cell of the same sheet in a formula."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells of the same sheet inside of SUM; first and last are in it."""

    row: int
    column: int
    last_row: int
    last_column: int


#: (1 or -1, what is added or taken away)
Terms = tuple[tuple[int, "Ref | Area | float"], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """What a cell is calculated from."""

    #: None where it is more than a sum.
    terms: Terms | None
    #: The stored result is not what a program shows that opens the file: it calculates anew.
    is_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell is shown."""

    #: The number format, as `#,##0.00`.
    code: str = "General"
    #: Struck through, or in the colour of what is behind it.
    is_struck: bool = False
    is_unseen: bool = False
    #: It has a line on some side.
    is_lined: bool = False


PLAIN = Look()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A cell as the file has it."""

    row: int
    column: int
    stored: Stored
    #: The text, the error's name or, of a number, its digits.
    text: str
    look: Look = PLAIN
    formula: Formula | None = None
    #: Parts of the text that are struck through, and so are not in it.
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows or columns that are hidden: first and last of each range, none beside another."""

    firsts: tuple[int, ...] = ()
    lasts: tuple[int, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[tuple[int, int]]) -> Lines:
        firsts: list[int] = []
        lasts: list[int] = []
        for first, last in sorted(ranges):
            if lasts and first <= lasts[-1] + 1:
                lasts[-1] = max(lasts[-1], last)
            else:
                firsts.append(first)
                lasts.append(last)
        return cls(tuple(firsts), tuple(lasts))

    def left_of(self, first: int, last: int) -> tuple[int, int] | None:
        """First and last that can be seen from `first` to `last`; None where there are none."""
        if not self.firsts:
            return first, last
        at = bisect_right(self.firsts, first) - 1
        if at >= 0 and self.lasts[at] >= first:
            first = self.lasts[at] + 1
        at = bisect_right(self.firsts, last) - 1
        if at >= 0 and self.lasts[at] >= last:
            last = self.firsts[at] - 1
        return (first, last) if first <= last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet with its cells in row-major order."""

    name: str
    is_hidden: bool = False
    cells: tuple[Kept, ...] = ()
    #: First and last row, first and last column of each merged range.
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: Lines = Lines()
    hidden_columns: Lines = Lines()
    #: Rows with cells that have a line on some side and hold nothing.
    lined_rows: frozenset[int] = frozenset()
    #: The text of what is drawn on the sheet, and so stands in none of its cells.
    drawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook, its sheets in the order of their tabs."""

    title: str = ""
    sheets: tuple[Sheet, ...] = ()
    #: Days count from 1904, as on old Macs.
    from_1904: bool = False


class Meter:
    """Counts what a workbook holds. Raises Refusal `too_complex` beyond the limits."""

    def __init__(self) -> None:
        self._cells = 0
        self._characters = 0

    def cell(self, text: str) -> None:
        self._cells += 1
        self._characters += len(text)
        if self._cells > MAX_CELLS or self._characters > MAX_CHARACTERS:
            raise too_complex()


def too_complex() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"工作簿内容过多（最多 {MAX_CELLS} 个有内容的单元格），无法处理。"
        "请只保留年度报告所在的工作表后重新提交。",
        f"The workbook holds too much (at most {MAX_CELLS} cells with something in them). "
        "Keep only the sheets of the report and send it again.",
    )


@lru_cache(maxsize=1_024)
def column_name(column: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
