"""Report -> the sheets of a workbook, cell by cell; `xlsx` and `xls` write them.

Titles and paragraphs stand in cells of their own above and below the tables, as people put them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from samples.layout import LogicalCell, LogicalTable
from samples.prose import Paper, Passage
from samples.style import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class BookStyle(Style):
    #: A sheet for each table; the text stands on the first and the last.
    sheets: bool = False
    #: Lines around the cells of tables.
    lined: bool = True
    #: Titles and paragraphs reach over the whole table.
    wide: bool = False
    #: Figures as numbers, not as text.
    numbers: bool = True
    #: Number formats that show groups of thousands and decimals.
    formats: bool = False
    #: Totals are sums: `stored` with their results, `empty` without, `zero` with a 0 that the
    #: program replaces when it opens the file.
    sums: str = ""
    #: Last year's sheet, a row of notes and a column of checks are there and hidden.
    hidden: bool = False
    #: Where the first table begins; empty rows between what stands below one another.
    at: tuple[int, int] = (0, 0)
    gaps: bool = False
    #: A line above tables that tells the unit and who fills it in.
    filled_by: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One cell of a sheet; rows and columns count from 0."""

    row: int
    column: int
    #: A number where the style has them.
    value: str | int | Decimal
    rowspan: int = 1
    colspan: int = 1
    is_lined: bool = False
    #: The number format, "" for the general one.
    code: str = ""
    #: First row and column, last row and column that are added up.
    adds: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One sheet."""

    name: str
    cells: tuple[Placed, ...]
    is_hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


NAMES = {"disclosure": "主动公开", "requests": "依申请公开", "disputes": "复议诉讼"}
_WIDTHS = {"disclosure": 4, "requests": 10, "disputes": 15}


def plans(paper: Paper, style: BookStyle, seed: int) -> tuple[Plan, ...]:
    groups = list(_groups(paper)) if style.sheets else [("年报", list(paper.parts))]
    found = [_plan(name, parts, style) for name, parts in groups]
    if style.hidden:
        found = [_with_hidden(plan, Random(f"hidden {seed}")) for plan in found]
        found.insert(1, _last_year(found))
    return tuple(found)


def _groups(paper: Paper) -> Iterator[tuple[str, list[Passage | LogicalTable]]]:
    """A sheet ends with its table; what follows the last stays with it."""
    name, parts = "", []
    tables = sum(isinstance(part, LogicalTable) for part in paper.parts)
    for part in paper.parts:
        parts.append(part)
        if isinstance(part, LogicalTable):
            name, tables = NAMES.get(part.id, part.id), tables - 1
            if tables:
                yield name, parts
                name, parts = "", []
    if parts:
        yield name or "说明", parts


@dataclass(slots=True)
class _Sheet:
    """A sheet while it is filled from top to bottom."""

    style: BookStyle
    row: int
    cells: list[Placed] = field(default_factory=list)

    def passage(self, part: Passage, width: int) -> None:
        self.cells.append(
            Placed(
                row=self.row,
                column=self.style.at[1],
                value=part.text,
                colspan=width if self.style.wide else 1,
            )
        )
        self.row += 1

    def filled_by(self, width: int) -> None:
        left = self.style.at[1]
        self.cells.append(Placed(row=self.row, column=left, value="填报单位：办公室"))
        self.cells.append(Placed(row=self.row, column=left + width - 1, value="计量单位：件、万元"))
        self.row += 1

    def table(self, table: LogicalTable) -> None:
        grid = {(cell.row, cell.column): cell for cell in table.cells}
        self.cells += (self._placed(cell, grid) for cell in table.cells)
        self.row += table.n_rows

    def _placed(self, cell: LogicalCell, grid: dict[tuple[int, int], LogicalCell]) -> Placed:
        top, left = self.row, self.style.at[1]
        value = as_number(cell) if self.style.numbers else cell.text
        placed = Placed(
            row=top + cell.row,
            column=left + cell.column,
            value=value,
            rowspan=cell.rowspan,
            colspan=cell.colspan,
            is_lined=self.style.lined,
            code=_code(value) if self.style.formats else "",
        )
        adds = _adds(cell, grid) if self.style.sums and not isinstance(value, str) else 0
        if adds:
            row = placed.row
            placed = replace(placed, adds=(row, placed.column - adds, row, placed.column - 1))
        return placed


def _plan(name: str, parts: Iterable[Passage | LogicalTable], style: BookStyle) -> Plan:
    sheet = _Sheet(style, style.at[0])
    parts = list(parts)
    tables = [part for part in parts if isinstance(part, LogicalTable)]
    width = max((_WIDTHS.get(table.id, table.n_columns) for table in tables), default=4)
    for part in parts:
        if isinstance(part, Passage):
            sheet.passage(part, width)
        else:
            if style.filled_by:
                sheet.filled_by(part.n_columns)
            sheet.table(part)
            sheet.row += style.gaps
    return Plan(name=name, cells=tuple(sheet.cells))


def as_number(cell: LogicalCell) -> str | int | Decimal:
    """The figure in a cell, where it is written as programs would take it for one."""
    if cell.field is None or not cell.text.isascii():
        return cell.text
    if cell.text.isdigit() and str(int(cell.text)) == cell.text and len(cell.text) < 15:
        return int(cell.text)
    whole, _, part = cell.text.partition(".")
    is_plain = whole.isdigit() and part.isdigit() and len(whole + part) < 15
    return Decimal(cell.text) if is_plain and not part.endswith("0") else cell.text


def _code(value: str | int | Decimal) -> str:
    if isinstance(value, str):
        return ""
    if isinstance(value, int):
        return "#,##0" if value >= 1000 else "0_ "
    decimals = -int(value.as_tuple().exponent)
    return "#,##0." + "0" * decimals


def _adds(cell: LogicalCell, grid: dict[tuple[int, int], LogicalCell]) -> int:
    """How many figures to the left a total adds up, 0 where it does not."""
    if not (cell.field or "").endswith(".total"):
        return 0
    row = (cell.field or "").rpartition(".")[0]
    beside: list[LogicalCell] = []
    column = cell.column - 1
    while (one := grid.get((cell.row, column))) and (one.field or "").startswith(f"{row}."):
        beside.append(one)
        column -= 1
    figures = [as_number(one) for one in beside]
    if not figures or any(isinstance(one, str) and any(map(str.isdigit, one)) for one in figures):
        return 0
    total = sum(one for one in figures if not isinstance(one, str))
    return len(beside) if total == as_number(cell) else 0


def _with_hidden(plan: Plan, random: Random) -> Plan:
    """A row of the figures of another draft behind each table, a column of checks beside."""
    last = max(cell.row for cell in plan.cells)
    right = max(cell.column + cell.colspan for cell in plan.cells)
    extra = [
        Placed(row=last + 2, column=column, value=random.randint(1, 999)) for column in range(right)
    ]
    extra += [
        Placed(row=row, column=right, value=random.randint(1, 999)) for row in range(last + 1)
    ]
    return replace(
        plan,
        cells=(*plan.cells, *extra),
        hidden_rows=(last + 2,),
        hidden_columns=(right,),
    )


def _last_year(found: list[Plan]) -> Plan:
    """The sheet with the most figures once more, each one more than it was."""
    plan = max(found, key=lambda one: len(one.cells))
    cells = tuple(
        replace(
            cell, adds=None, value=cell.value if isinstance(cell.value, str) else cell.value + 1
        )
        for cell in plan.cells
    )
    return Plan(name="去年", cells=cells, is_hidden=True)


BOOK_STYLES = (
    BookStyle(name="one_sheet", about="all on one sheet, lines around tables"),
    BookStyle(name="bare", about="all on one sheet, no lines anywhere", lined=False),
    BookStyle(
        name="wide", about="titles and paragraphs merged over the table", wide=True, gaps=True
    ),
    BookStyle(name="sheets", about="a sheet for each table", sheets=True, wide=True),
    BookStyle(
        name="text", about="figures stored as text, no lines", numbers=False, lined=False, gaps=True
    ),
    BookStyle(name="formats", about="thousands and decimals by number formats", formats=True),
    BookStyle(name="sums", about="totals are sums with stored results", sums="stored"),
    BookStyle(
        name="uncalculated",
        about="totals are sums that no program has calculated",
        sums="empty",
        sheets=True,
    ),
    BookStyle(
        name="zeroed",
        about="totals are sums stored as 0, to be calculated when opened",
        sums="zero",
    ),
    BookStyle(name="hidden", about="last year's sheet, a row and a column are hidden", hidden=True),
    BookStyle(
        name="moved",
        about="tables begin at D5, with a line that tells unit and organ",
        at=(4, 3),
        gaps=True,
        filled_by=True,
        sheets=True,
    ),
)
