"""`report.xlsx`: the three tables as on paper, with the sums reckoned anew, and what was found.

    结论        whose report, what came of it
    表二 表三 表四   the official layout; marked cells, with a comment each; beside table 三 and
                below it each relation as a formula: the difference, which should be 0
    问题清单      one row a suspected cell

Blank and dash count as 0 in the formulas, as in the form; where a cell could not be read a
difference says so and is none. The same envelope gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Axis, Edition, Relation
from tasks.render.book_file import AS_IT_IS
from tasks.render.causes import causes
from tasks.render.cells import Cells
from tasks.render.layout import Printed, Sheet, sheets
from tasks.render.marks import Mark, Marks, shown, told
from tasks.render.names import table_name
from tasks.render.result import Envelope
from tasks.render.sentences import no_report_told, read_by_told, unread_told
from tasks.render.sheet import HEADS, rows
from tasks.render.source import file_of, name_of
from tasks.render.xml_text import clean, row_height

#: Of the file's properties; the clock has no place in the same bytes.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
#: What a double gives back as it was written.
_MOST_DIGITS = 15
_CHECK, _UNREAD = "核对（应为 0）", "有未读出的格"
_LIST_WIDTHS = (22, 20, 7, 7, 24, 13, 20, 9, 9, 13, 8, 50)
_SIDE, _LABEL, _FIGURE, _CHECKED = 16, 40, 11, 14

#: Formats by their names below.
Looks = Mapping[str, Any]
#: The cells of a sheet with what was read of each.
Read = Mapping[str, Mapping[str, Any]]
_LOOKS: dict[str, dict[str, Any]] = {
    "head": {"bg_color": "#E9EFF7", "text_wrap": True},
    "side": {"bg_color": "#E9EFF7", "text_wrap": True, "align": "left"},
    "figure": {},
    "wrong": {"bg_color": "#FBC9C9", "font_color": "#A3000F", "bold": True},
    "in_error": {"bg_color": "#FDEDEC"},
    "doubtful": {"bg_color": "#FFF2D1", "font_color": "#7A4B00", "italic": True},
    "absent": {"pattern": 4, "fg_color": "#C8CCD2"},
    "check": {"font_color": "#5B6470", "italic": True, "text_wrap": True},
    "off": {"font_color": "#A3000F", "bold": True},
    "text": {"align": "left", "text_wrap": True, "valign": "top"},
    "title": {"align": "left", "bold": True, "font_size": 13, "border": 0},
    "plain": {"align": "left", "text_wrap": True, "valign": "top", "border": 0},
}


def workbook(envelope: Envelope) -> bytes:
    """Of a document that was read."""
    return made(
        "政府信息公开工作年度报告核对结果", lambda book, looks: Book(book, looks, envelope).fill()
    )


def made(title: str, fill: Callable[[Any, Looks], None]) -> bytes:
    """A workbook that is filled with cells of our looks; the same content gives the same bytes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {**AS_IT_IS, "in_memory": True})
    book.set_properties({"title": title, "created": _EPOCH})
    looks = {
        name: book.add_format({"border": 1, "align": "center", "valign": "vcenter", **look})
        for name, look in _LOOKS.items()
    }
    fill(book, looks)
    book.close()
    return file.getvalue()


class _Plain(Worksheet):  # type: ignore[misc]
    """Of formulas that any spreadsheet knows: xlsxwriter looks in each for forty functions that
    are younger, and takes a tenth of its time for that."""

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula.removeprefix("=")


@dataclass(frozen=True, slots=True)
class Book:
    book: Any
    looks: Looks
    envelope: Envelope

    def fill(self) -> None:
        report = self.envelope["report"]
        self._summary()
        if report:
            marks, cells = Marks.of(self.envelope), Cells(self.envelope, "zh")
            for one in sheets(report):
                self.draw_table(one, marks, cells)
        self._findings()

    def _summary(self) -> None:
        envelope = self.envelope
        sheet = self.sheet("结论", landscape=False)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 84)
        source, report = envelope["source"], envelope["report"] or {}
        found = [one.severity for one in causes(envelope)]
        title = report.get("organ") or envelope["document"]["title"] or name_of(source)
        sheet.write_string(0, 0, clean(title), self.looks["title"])
        nothing = no_report_told(envelope, "zh")
        said = nothing or f"错误 {found.count('error')} 处，提示 {found.count('warning')} 处"
        region = report.get("region") or {}
        lines: list[tuple[str, str]] = [
            ("年度", str(report.get("year") or "")),
            ("结论", said),
            ("未能核对", unread_told(report, "zh")[0] if report else ""),
            ("地区", f"{region['name']}（{region['code']}）" if region else ""),
            ("文件", file_of(source)),
            ("读取", read_by_told(envelope, "zh")),
            ("SHA-256", str(source.get("sha256") or "")),
            ("程序版本", f"gouji {envelope['engine']['version']}"),
            ("颜色", "红色：最可能有误，批注中有应为多少；浅红：在不成立的勾稽关系中；"
             "黄色：读取有疑问；网纹：文中没有这一格"),
        ]  # fmt: skip
        for number, (name, text) in enumerate((one for one in lines if one[1]), 1):
            sheet.write_string(number, 0, name, self.looks["plain"])
            sheet.write_string(number, 1, clean(text), self.looks["plain"])

    def draw_table(self, one: Sheet, marks: Marks, cells: Cells) -> None:
        sheet = self.sheet(table_name(one.table, "zh"), landscape=one.table != "disclosure")
        sides = [cell for cell in one.cells if cell.is_side]
        side = max((cell.column + cell.colspan for cell in sides), default=0)
        widths = [
            (_SIDE if column < side - 1 else _LABEL) if column < side else _FIGURE
            for column in range(one.columns)
        ]
        for column, width in enumerate((*widths, _CHECKED)):
            sheet.set_column(column, column, width)
        for row, height in _heights(one, tuple(widths)).items():
            sheet.set_row(row + _BELOW_TITLE, height)
        sheet.merge_range(0, 0, 0, one.columns - 1, one.title, self.looks["title"])
        report = self.envelope["report"]
        at: dict[str, tuple[int, int]] = {}
        for cell in one.cells:
            self._cell(sheet, cell, report, marks, cells)
            if cell.cell:
                at[cell.cell] = (cell.row + _BELOW_TITLE, cell.column)
        edition = FORM.edition(one.table, one.edition)
        read = {cell: _value(cell, report) for cell in at}
        for check in _checks(edition, one, at, read):
            self._check(sheet, check)

    def _cell(
        self, sheet: Any, cell: Printed, report: Mapping[str, Any], marks: Marks, cells: Cells
    ) -> None:
        row, column = cell.row + _BELOW_TITLE, cell.column
        last = row + cell.rowspan - 1, column + cell.colspan - 1
        is_wide = last != (row, column)
        if not cell.cell:
            look = self.looks["side" if cell.is_side else "head"]
            if is_wide:
                sheet.merge_range(row, column, *last, cell.text, look)
            else:
                sheet.write_string(row, column, cell.text, look)
            return
        table, line, head = cell.cell.split(".")
        value = report[table].get(line, {}).get(head) or {"kind": "absent"}
        mark = marks.of_cell(cell.cell)
        look = self.looks[_look(value, mark)]
        if is_wide:
            sheet.merge_range(row, column, *last, "", look)
        _write(sheet, row, column, value, look)
        if _has_comment(value, mark):
            said = clean(told(cell.cell, value, mark, cells))
            sheet.write_comment(row, column, said, {"author": "gouji", "x_scale": 2})

    def _check(self, sheet: Any, check: _Check) -> None:
        row, column = check.place
        if check.is_head and check.last not in (None, check.place):
            sheet.merge_range(row, column, *check.last, check.text, self.looks["check"])
        elif check.is_head:
            sheet.write_string(row, column, check.text, self.looks["check"])
        elif check.result is None:
            sheet.write_string(row, column, _UNREAD, self.looks["check"])
        else:
            look = self.looks["off" if check.result else "check"]
            sheet.write_formula(row, column, check.text, look, check.result)

    def _findings(self) -> None:
        sheet = self.sheet("问题清单", landscape=True)
        for column, (text, width) in enumerate(zip(HEADS["zh"], _LIST_WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, text, self.looks["head"])
        for number, row in enumerate(rows(self.envelope, "zh", notes=True), 1):
            sheet.set_row(number, row_height(astuple(row), _LIST_WIDTHS))
            for column, entry in enumerate(astuple(row)):
                if entry is None or entry == "":
                    sheet.write_blank(number, column, None, self.looks["text"])
                elif isinstance(entry, str):
                    sheet.write_string(number, column, clean(entry), self.looks["text"])
                else:
                    write_figure(sheet, number, column, entry, self.looks["text"])
        sheet.freeze_panes(1, 0)

    def sheet(self, name: str, *, landscape: bool) -> Any:
        sheet = self.book.add_worksheet(name, _Plain)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        if landscape:
            sheet.set_landscape()
        return sheet


#: The title stands over the table.
_BELOW_TITLE = 1


@lru_cache(maxsize=64)
def _heights(one: Sheet, widths: tuple[int, ...]) -> Mapping[int, float]:
    """Row -> points, where a label takes more than a line: not every program makes room for it
    by itself."""
    heights: dict[int, float] = {}
    for cell in one.cells:
        if cell.rowspan == 1 and not cell.cell:
            width = sum(widths[cell.column : cell.column + cell.colspan])
            height = row_height([cell.text], [width])
            if height > row_height([""], [width]):
                heights[cell.row] = max(height, heights.get(cell.row, 0))
    return heights


def _look(value: Mapping[str, Any], mark: Mark | None) -> str:
    if mark and mark.wrong:
        return "wrong"
    if value["kind"] == "unreadable" or (mark and mark.doubtful):
        return "doubtful"
    if value["kind"] == "absent":
        return "absent"
    if mark and (mark.in_error or mark.warned):
        return "in_error" if mark.in_error else "doubtful"
    return "figure"


def _has_comment(value: Mapping[str, Any], mark: Mark | None) -> bool:
    if mark and (mark.wrong or mark.doubtful):
        return True
    if value["kind"] == "unreadable" or value.get("unit") or value.get("note"):
        return True
    return value["kind"] == "number" and shown(value) != str(value["raw"]).strip()


def _write(sheet: Any, row: int, column: int, value: Mapping[str, Any], look: Any) -> None:
    if value["kind"] == "number":
        write_figure(sheet, row, column, value["value"], look)
    elif text := shown(value):
        sheet.write_string(row, column, clean(text), look)
    else:
        sheet.write_blank(row, column, None, look)


def write_figure(sheet: Any, row: int, column: int, figure: int | Decimal, look: Any) -> None:
    """A number, or its digits where a spreadsheet would show another one."""
    if _is_exact(figure):
        sheet.write_number(row, column, figure, look)
    else:
        sheet.write_string(row, column, format(Decimal(figure), "f"), look)


def _is_exact(figure: int | Decimal) -> bool:
    return len(str(abs(figure)).replace(".", "").strip("0")) <= _MOST_DIGITS


# --- the sums, reckoned anew -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    place: tuple[int, int]
    #: A formula, or the words over a row or column of them.
    text: str
    is_head: bool = False
    #: Where the words end, which take more than one cell.
    last: tuple[int, int] | None = None
    #: What the formula gives; None where a cell was not read.
    result: int | float | None = None


def _checks(
    edition: Edition, one: Sheet, at: Mapping[str, tuple[int, int]], read: Read
) -> Iterator[_Check]:
    """Each relation as a difference: of rows right of the table, of columns below it."""
    right, below = one.columns, one.rows + _BELOW_TITLE
    if any(relation.axis is Axis.ROW for relation in edition.relations):
        yield from _along_rows(edition, at, read, right=right, below=below)
    of_columns = [one for one in edition.relations if one.axis is Axis.COLUMN]
    columns = dict.fromkeys(cell.rpartition(".")[2] for cell in at)
    for number, relation in enumerate(of_columns):
        yield _Check(
            place=(below + number, 0),
            last=(below + number, min(column for _, column in at.values()) - 1),
            text=f"{relation.formula}，{_CHECK}",
            is_head=True,
        )
        for column in columns:
            parts, wholes = (
                [f"{edition.table}.{row}.{column}" for row in lines]
                for lines in (relation.parts, relation.wholes)
            )
            place = below + number, at[wholes[0]][1]
            if check := _difference(place, parts, wholes, at, read):
                yield check


def _along_rows(
    edition: Edition,
    at: Mapping[str, tuple[int, int]],
    read: Read,
    *,
    right: int,
    below: int,
) -> Iterator[_Check]:
    for relation in (one for one in edition.relations if one.axis is Axis.ROW):
        lines = dict.fromkeys(cell.split(".")[1] for cell in at)
        yield _head_of_rows(edition, relation, at, right=right, below=below)
        for line in lines:
            parts, wholes = (
                [f"{edition.table}.{line}.{column}" for column in columns]
                for columns in (relation.parts, relation.wholes)
            )
            row, column = at[wholes[0]]
            place = (below, column) if edition.sideways else (row, right)
            if check := _difference(place, parts, wholes, at, read):
                yield check


def _head_of_rows(
    edition: Edition, relation: Relation, at: Mapping[str, tuple[int, int]], *, right: int,
    below: int,
) -> _Check:  # fmt: skip
    """Over the differences right of a table, or left of them below one that stands sideways."""
    text = _CHECK
    if edition.sideways:
        total = min(
            column for cell, (_, column) in at.items() if cell.endswith(f".{relation.wholes[0]}")
        )
        return _Check(place=(below, 0), last=(below, total - 1), text=text, is_head=True)
    first = min(row for row, _ in at.values())
    return _Check(place=(_BELOW_TITLE, right), last=(first - 1, right), text=text, is_head=True)


def _difference(
    place: tuple[int, int],
    parts: Sequence[str],
    wholes: Sequence[str],
    at: Mapping[str, tuple[int, int]],
    read: Read,
) -> _Check | None:
    """None where the report has none of the cells."""
    here = [[cell for cell in side if _kind(cell, read) != "absent"] for side in (parts, wholes)]
    if not all(here):
        return None
    if any(not _is_reckoned(read[cell]) for side in here for cell in side):
        return _Check(place=place, text=_UNREAD)
    amounts = [sum(read[cell]["value"] or 0 for cell in side) for side in here]
    left, right = (_sum(tuple(at[cell] for cell in side)) for side in here)
    difference = amounts[0] - amounts[1]
    result = int(difference) if difference == int(difference) else float(difference)
    return _Check(place=place, text=f"={left}-{right}", result=result)


@lru_cache(maxsize=4096)
def _sum(places: tuple[tuple[int, int], ...]) -> str:
    """`SUM` passes over text: a dash counts as 0."""
    return f"SUM({','.join(xl_rowcol_to_cell(*place) for place in places)})"


def _value(cell: str, report: Mapping[str, Any]) -> Mapping[str, Any]:
    table, row, column = cell.split(".")
    return report[table].get(row, {}).get(column) or {"kind": "absent", "value": None}


def _kind(cell: str, read: Read) -> str:
    """A row that is not on the sheet is not in the report."""
    return str(read[cell]["kind"]) if cell in read else "absent"


def _is_reckoned(value: Mapping[str, Any]) -> bool:
    if value["kind"] == "number":
        return _is_exact(value["value"])
    return value["kind"] in ("blank", "dash")
