"""The list that people pass on: one row a suspected cell, or a finding that suspects none.

    envelopes -> rows -> lines of CSV

A report without a finding has no row. Source of what is quoted: OWASP, CSV injection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tasks.render.causes import Cause, causes
from tasks.render.cells import Cells
from tasks.render.coverage import BATCH, outcome
from tasks.render.result import Envelope
from tasks.render.sentences import (
    OUTCOMES,
    message_of,
    no_report_told,
    sentences,
    unread_told,
)
from tasks.render.source import file_of
from tasks.render.xml_text import fitting

#: Excel takes a file without it for one in the encoding of its system.
BYTE_ORDER_MARK = "\ufeff"
#: A text that begins so would be computed when it is opened; wide forms likewise in Asian
#: versions.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

HEADS: dict[str, tuple[str, ...]] = {
    "zh": (
        "文件", "机关", "年度", "表", "行", "列", "位置", "现为", "应为", "判断", "类别", "说明",
    ),
    "en": (
        "file", "organ", "year", "table", "row", "column", "place", "is", "should be",
        "verdict", "kind", "why",
    ),
}  # fmt: skip
_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "error": "错误",
        "warning": "提示",
        "info": "说明",
        "likely": "最可能有误",
        "one_of": "{n} 格中有一格有误",
        "fill": "应填",
        "blank": "（未填）",
        "unreadable": "（读不出）",
        "absent": "（文中没有）",
        "then": "；",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "info": "note",
        "likely": "most likely wrong",
        "one_of": "one of {n} cells is wrong",
        "fill": "to be filled in",
        "blank": "(blank)",
        "unreadable": "(unreadable)",
        "absent": "(not there)",
        "then": "; ",
    },
}

#: What stands in one cell of the list; numbers are typed.
Entry = str | int | Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """In the order of `HEADS`."""

    file: str
    organ: str | None
    year: int | None
    table: str = ""
    row: str = ""
    column: str = ""
    place: str = ""
    now: Entry = None
    should: Entry = None
    verdict: str = ""
    kind: str = ""
    why: str = ""


def rows(envelope: Envelope, language: str, *, notes: bool = False) -> Iterator[Row]:
    """What there is to mend in one document; `notes`: also what is only to be known. Nothing in
    an archive or a mail itself: its members have rows of their own."""
    if outcome(envelope) == BATCH:
        return
    words, report = _WORDS[language], envelope.get("report") or {}
    file = file_of(envelope["source"])
    about: dict[str, Any] = {"file": file, "organ": report.get("organ"), "year": report.get("year")}
    if nothing := no_report_told(envelope, language):
        status = envelope["status"]
        kind = words["warning"] if status == "done" else OUTCOMES[language][status]
        said = envelope.get("refusal") or envelope.get("error")
        yield Row(**about, kind=kind, why=message_of(said, language) if said else nothing)
        return
    unread, poor = unread_told(report, language)
    if poor:
        yield Row(**about, kind=words["warning"], why=unread)
    cells = Cells(envelope, language)
    for cause in causes(envelope, notes=notes):
        why = words["then"].join(sentences(cause, cells, language))
        for cell in _of_cause(cause, cells, words):
            yield Row(**about, **cell, kind=words[cause.severity], why=why)


def _of_cause(cause: Cause, cells: Cells, words: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The columns about the cell, for each one that is suspected or named."""
    suspects = cause.suspects
    if suspects:
        verdict = words["likely"]
        if cause.is_to_be_filled_in:
            verdict = words["fill"]
        elif len(suspects) > 1:
            verdict = words["one_of"].format(n=len(suspects))
        for suspect in suspects:
            should = _typed(suspect["value"])
            yield _cell(suspect["cell"], cells, words) | {"should": should, "verdict": verdict}
        return
    named = cause.findings[0]["cells"]
    if len(named) == 1:
        yield _cell(named[0], cells, words)
    else:
        yield {"place": cells.listed(named) if named else ""}


def _cell(cell: str, cells: Cells, words: dict[str, str]) -> dict[str, Any]:
    labels = cells.labels(cell)
    if labels is None:
        return {"place": cell}
    table, row, column = labels
    value = cells.value(cell)
    now: Entry = value.get("value")
    if now is None:
        raw, kind = str(value.get("raw") or "").strip(), value.get("kind")
        now = raw or words[kind if kind in ("unreadable", "absent") else "blank"]
    return {
        "table": table,
        "row": row,
        "column": column,
        "place": cells.place(cell),
        "now": now,
    }


def _typed(value: str | None) -> Entry:
    """A figure as a number, anything else as the text that it is."""
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return value
    return number if number.is_finite() else value


def csv_lines(listed: Iterable[Row], language: str) -> Iterator[str]:
    """Lines of CSV with their ends, the heads and the byte order mark before them."""
    yield BYTE_ORDER_MARK + csv_line(HEADS[language])
    for row in listed:
        yield csv_line(astuple(row))


def csv_line(entries: Iterable[Entry]) -> str:
    """With its end, and nothing in it that a program would compute."""
    return ",".join(map(_written, entries)) + "\r\n"


def _written(entry: Entry) -> str:
    """A number bare; a text in quotes, and one that a program would compute as plain text."""
    if entry is None:
        return ""
    if not isinstance(entry, str):
        return format(entry, "f") if isinstance(entry, Decimal) else str(entry)
    text = "".join(letter for letter in entry if letter >= " " or letter in "\t\n\r")
    if text.startswith(_BEGINS_A_FORMULA):
        text = "'" + text
    text = fitting(text)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if text else ""
