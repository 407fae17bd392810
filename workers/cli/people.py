"""An envelope as lines for a person at a terminal: `told`.

A header line for the document, then a few lines a finding: what is wrong, in which cells (by
the labels of the form, with their places), what it should be. Relations that one wrong cell
breaks are told together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.forms.annual_report import FORM, TABLE_NAMES
from tasks.render.result import Envelope
from workers.cli.harmless import harmless

Found = dict[str, Any]

#: Words by language. Findings and refusals bring their own.
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "error": "错误",
        "warning": "提示",
        "info": "说明",
        "clean": "未发现问题",
        "count": "{n} 处{severity}",
        "nothing": "不是政府信息公开工作年度报告（有 {tables} 个表格）",
        "refused": "无法处理（{code}）",
        "failed": "程序出错（{code}），请报告",
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
        "page": "第 {page} 页",
        "table": "第 {page} 页表 {table}，",
        "only_table": "第 {table} 个表",
        "row": "第 {row} 行",
        "column": "第 {column} 列",
        "from_to": "{first}至{last}",
        "cell": "{table}“{row}”的“{column}”{place}",
        "whole_row": "{table}“{line}”一行",
        "whole_column": "{table}“{line}”一栏",
        "many": "{table}，共 {n} 格",
        "place": "（{at}）",
        "and": "、",
        "then": "；",
        "more": "；等 {n} 处",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "info": "note",
        "clean": "nothing found",
        "count": "{severity}: {n}",
        "nothing": "no annual report ({tables} tables)",
        "refused": "refused ({code})",
        "failed": "our program broke ({code}), please report it",
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
        "page": "page {page}",
        "table": "page {page} table {table}",
        "only_table": "table {table}",
        "row": " row {row}",
        "column": " column {column}",
        "from_to": "{first} to{last}",
        "cell": "{table} {row} · {column}{place}",
        "whole_row": "{table} row {line}",
        "whole_column": "{table} column {line}",
        "many": "{table}, {n} cells",
        "place": " ({at})",
        "and": ", ",
        "then": "; ",
        "more": "; {n} in all",
    },
}
#: A finding that concerns more cells than this names the first ones.
MOST_CELLS = 4


def told(envelope: Envelope, language: str) -> str:
    """Lines, each with its end. `language` is a key of `WORDS`."""
    return "".join(f"{harmless(line)}\n" for line in _lines(envelope, language))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Names and places of the cells of one report."""

    report: dict[str, Any]
    words: dict[str, str]
    #: `p3/t1/r4c5` -> the page on which that cell stands, where a table goes over pages
    pages: dict[str, int]

    def name(self, cell: str) -> str:
        """`表三“三（一）予以公开”的“总计”（第 3 页表 1 第 7 行第 10 列）`; the id itself where it
        is not of the form."""
        table, _, place = cell.partition(".")
        row, _, column = place.partition(".")
        names = self._names(table)
        if row not in names or column not in names:
            return cell
        at = self._at(cell)
        return self.words["cell"].format(
            table=TABLE_NAMES[table],
            row=names[row],
            column=names[column],
            place=self.words["place"].format(at=at) if at else "",
        )

    def _names(self, table: str) -> dict[str, str]:
        """Id of a row or column -> how people cite it; none for what is not of the form."""
        try:
            edition = FORM.edition(table, self.report["edition"][table])
        except KeyError:
            return {}
        return {line.id: line.name for pair in edition.fields() for line in pair}

    def value(self, cell: str) -> dict[str, Any]:
        table, row, column = [*cell.split("."), "", ""][:3]
        return self.report.get(table, {}).get(row, {}).get(column) or {}

    def _at(self, cell: str) -> str | None:
        """Where a person finds the cell in the document."""
        found = _ADDRESS.fullmatch(self.value(cell).get("at") or "")
        if not found:
            return None
        row = self.words["row"].format(row=found["row"])
        column = self.words["column"].format(column=found["column"])
        at = f"{self._table(found)}{row}{column}"
        later = self.pages.get(found[0])
        if found["page"] and later and later != int(found["page"]):
            return f"{at}{self.words['and']}{self.words['page'].format(page=later)}"
        return at

    def _table(self, found: re.Match[str]) -> str:
        words = self.words["table" if found["page"] else "only_table"]
        return words.format(page=found["page"], table=found["table"])

    def listed(self, cells: Sequence[str]) -> str:
        """The names of a few cells, or the line that many of them stand in."""
        if len(cells) > MOST_CELLS:
            return self._line_of(cells) or self._summed_up(cells)
        return self.words["then"].join(map(self.name, cells))

    def _summed_up(self, cells: Sequence[str]) -> str:
        """Of cells without places: the one line of the form, or how many there are."""
        tables, rows, columns = (
            set(ids) for ids in zip(*(c.split(".") for c in cells), strict=True)
        )
        if len(tables) > 1:
            return _listed([self.name(cell) for cell in cells], self.words)
        table = tables.pop()
        names = self._names(table)
        for words, lines in (("whole_row", rows), ("whole_column", columns)):
            if len(lines) == 1 and (line := lines.pop()) in names:
                return self.words[words].format(table=TABLE_NAMES[table], line=names[line])
        return self.words["many"].format(table=TABLE_NAMES.get(table, table), n=len(cells))

    def _line_of(self, cells: Sequence[str]) -> str | None:
        """`第 2 个表第 4 列第 6 行至第 27 行`; None where the cells are in no one line."""
        found = [_ADDRESS.fullmatch(self.value(cell).get("at") or "") for cell in cells]
        places = [one for one in found if one]
        if len(places) < len(cells) or len({self._table(one) for one in places}) > 1:
            return None
        spans = {
            axis: self._span(axis, sorted({int(one[axis]) for one in places}))
            for axis in ("row", "column")
        }
        if len({one["column"] for one in places}) == 1:
            return self._table(places[0]) + spans["column"] + spans["row"]
        if len({one["row"] for one in places}) == 1:
            return self._table(places[0]) + spans["row"] + spans["column"]
        return None

    def _span(self, axis: str, numbers: Sequence[int]) -> str:
        first, last = (self.words[axis].format(**{axis: n}) for n in (numbers[0], numbers[-1]))
        if first == last:
            return first
        return self.words["from_to"].format(first=first, last=last)


#: The address of a cell: `p3/t1/r4c5`, or `t2/r4c5` where there are no pages.
_ADDRESS = re.compile(r"(?:p(?P<page>\d+)/)?t(?P<table>\d+)/r(?P<row>\d+)c(?P<column>\d+)")


def _pages(envelope: Envelope) -> dict[str, int]:
    return {
        f"{table['id']}/r{cell['row'] + 1}c{cell['column'] + 1}": cell["where"]["page"]
        for table in envelope.get("tables", ())
        for cell in table["cells"]
        if cell["where"].get("page")
    }


def _lines(envelope: Envelope, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield f"{envelope['source']['name']}: {_header(envelope, words)}"
    message = "message" if language == "zh" else "message_en"
    if refusal := envelope.get("refusal"):
        yield f"  {refusal.get(message) or refusal['message']}"
    if error := envelope.get("error"):
        yield f"  {error['message']}"
    cells = _Cells(envelope.get("report") or {}, words, _pages(envelope))
    for together in _together(envelope.get("findings", ())):
        mark = f"  [{words[together[0]['severity']]}] "
        yield mark + together[0][message]
        yield from (f"{_INDENT}{finding[message]}" for finding in together[1:])
        yield from (f"{_INDENT}{line}" for line in _details(together[0], cells, words))


_INDENT = " " * 6


def _together(findings: Sequence[Found]) -> list[list[Found]]:
    """Findings that suspect one and the same cell, and no other, are one for a person."""
    groups: dict[tuple[object, ...], list[Found]] = {}
    for number, finding in enumerate(findings):
        one = finding["suspects"][0] if len(finding["suspects"]) == 1 else None
        what = (one["cell"], one["value"]) if one else (number,)
        groups.setdefault((finding["severity"], *what), []).append(finding)
    return list(groups.values())


def _header(envelope: Envelope, words: dict[str, str]) -> str:
    if envelope["status"] != "done":
        cause = envelope.get("refusal") or envelope.get("error") or {}
        return words[envelope["status"]].format(code=cause.get("code") or cause.get("type"))
    report = envelope["report"]
    if report is None:
        return words["nothing"].format(tables=len(envelope["tables"]))
    parts = [
        report["organ"] or words["no_organ"],
        words["year"].format(year=report["year"]) if report["year"] else words["no_year"],
        _editions(report["edition"], words),
        _verdict(envelope["findings"], words),
    ]
    return "  ".join(part for part in parts if part)


def _editions(editions: dict[str, str | None], words: dict[str, str]) -> str:
    """One for all; each where they differ. 表四 is the same in all of them."""
    found = {table: name for table, name in editions.items() if name and table != "disputes"}
    if len(set(found.values())) == 1:
        return words["edition"].format(edition=next(iter(found.values())))
    return words["and"].join(
        words["editions"].format(table=TABLE_NAMES[table], edition=name)
        for table, name in found.items()
    )


def _verdict(findings: Sequence[Found], words: dict[str, str]) -> str:
    if not findings:
        return words["clean"]
    counted = Counter(together[0]["severity"] for together in _together(findings))
    return words["and"].join(
        words["count"].format(n=counted[severity], severity=words[severity])
        for severity in ("error", "warning", "info")
        if counted[severity]
    )


def _details(finding: Found, cells: _Cells, words: dict[str, str]) -> Iterator[str]:
    """Which cells: the suspected ones with their corrections, else those that don't agree."""
    suspects = finding["suspects"]
    if not suspects:
        if finding["cells"]:
            yield words["where"].format(cells=cells.listed(finding["cells"]))
        return
    named = [(cells.name(s["cell"]), s["value"] or "?") for s in suspects]
    should = [words["other"].format(cell=cell, value=value) for cell, value in named]
    if finding["expected"] is None:
        # nothing disagrees: these are all missing
        yield words["fill"].format(cells=_listed(should, words))
        return
    first = words["one_of" if len(named) > 1 else "suspect"]
    now = _now(cells.value(suspects[0]["cell"]), words)
    yield first.format(cell=named[0][0], value=named[0][1], now=now)
    if len(named) > 1:
        yield words["others"].format(cells=_listed(should[1:], words))


def _now(value: dict[str, Any], words: dict[str, str]) -> str:
    """What stands in the cell."""
    if value.get("kind") == "number":
        return words["now"].format(value=value["value"])
    return words["now_blank"] if value.get("kind") in ("blank", "dash") else ""


def _listed(names: Sequence[str], words: dict[str, str]) -> str:
    more = words["more"].format(n=len(names)) if len(names) > MOST_CELLS else ""
    return words["then"].join(names[:MOST_CELLS]) + more
