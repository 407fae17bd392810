"""What is in a workbook and cannot be seen: left out, and said once for each reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.saying import Saying, say
from tasks.read.workbook.book import Kept, Sheet, column_name

#: Characters of a text that was left out.
_CITED = 40


class Why(StrEnum):
    """Why a text that is there is not seen."""

    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROW = "hidden_row"
    HIDDEN_COLUMN = "hidden_column"
    COVERED = "covered"
    FORMATTED = "formatted"
    STRUCK = "struck"
    UNSEEN = "unseen"
    DRAWN = "drawn"


@dataclass(slots=True)
class _Found:
    n: int
    first: str
    where: Where


@dataclass(slots=True)
class LeftOut:
    """Counts what is left out, and keeps the first of each reason."""

    _found: dict[Why, _Found] = field(default_factory=dict)

    def cell(self, why: Why, cell: Kept, sheet: Sheet) -> None:
        said = (cell.struck if why is Why.STRUCK else "") or cell.text
        address = f"{sheet.name}!{column_name(cell.column)}{cell.row + 1}"
        self._add(why, said, Where(path=address))

    def sheet(self, sheet: Sheet) -> None:
        if sheet.cells:
            self._add(Why.HIDDEN_SHEET, sheet.name, Where(path=sheet.name))

    def drawn(self, sheet: Sheet) -> None:
        self._add(Why.DRAWN, sheet.drawn, Where(path=sheet.name))

    def _add(self, why: Why, text: str, where: Where) -> None:
        found = self._found.get(why)
        if found is None:
            self._found[why] = _Found(1, text.strip()[:_CITED], where)
        else:
            found.n += 1

    def doubts(self) -> Iterator[Doubt]:
        for why in Why:
            found = self._found.get(why)
            if found is not None:
                said = _told(why, found.n, found.first)
                yield Doubt(kind=DoubtKind.STRAY_TEXT, says=(said,), where=found.where)


def _told(why: Why, n: int, first: str) -> Saying:
    match why:
        case Why.HIDDEN_SHEET:
            return say("workbook.hidden_sheet", n=n, first=first)
        case Why.HIDDEN_ROW:
            return say("workbook.hidden_row", n=n, first=first)
        case Why.HIDDEN_COLUMN:
            return say("workbook.hidden_column", n=n, first=first)
        case Why.COVERED:
            return say("workbook.covered", n=n, first=first)
        case Why.FORMATTED:
            return say("workbook.formatted", n=n, first=first)
        case Why.DRAWN:
            return say("workbook.drawn", n=n, first=first)
        case Why.STRUCK:
            return say("stray_text.struck", n=n, first=first)
        case Why.UNSEEN:
            return say("stray_text.unseen", n=n, first=first)
        case _:
            assert_never(why)
