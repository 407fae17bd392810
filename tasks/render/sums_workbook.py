"""Sums -> `sums.xlsx`: the filled forms in the official layout, and how many reports gave what.

汇总               how many reports, what was left out, which relations do not hold
表二（2021版） …     as in a report's workbook, with the differences as formulas
计数               one row a cell: its sum, and how many reports gave it, lack it, doubt it
不一致              organs with several reports that are not the same
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tasks.forms.annual_report import FORM, TABLE_NAMES
from tasks.render.cells import Cells
from tasks.render.layout import sheets
from tasks.render.marks import Marks
from tasks.render.names import names as form_names
from tasks.render.sums import Differing, Sums, TableSum, filled
from tasks.render.workbook import Book, made, write_figure
from tasks.render.xml_text import clean, row_height

_COUNT_HEADS: tuple[tuple[str, str, int], ...] = (
    ("表", "table", 8),
    ("版本", "edition", 8),
    ("行", "row", 36),
    ("列", "column", 22),
    ("合计", "sum", 16),
    ("填了数的份数", "reports with a figure", 12),
    ("空白或横线，按 0 计", "blank or dash, counted as 0", 12),
    ("读不出，未计入", "unreadable, left out", 12),
    ("文中没有，未计入", "not in the report, left out", 12),
    ("多份不一致，未计入", "copies differ, left out", 12),
    ("在不成立的关系中，已计入", "in a broken relation, summed", 14),
    ("最可能有误，已计入", "most likely wrong, summed", 14),
    ("由其他单位换算为万元", "converted into 万元", 12),
)
_DIFFERING_HEADS: tuple[tuple[str, str, int], ...] = (
    ("机关", "organ", 40),
    ("份数", "reports", 8),
    ("不一致的格", "cells that differ", 100),
)
#: Cells that are named of one organ.
_MOST_CELLS = 20


def sums_workbook(sums: Sums, title: str, names: Mapping[str, str] | None = None) -> bytes:
    """`title`: whose sum it is; `names`: organ_key -> the organ's name. The same sums give the
    same bytes."""
    return made(
        "政府信息公开工作年度报告汇总",
        lambda book, looks: _SumsBook(book, looks, {}).write(sums, title, names or {}),
    )


class _SumsBook(Book):
    """A report's workbook, but that a table may be there in each of its editions."""

    def write(self, sums: Sums, title: str, names: Mapping[str, str]) -> None:
        self._list("汇总", (("", "", 34), ("", "", 70), ("", "", 70)), list(_summary(sums, title)))
        for envelope in filled(sums, title):
            marks, cells = Marks.of(envelope), Cells(envelope, "zh")
            book = replace(self, envelope=envelope)
            for one in sheets(envelope["report"]):
                if envelope["report"][one.table]:
                    book.draw_table(one, marks, cells)
        self._list("计数 counts", _COUNT_HEADS, [row for t in sums.tables for row in _counts(t)])
        if sums.differing:
            rows = [_differing(one, names) for one in sums.differing]
            self._list("不一致 differing", _DIFFERING_HEADS, rows)

    def sheet(self, name: str, *, landscape: bool) -> Any:
        editions = (self.envelope.get("report") or {}).get("edition") or {}
        edition = next((editions[one] for one, zh in TABLE_NAMES.items() if zh == name), None)
        return super().sheet(f"{name}（{edition}版）" if edition else name, landscape=landscape)

    def _list(
        self, name: str, heads: Sequence[tuple[str, str, int]], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        sheet = self.sheet(name, landscape=True)
        widths = [width for _, _, width in heads]
        below = any(zh for zh, _, _ in heads)
        for column, (zh, en, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            if below:
                sheet.write_string(0, column, f"{zh}\n{en}", self.looks["head"])
        if below:
            sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, int(below)):
            sheet.set_row(number, row_height(row, widths))
            for column, entry in enumerate(row):
                if isinstance(entry, str):
                    sheet.write_string(number, column, clean(entry), self.looks["text"])
                else:
                    write_figure(sheet, number, column, entry, self.looks["text"])


def _summary(sums: Sums, title: str) -> Iterator[tuple[Any, ...]]:
    yield "汇总 sums of", title, ""
    if sums.year:
        yield "年度 year", sums.year, ""
    yield "报告份数 reports", sums.reports, ""
    yield "计为份数 counted as", sums.counted, "同一机关只计一次 each organ counts once"
    if sums.unknown:
        yield "其中机关不明 of unknown organs", sums.unknown, "可能重复 may be doubled"
    if sums.differing:
        yield "多份不一致的机关 organs with differing reports", len(sums.differing), ""
    yield "金额 amounts", "以万元计，未写单位的按万元计", "in 万元, also where no unit is written"
    for one in sums.tables:
        yield f"{TABLE_NAMES[one.table]}（{one.edition}版）份数 reports", one.reports, one.table
    for gap in (gap for one in sums.tables for gap in one.gaps):
        yield f"勾稽关系 {gap.rule}", gap.message, gap.message_en


def _counts(one: TableSum) -> Iterator[tuple[Any, ...]]:
    rows, columns = form_names(one.table, one.edition, "zh")
    for cell, said in one.fields.items():
        _, row, column = cell.split(".")
        yield (
            TABLE_NAMES[one.table], one.edition, rows[row], columns[column],
            said.total if said.is_summed else "", said.given, said.empty, said.unread,
            said.absent, said.differing, said.in_error, said.suspect, said.converted,
        )  # fmt: skip


def _differing(one: Differing, names: Mapping[str, str]) -> tuple[Any, ...]:
    more = f"；等 {len(one.cells)} 格" if len(one.cells) > _MOST_CELLS else ""
    told = "；".join(map(_cell_name, one.cells[:_MOST_CELLS]))
    return names.get(one.organ_key, one.organ_key), one.reports, told + more


def _cell_name(cell: str) -> str:
    """By the newest edition that has it."""
    table, row, column = cell.split(".")
    for edition in FORM.of(table):
        rows, columns = form_names(table, edition.edition, "zh")
        if row in rows and column in columns:
            return f"{TABLE_NAMES[table]}“{rows[row]}”的“{columns[column]}”"
    return cell
