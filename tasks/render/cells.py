"""Names and places of the cells of one report, as people look for them: the row and the column
by their labels first, then where that is in the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tasks.model.patterns import regex
from tasks.render.names import names, table_name

#: A finding that concerns more cells than this names the first ones, or the line.
MOST_CELLS = 4

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "page": "第 {page} 页",
        "table": "第 {page} 页表 {table}，",
        "only_table": "第 {table} 个表",
        "row": "第 {row} 行",
        "column": "第 {column} 列",
        "from_to": "{first}至{last}",
        "cell": "{table}“{row}”的“{column}”",
        "whole_row": "{table}“{line}”一行",
        "whole_column": "{table}“{line}”一栏",
        "part_of_row": "{table}“{line}”一行 {n} 格",
        "part_of_column": "{table}“{line}”一栏 {n} 格",
        "many": "{table} {n} 格",
        "place": "（{at}）",
        "and": "、",
        "then": "；",
        "more": "；等 {n} 处",
    },
    "en": {
        "page": "page {page}",
        "table": "page {page} table {table}",
        "only_table": "table {table}",
        "row": " row {row}",
        "column": " column {column}",
        "from_to": "{first} to{last}",
        "cell": "{table}, {row} · {column}",
        "whole_row": "{table}, row {line}",
        "whole_column": "{table}, column {line}",
        "part_of_row": "{table}, row {line}, {n} cells",
        "part_of_column": "{table}, column {line}, {n} cells",
        "many": "{table}, {n} cells",
        "place": " ({at})",
        "and": ", ",
        "then": "; ",
        "more": "; {n} in all",
    },
}

#: The address of a cell: `p3/t1/r4c5`, or `t2/r4c5` where there are no pages.
_ADDRESS = regex(r"(?:p(?P<page>\d+)/)?t(?P<table>\d+)/r(?P<row>\d+)c(?P<column>\d+)")


class Cells:
    """Of one envelope, in one language."""

    def __init__(self, envelope: dict[str, Any], language: str) -> None:
        self._report: dict[str, Any] = envelope.get("report") or {}
        self._language = language
        self._words = _WORDS[language]
        #: `p3/t1/r4c5` -> the page on which that cell stands, where a table goes over pages
        self._pages = _pages(envelope)

    def labels(self, cell: str) -> tuple[str, str, str] | None:
        """Table, row and column as people cite them; None where it is not of the form."""
        table, row, column = [*cell.split("."), "", ""][:3]
        rows, columns = self._names(table)
        if row not in rows or column not in columns:
            return None
        return table_name(table, self._language), rows[row], columns[column]

    def line(self, table: str, axis: str, line: str) -> tuple[str, str]:
        """Table and line as people cite them; `axis` is `row` or `column`."""
        rows, columns = self._names(table)
        known = rows if axis == "row" else columns
        return table_name(table, self._language), known.get(line, line)

    def name(self, cell: str) -> str:
        """`表三“三（一）予以公开”的“总计”（第 3 页表 1，第 7 行第 10 列）`; the id itself where it
        is not of the form."""
        labels = self.labels(cell)
        if labels is None:
            return cell
        table, row, column = labels
        named = self._words["cell"].format(table=table, row=row, column=column)
        return named + self._placed(self.place(cell))

    def value(self, cell: str) -> dict[str, Any]:
        table, row, column = [*cell.split("."), "", ""][:3]
        return self._report.get(table, {}).get(row, {}).get(column) or {}

    def place(self, cell: str) -> str:
        """Where a person finds the cell in the document; "" where it is in none."""
        found = _ADDRESS.fullmatch(self.value(cell).get("at") or "")
        if not found:
            return ""
        row = self._words["row"].format(row=found["row"])
        column = self._words["column"].format(column=found["column"])
        at = f"{self._table(found)}{row}{column}"
        later = self._pages.get(found[0])
        if found["page"] and later and later != int(found["page"]):
            return f"{at}{self._words['and']}{self._words['page'].format(page=later)}"
        return at

    def listed(self, cells: Sequence[str]) -> str:
        """The names of a few cells, or the line that many of them stand in."""
        if len(cells) > MOST_CELLS:
            return self.summed_up(cells)
        return self._words["then"].join(map(self.name, cells))

    def summed_up(self, cells: Sequence[str]) -> str:
        """The one line of the form that all stand in, or how many there are, with the place."""
        tables, rows, columns = (
            set(ids) for ids in zip(*(c.split(".") for c in cells), strict=True)
        )
        if len(tables) > 1:
            return self.first_of([self.name(cell) for cell in cells])
        table = tables.pop()
        of_rows, of_columns = self._names(table)
        for axis, lines, known, whole in (
            ("row", rows, of_rows, len(of_columns)),
            ("column", columns, of_columns, len(of_rows)),
        ):
            if len(lines) == 1 and (line := lines.pop()) in known:
                words = f"whole_{axis}" if len(cells) >= whole else f"part_of_{axis}"
                break
        else:
            words, known, line = "many", {"": ""}, ""
        said = self._words[words].format(
            table=table_name(table, self._language), line=known[line], n=len(cells)
        )
        return said + self._placed(self._places(cells))

    def first_of(self, said: Sequence[str]) -> str:
        """The first few, and how many there are."""
        more = self._words["more"].format(n=len(said)) if len(said) > MOST_CELLS else ""
        return self._words["then"].join(said[:MOST_CELLS]) + more

    def _placed(self, place: str) -> str:
        return self._words["place"].format(at=place) if place else ""

    def _names(self, table: str) -> tuple[Any, ...]:
        return names(table, (self._report.get("edition") or {}).get(table), self._language)

    def _table(self, found: re.Match[str]) -> str:
        words = self._words["table" if found["page"] else "only_table"]
        return words.format(page=found["page"], table=found["table"])

    def _places(self, cells: Sequence[str]) -> str:
        """`第 2 个表第 4 列第 6 行至第 27 行`; "" where the cells are in no one line."""
        found = [_ADDRESS.fullmatch(self.value(cell).get("at") or "") for cell in cells]
        places = [one for one in found if one]
        if len(places) < len(cells) or len({self._table(one) for one in places}) > 1:
            return ""
        spans = {
            axis: self._span(axis, sorted({int(one[axis]) for one in places}))
            for axis in ("row", "column")
        }
        if len({one["column"] for one in places}) == 1:
            return self._table(places[0]) + spans["column"] + spans["row"]
        if len({one["row"] for one in places}) == 1:
            return self._table(places[0]) + spans["row"] + spans["column"]
        return ""

    def _span(self, axis: str, numbers: Sequence[int]) -> str:
        first, last = (self._words[axis].format(**{axis: n}) for n in (numbers[0], numbers[-1]))
        if first == last:
            return first
        return self._words["from_to"].format(first=first, last=last)


def _pages(envelope: dict[str, Any]) -> dict[str, int]:
    return {
        f"{table['id']}/r{cell['row'] + 1}c{cell['column'] + 1}": cell["where"]["page"]
        for table in envelope.get("tables", ())
        for cell in table["cells"]
        if cell["where"].get("page")
    }
