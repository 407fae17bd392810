"""The list that people pass on as a file: CSV, a workbook, or one page to be printed. Pure.

A workbook and a page also have every file of the run with how it came out: whoever gets the
list wants to know that the others were looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import BinaryIO

import xlsxwriter
from jinja2 import Template

from tasks.render.book_file import book_in
from tasks.render.causes import causes
from tasks.render.coverage import outcome
from tasks.render.result import Envelope
from tasks.render.sentences import OUTCOMES, no_report_told, read_by_told, unread_told
from tasks.render.sheet import HEADS, Entry, Row, csv_lines
from tasks.render.source import file_of
from tasks.render.templating import environment
from tasks.render.xml_text import clean, row_height

ENDINGS = (".xlsx", ".csv", ".html")
EXAMPLE = "清单.xlsx"

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "政府信息公开工作年度报告勾稽核对清单",
        "findings": "问题清单",
        "files": "全部文件",
        "nothing": "没有发现需要更正的格。",
        "summary": "共 {files} 份，其中 {wrong} 份有错误；问题 {rows} 条。",
        "pending": "尚未处理完",
        "dismissed": "{n} 处经复核不是问题，未列入",
        "left_out": "另有 {n} 条问题未列入，见各文件自己的结果。",
        "then": "；",
        "errors": "错误",
        "warnings": "提示",
        "outcome": "结论",
        "why": "说明",
    },
    "en": {
        "title": "Disclosure reports: figures that don't tie",
        "findings": "findings",
        "files": "all files",
        "nothing": "No cell was found that needs to be mended.",
        "summary": "{files} files, {wrong} of them with errors; {rows} findings.",
        "pending": "still pending",
        "dismissed": "{n} findings were dismissed and are left out",
        "left_out": "{n} more findings are left out: they stand in the results of the files.",
        "then": "; ",
        "errors": "errors",
        "warnings": "warnings",
        "outcome": "outcome",
        "why": "why",
    },
}
#: In characters of half width; the last column takes long sentences.
_WIDTHS = (34, 26, 7, 7, 26, 16, 24, 12, 12, 16, 8, 60)
_FILE_WIDTHS = (44, 32, 8, 18, 8, 8, 60)
#: How wide the columns are on a page, and which of them are figures.
_CLASSES = (
    "file", "organ", "short", "short", "row", "few", "row", "number is", "number", "few", "short",
    "why",
)  # fmt: skip
_FILE_CLASSES = ("file", "organ", "short", "short", "number", "number", "why")
#: Outcomes that stand out.
_GRAVE = ("error", "failed", "refused")
#: Beyond so many digits a spreadsheet would show another number.
_MOST_DIGITS = 15
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FileRow:
    """How one file came out."""

    file: str
    organ: str | None
    year: int | None
    outcome: str
    #: What there is to mend, as everywhere that people are told: several relations that one
    #: wrong cell breaks are one.
    errors: int | None
    warnings: int | None
    why: str


def file_row(envelope: Envelope, language: str) -> FileRow:
    words, report, came = _WORDS[language], envelope.get("report") or {}, outcome(envelope)
    found = [one.severity for one in causes(envelope)]
    return FileRow(
        file=file_of(envelope["source"]),
        organ=report.get("organ"),
        year=report.get("year"),
        outcome=OUTCOMES[language][came],
        errors=found.count("error") if report else None,
        warnings=found.count("warning") if report else None,
        why=words["then"].join(filter(None, _told(envelope, language))),
    )


def _told(envelope: Envelope, language: str) -> tuple[str, ...]:
    words, report = _WORDS[language], envelope.get("report") or {}
    read_by = read_by_told(envelope, language)
    if nothing := no_report_told(envelope, language):
        return nothing, read_by
    dismissed = envelope.get("dismissed")
    return (
        unread_told(report, language)[0],
        words["dismissed"].format(n=dismissed) if dismissed else "",
        read_by,
    )


def waiting_row(file: str, language: str) -> FileRow:
    """Of a file that has no result yet."""
    words = _WORDS[language]
    return FileRow(
        file=file,
        organ=None,
        year=None,
        outcome=words["pending"],
        errors=None,
        warnings=None,
        why="",
    )


def write_list(
    file: BinaryIO,
    ending: str,
    rows: Sequence[Row],
    files: Sequence[FileRow],
    language: str,
    *,
    left_out: int = 0,
) -> None:
    """`left_out`: so many rows there are besides, which is said in the last one."""
    found = len(rows) + left_out
    if left_out:
        said = _WORDS[language]["left_out"].format(n=left_out)
        rows = [*rows, Row(file="", organ=None, year=None, why=said)]
    if ending == ".csv":
        for line in csv_lines(rows, language):
            file.write(line.encode("utf-8", "replace"))
    elif ending == ".xlsx":
        _write_workbook(file, rows, files, language)
    else:
        file.write(_page(rows, files, language, found).encode("utf-8", "replace"))


def _file_heads(language: str) -> tuple[str, ...]:
    words = _WORDS[language]
    return (
        *HEADS[language][:3], words["outcome"], words["errors"], words["warnings"], words["why"],
    )  # fmt: skip


def _write_workbook(
    file: BinaryIO, rows: Sequence[Row], files: Sequence[FileRow], language: str
) -> None:
    words = _WORDS[language]
    with book_in(file, in_memory=True) as book:
        book.set_properties({"title": words["title"], "created": _EPOCH})
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        wrong = book.add_format(
            {"text_wrap": True, "valign": "top", "border": 1, "font_color": "#9C0006"}
        )
        head = book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "valign": "vcenter"}
        )
        graves = {OUTCOMES[language][one] for one in _GRAVE} | {HEADS[language][7]}
        for name, heads, widths, listed in (
            (words["findings"], HEADS[language], _WIDTHS, [astuple(row) for row in rows]),
            (words["files"], _file_heads(language), _FILE_WIDTHS, [astuple(one) for one in files]),
        ):
            sheet = book.add_worksheet(name)
            for column, (text, width) in enumerate(zip(heads, widths, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(0, column, text, head)
            for number, entries in enumerate(listed, 1):
                sheet.set_row(number, row_height(entries, widths))
                for column, entry in enumerate(entries):
                    grave = column in (3, 7) and entry in graves
                    _write(sheet, number, column, entry, wrong if grave else plain)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(1, len(listed)), len(heads) - 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            sheet.set_footer("&C&P / &N")


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, entry: Entry,
           look: xlsxwriter.format.Format) -> None:  # fmt: skip
    if entry is None or entry == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(entry, str):
        sheet.write_string(row, column, clean(entry), look)
    elif len(str(abs(entry)).replace(".", "").strip("0")) > _MOST_DIGITS:
        sheet.write_string(row, column, _digits(entry), look)
    else:
        sheet.write_number(row, column, entry, look)


def _page(rows: Sequence[Row], files: Sequence[FileRow], language: str, found: int) -> str:
    words = _WORDS[language]
    wrong = sum(one.outcome == OUTCOMES[language]["error"] for one in files)
    return _template().render(
        words=words,
        lang="zh-CN" if language == "zh" else "en",
        summary=words["summary"].format(files=len(files), wrong=wrong, rows=found),
        heads=HEADS[language],
        classes=_CLASSES,
        file_classes=_FILE_CLASSES,
        rows=[_shown(astuple(row)) for row in rows],
        file_heads=_file_heads(language),
        files=[_shown(astuple(one)) for one in files],
    )


def _shown(entries: Iterable[Entry]) -> list[str]:
    return [
        "" if entry is None else clean(entry) if isinstance(entry, str) else _digits(entry)
        for entry in entries
    ]


def _digits(entry: int | Decimal) -> str:
    """Never an exponent."""
    return format(entry, "f") if isinstance(entry, Decimal) else str(entry)


@cache
def _template() -> Template:
    return environment("tasks.render").get_template("list.html")
