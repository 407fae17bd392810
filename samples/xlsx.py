"""Report -> XLSX, by XlsxWriter."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from samples.book import BOOK_STYLES, BookStyle, Placed, Plan, plans
from samples.prose import Paper
from samples.style import named

#: Any fixed moment: the file must not depend on the clock.
_MOMENT = datetime(2024, 1, 17, 9, 0)

XLSX_STYLES = named(*BOOK_STYLES)


def render_xlsx(paper: Paper, style: BookStyle, seed: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": paper.title, "author": "办公室", "created": _MOMENT})
        writing = _Writing(book, style)
        for plan in plans(paper, style, seed):
            writing.sheet(plan)
    return out.getvalue()


@dataclass(slots=True)
class _Writing:
    book: Any
    style: BookStyle
    _formats: dict[tuple[bool, str], Any] = field(default_factory=dict)

    def sheet(self, plan: Plan) -> None:
        sheet = self.book.add_worksheet(plan.name)
        for cell in plan.cells:
            self._cell(sheet, cell)
        for row in plan.hidden_rows:
            sheet.set_row(row, None, None, {"hidden": True})
        for column in plan.hidden_columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
        if plan.is_hidden:
            sheet.hide()

    def _cell(self, sheet: Any, cell: Placed) -> None:
        look = self._look(cell)
        if cell.rowspan > 1 or cell.colspan > 1:
            last = (cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
            sheet.merge_range(cell.row, cell.column, *last, "", look)
        if cell.adds:
            results = {"stored": float(cell.value), "empty": "", "zero": 0}
            value = results[self.style.sums]
            sheet.write_formula(cell.row, cell.column, f"=SUM({xl_range(*cell.adds)})", look, value)
        elif isinstance(cell.value, str):
            self._text(sheet, cell, look)
        else:
            sheet.write_number(cell.row, cell.column, float(cell.value), look)

    def _text(self, sheet: Any, cell: Placed, look: Any) -> None:
        if cell.value:
            sheet.write_string(cell.row, cell.column, cell.value, look)
        else:
            sheet.write_blank(cell.row, cell.column, None, look)

    def _look(self, cell: Placed) -> Any:
        key = (cell.is_lined, cell.code)
        if key not in self._formats:
            said: dict[str, Any] = {"border": 1} if cell.is_lined else {}
            if cell.code:
                said["num_format"] = cell.code
            self._formats[key] = self.book.add_format(said)
        return self._formats[key]
