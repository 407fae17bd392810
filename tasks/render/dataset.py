"""Envelopes -> a data set for research: long (a row a value) and wide (a row a report). Pure.

A figure stands in it as the report has it, wrong or not; what is known about its quality stands
beside it. Blank, dash, unreadable and absent are told apart and never a 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from tasks.check.plausible import IN_WAN
from tasks.forms.annual_report import FORM
from tasks.render.names import names, table_name
from tasks.render.result import Envelope
from tasks.render.source import file_of


class Type(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    #: A double. A figure of more than fifteen digits is in `value_text` alone.
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type
    zh: str
    en: str


Scalar = str | int | float | bool | None

#: What a double gives back as it was written.
_MOST_DIGITS = 15
LEFT_OVER = "left_over"

_OF_REPORT = (
    Column("organ", Type.TEXT, "机关名称，如文中所写", "the organ's name as the report gives it"),
    Column("organ_key", Type.TEXT, "同一机关各种写法共用的键", "the same for all names of it"),
    Column(
        "region_code", Type.TEXT, "行政区划代码（GB/T 2260，报告年度时的）；名称不能确定时为空",
        "code of its region (GB/T 2260, of the year reported on); empty where the name does not "
        "decide it",
    ),
    Column("region_name", Type.TEXT, "行政区划全称", "the region's whole name"),
    Column(
        "level", Type.TEXT, "机关层级：province、prefecture、county、township",
        "level of the organ: province, prefecture, county or township",
    ),
    Column("year", Type.INTEGER, "报告所述年度", "the year reported on"),
    Column(
        "occurrence", Type.INTEGER,
        "同一机关同一年度的第几份（按文件键的顺序）；只取 1 即不重复；机关或年度不明时为空",
        "which of the files of this organ and year it is, in the order of the keys: those with 1 "
        "are each organ and year once; empty where either is unknown",
    ),
)  # fmt: skip
_OF_SOURCE = (
    Column(
        "file",
        Type.TEXT,
        "文件在存储桶中的键；压缩包中的文件为“压缩包/!/文件”",
        "key of the file in the bucket; of one in an archive `archive/!/file`",
    ),
    Column("sha256", Type.TEXT, "文件内容的 SHA-256", "SHA-256 of its content"),
    Column("engine", Type.TEXT, "读取它的程序版本", "version of the program that read it"),
)

LONG: tuple[Column, ...] = (
    *_OF_REPORT,
    Column("edition", Type.TEXT, "该表的版本：2021 或 2019", "edition of the table"),
    Column("table", Type.TEXT, "表：disclosure、requests、disputes", "id of the table"),
    Column("row", Type.TEXT, "行的标识；表中多出的行为空", "id of the row; empty for one that the "
           "form does not have"),
    Column("column", Type.TEXT, "列的标识；多出的行为空", "id of the column, likewise"),
    Column("row_label", Type.TEXT, "行名", "the row's name in Chinese"),
    Column("column_label", Type.TEXT, "列名", "the column's name in Chinese"),
    Column(
        "value", Type.NUMBER,
        "数值，以表格规定的单位计（金额为万元）；没有数字、单位不明或超过 15 位有效数字时为空",
        "the figure in the form's unit (amounts in 万元); empty where there is none, where its "
        "unit is not known, or where it has more than 15 significant digits",
    ),
    Column("value_text", Type.TEXT, "数值的十进制原文，单位同 value", "the same, exact, in digits"),
    Column("unit", Type.TEXT, "单元格中写明的单位", "the unit that the cell names"),
    Column(
        "kind", Type.TEXT,
        "number 数字；blank 空白；dash 斜杠、横线或“无”；unreadable 读不出；absent 文中没有该格；"
        "left_over 表中多出的行。勾稽时空白和横线按 0 计",
        "number, blank, dash, unreadable, absent (the report lacks the cell), left_over (of a row "
        "that the form does not have); blank and dash count as 0 in the sums",
    ),
    Column("raw", Type.TEXT, "单元格原文", "the text of the cell as it stood"),
    Column(
        "in_error", Type.BOOLEAN, "该格在某个不成立的勾稽关系中",
        "the cell is in a relation that does not hold",
    ),
    Column("suspect", Type.BOOLEAN, "该格最可能有误", "the cell is most likely the wrong one"),
    Column("should_be", Type.TEXT, "应为多少（仅可疑的格）", "what it should be, of suspects"),
    Column(
        "placed_by", Type.TEXT,
        "如何归到该格：label 按标签；order 按顺序；relations 由勾稽关系推断",
        "how the figure came to its cell: by its labels, by their order, or inferred by relations",
    ),
    Column("place", Type.TEXT, "在文件中的位置，如 p3/t1/r4c2", "where it stood: page, table, row, "
           "column"),
    Column("read_by", Type.TEXT, "ocr 表示读自扫描件", "`ocr` where it was read from pixels"),
    Column(
        "confidence", Type.NUMBER, "识别的把握，0 至 1；不是从图像识别的为空",
        "how sure its reading is, 0 to 1; empty where it was not read from pixels",
    ),
    *_OF_SOURCE,
)  # fmt: skip

_QUALITY = (
    Column("errors", Type.INTEGER, "错误条数", "number of findings that are errors"),
    Column("warnings", Type.INTEGER, "提示条数", "number of warnings"),
    Column(
        "cells_in_error", Type.TEXT, "涉及错误的格，以分号隔开", "cells in errors, by semicolons"
    ),
    Column("suspects", Type.TEXT, "最可能有误的格，以分号隔开", "cells that are most likely wrong"),
    Column("unreadable", Type.INTEGER, "读不出的格数", "number of cells that could not be read"),
    Column("absent", Type.INTEGER, "文中没有的格数", "number of cells that the report lacks"),
    Column(
        "inferred", Type.INTEGER, "由勾稽关系推断的格数", "number of figures that were inferred"
    ),
    Column("left_over", Type.INTEGER, "表中多出的行数", "number of rows that the form lacks"),
    Column("read_by", Type.TEXT, "ocr 表示读自扫描件", "`ocr` where it was read from pixels"),
)


@cache
def wide_columns() -> tuple[Column, ...]:
    editions = tuple(
        Column(
            f"edition.{table}", Type.TEXT, f"{table_name(table, 'zh')}的版本；没有该表时为空",
            f"edition of {table_name(table, 'en')}; empty where the report lacks it",
        )
        for table in FORM.tables
    )  # fmt: skip
    return (*_OF_REPORT, *editions, *_QUALITY, *_cells(), *_OF_SOURCE)


@cache
def _cells() -> tuple[Column, ...]:
    """Every field of every edition, each once, in the order of the form."""
    found: dict[str, Column] = {}
    for table in FORM.tables:
        for edition in reversed(FORM.of(table)):
            rows, columns = names(table, edition.edition, "zh")
            rows_en, columns_en = names(table, edition.edition, "en")
            for row, column in edition.fields():
                name = f"{table}.{row.id}.{column.id}"
                found.setdefault(
                    name,
                    Column(
                        name,
                        Type.NUMBER,
                        f"{table_name(table, 'zh')}“{rows[row.id]}”的“{columns[column.id]}”",
                        f"{table_name(table, 'en')}: {rows_en[row.id]}, {columns_en[column.id]}",
                    ),
                )
    return tuple(sorted(found.values(), key=lambda cell: _order()[cell.name]))


@cache
def _order() -> Mapping[str, int]:
    """The place of a cell: by the newest edition that has it, older rows after."""
    cells = (
        f"{table}.{row.id}.{column.id}"
        for table in FORM.tables
        for edition in FORM.of(table)
        for row, column in edition.fields()
    )
    return {cell: place for place, cell in enumerate(dict.fromkeys(cells))}


def long_rows(envelope: Envelope, occurrence: int | None) -> Iterator[tuple[Scalar, ...]]:
    """In the order of `LONG`; none of a document without a report."""
    report = envelope.get("report")
    if not report:
        return
    head, tail = _head(report, occurrence), _tail(envelope)
    read_by = envelope["document"].get("read_by")
    quality = _Quality.of(envelope)
    for table in FORM.tables:
        edition = report["edition"].get(table)
        rows, columns = names(table, edition, "zh")
        for row, cells in report[table].items():
            for column, value in cells.items():
                cell = f"{table}.{row}.{column}"
                number, text = _in_unit(cell, value)
                yield (
                    *head, edition, table, row, column,
                    rows.get(row, row), columns.get(column, column),
                    number, text, value.get("unit"), value["kind"], value["raw"],
                    cell in quality.in_error, cell in quality.should_be,
                    quality.should_be.get(cell), value.get("placed_by", "label"), value["at"],
                    read_by, _double(value.get("confidence")), *tail,
                )  # fmt: skip
    for left in report["left_over"]:
        table = left["table"]
        for raw in left["values"]:
            yield (
                *head, report["edition"].get(table), table, None, None, left["label"], None,
                None, None, None, LEFT_OVER, raw, False, False, None, None, left["at"],
                read_by, None, *tail,
            )  # fmt: skip


def wide_row(envelope: Envelope, occurrence: int | None) -> tuple[Scalar, ...] | None:
    """In the order of `wide_columns`; None for a document without a report."""
    report = envelope.get("report")
    if not report:
        return None
    quality = _Quality.of(envelope)
    values = {
        f"{table}.{row}.{column}": value
        for table in FORM.tables
        for row, cells in report[table].items()
        for column, value in cells.items()
    }
    kinds = [value["kind"] for value in values.values()]
    return (
        *_head(report, occurrence),
        *(report["edition"].get(table) for table in FORM.tables),
        quality.errors,
        quality.warnings,
        "; ".join(cell for cell in values if cell in quality.in_error),
        "; ".join(cell for cell in values if cell in quality.should_be),
        kinds.count("unreadable"),
        kinds.count("absent"),
        sum(value.get("placed_by") == "relations" for value in values.values()),
        len(report["left_over"]),
        envelope["document"].get("read_by"),
        *(_in_unit(cell.name, values[cell.name])[0] if cell.name in values else None
          for cell in _cells()),
        *_tail(envelope),
    )  # fmt: skip


def _head(report: Mapping[str, Any], occurrence: int | None) -> tuple[Scalar, ...]:
    region = report.get("region") or {}
    return (
        report["organ"], report.get("organ_key"), region.get("code"), region.get("name"),
        region.get("level"), report["year"], occurrence,
    )  # fmt: skip


def _tail(envelope: Envelope) -> tuple[Scalar, ...]:
    source = envelope["source"]
    return file_of(source), source.get("sha256"), envelope["engine"]["version"]


@dataclass(frozen=True, slots=True)
class _Quality:
    errors: int
    warnings: int
    in_error: frozenset[str]
    #: Of each cell that is most likely wrong, what it should be; None where that is not known.
    should_be: Mapping[str, str | None]

    @classmethod
    def of(cls, envelope: Envelope) -> _Quality:
        errors = [one for one in envelope["findings"] if one["severity"] == "error"]
        return cls(
            errors=len(errors),
            warnings=sum(one["severity"] == "warning" for one in envelope["findings"]),
            in_error=frozenset(cell for one in errors for cell in one["cells"]),
            should_be={
                suspect["cell"]: suspect["value"]
                for one in reversed(errors)
                for suspect in one["suspects"]
            },
        )


def _double(share: int | Decimal | None) -> float | None:
    return None if share is None else float(share)


def _in_unit(cell: str, value: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """The figure in the form's unit, as a double and in digits. Of a unit that is not the
    form's, neither."""
    number = value["value"]
    if number is None:
        return None, None
    unit = value.get("unit")
    exact = Decimal(number)
    if unit in IN_WAN:
        if not cell.endswith(".amount"):
            return None, None
        exact *= IN_WAN[unit]
    text = format(exact.normalize() if unit in IN_WAN else exact, "f")
    if len(text.lstrip("-0.").replace(".", "")) > _MOST_DIGITS:
        return None, text
    return float(exact), text
