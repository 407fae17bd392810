"""An envelope as lines for a person at a terminal: `told`.

A header line for the document, then a few lines a cause: what is wrong, in which cells (by
the labels of the form, with their places), what it should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tasks.render.causes import Cause, Found, causes
from tasks.render.cells import Cells
from tasks.render.names import table_name
from tasks.render.result import Envelope
from tasks.render.sentences import (
    message_of,
    no_report_told,
    outcome_told,
    read_by_told,
    sentences,
    unread_told,
)
from tasks.render.source import file_of
from workers.cli.columns import folded
from workers.cli.harmless import harmless

#: Words by language. Findings and refusals bring their own.
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "error": "错误",
        "warning": "提示",
        "info": "说明",
        "clean": "未发现问题",
        "count": "{n} 处{severity}",
        "no_organ": "（未写明机关）",
        "no_year": "（未写明年度）",
        "year": "{year} 年度",
        "edition": "{edition} 年版表样",
        "editions": "{table}用 {edition} 年版表样",
        "where": "位置：{cells}",
        "suspect": "最可能有误：{cell}，{now}应为 {value}",
        "one_of": "可能有误：{cell}，{now}应为 {value}",
        "now": "现为 {value}，",
        "now_blank": "现未填，",
        "fill": "应填：{cells}",
        "others": "也可能是：{cells}",
        "other": "{cell}应为 {value}",
        "and": "、",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "info": "note",
        "clean": "nothing found",
        "count": "{severity}: {n}",
        "no_organ": "(no organ given)",
        "no_year": "(no year given)",
        "year": "{year}",
        "edition": "edition {edition}",
        "editions": "{table} edition {edition}",
        "where": "where: {cells}",
        "suspect": "most likely wrong: {cell}, {now}should be {value}",
        "one_of": "may be wrong: {cell}, {now}should be {value}",
        "now": "now {value}, ",
        "now_blank": "now blank, ",
        "fill": "to be filled in: {cells}",
        "others": "or else: {cells}",
        "other": "{cell} should be {value}",
        "and": ", ",
    },
}
_INDENT = " " * 6


def told(
    envelope: Envelope, language: str, *, notes: bool = True, columns: int | None = None
) -> str:
    """Lines, each with its end. `language` is a key of `WORDS`; `notes`: also what is no fault
    and no doubt; `columns`: fold longer lines."""
    lines = [harmless(line) for line in _lines(envelope, language, notes)]
    if columns:
        lines = [part for line in lines for part in folded(line, columns, _INDENT)]
    return "".join(f"{line}\n" for line in lines)


def _lines(envelope: Envelope, language: str, notes: bool) -> Iterator[str]:
    words, cells = WORDS[language], Cells(envelope, language)
    found = causes(envelope, notes=notes)
    yield f"{file_of(envelope['source'])}: {_header(envelope, found, language)}"
    if said := envelope.get("refusal") or envelope.get("error"):
        yield f"  {message_of(said, language)}"
    for member in envelope.get("members", ()):
        named = f"{member['member']}{_whose(member, language)}"
        yield f"  [{outcome_told(member, language)}] {named}"
    for cause in found:
        first, *more = sentences(cause, cells, language)
        yield f"  [{words[cause.severity]}] {first}"
        yield from (f"{_INDENT}{line}" for line in (*more, *_details(cause, cells, words)))


def _whose(member: dict[str, Any], language: str) -> str:
    organ, year = member.get("organ"), member.get("year")
    told = "  ".join(
        filter(
            None,
            (
                organ,
                WORDS[language]["year"].format(year=year) if year else "",
                read_by_told(member, language),
            ),
        )
    )
    return f"  {told}" if told else ""


def _header(envelope: Envelope, found: Sequence[Cause], language: str) -> str:
    if nothing := no_report_told(envelope, language):
        return "  ".join(filter(None, (nothing, read_by_told(envelope, language))))
    words, report = WORDS[language], envelope["report"]
    parts = [
        report["organ"] or words["no_organ"],
        words["year"].format(year=report["year"]) if report["year"] else words["no_year"],
        _editions(report["edition"], language),
        read_by_told(envelope, language),
        _verdict(report, found, language),
    ]
    return "  ".join(part for part in parts if part)


def _editions(editions: dict[str, str | None], language: str) -> str:
    """One for all; each where they differ. 表四 is the same in all of them."""
    words = WORDS[language]
    found = {table: name for table, name in editions.items() if name and table != "disputes"}
    if len(set(found.values())) == 1:
        return words["edition"].format(edition=next(iter(found.values())))
    return words["and"].join(
        words["editions"].format(table=table_name(table, language), edition=name)
        for table, name in found.items()
    )


def _verdict(report: dict[str, Any], found: Sequence[Cause], language: str) -> str:
    """What was found, and what could not be looked at: a report is clean only as far as it
    was read."""
    words = WORDS[language]
    counted = Counter(cause.severity for cause in found)
    said = [
        words["count"].format(n=counted[severity], severity=words[severity])
        for severity in ("error", "warning", "info")
        if counted[severity]
    ]
    unread, poor = unread_told(report, language)
    if poor:
        return "  ".join(part for part in (words["and"].join(said), unread) if part)
    return words["and"].join([*(said or [words["clean"]]), *([unread] if unread else [])])


def _details(cause: Cause, cells: Cells, words: dict[str, str]) -> Iterator[str]:
    """Which cells: the suspected ones with their corrections, else those that don't agree."""
    suspects, finding = cause.suspects, cause.findings[0]
    if not suspects:
        if finding["cells"]:
            yield words["where"].format(cells=cells.listed(finding["cells"]))
        return
    named = [(cells.name(s["cell"]), s["value"] or "?") for s in suspects]
    should = [words["other"].format(cell=cell, value=value) for cell, value in named]
    if cause.is_to_be_filled_in:
        yield words["fill"].format(cells=cells.first_of(should))
        return
    first = words["one_of" if len(named) > 1 else "suspect"]
    now = _now(cells.value(suspects[0]["cell"]), words)
    yield first.format(cell=named[0][0], value=named[0][1], now=now)
    if len(named) > 1:
        yield words["others"].format(cells=cells.first_of(should[1:]))


def _now(value: Found, words: dict[str, str]) -> str:
    """What stands in the cell."""
    if value.get("kind") == "number":
        return words["now"].format(value=value["value"])
    return words["now_blank"] if value.get("kind") in ("blank", "dash") else ""
