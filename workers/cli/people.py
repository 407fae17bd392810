"""An envelope as lines for a person at a terminal: `told`.

A header line for the document, then two or three lines a finding: what is wrong, in which
cells (by the labels of the form, with their addresses), what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tasks.forms.annual_report import FORM
from tasks.render.result import Envelope
from workers.cli.harmless import harmless

#: Words by language. Findings and refusals bring their own.
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "error": "错误",
        "warning": "提示",
        "info": "说明",
        "clean": "未发现问题",
        "counts": "{errors} 处错误，{others} 处提示",
        "nothing": "不是政府信息公开工作年度报告（有 {tables} 个表格）",
        "refused": "无法处理（{code}）",
        "failed": "程序出错（{code}），请报告",
        "no_organ": "（未写明机关）",
        "no_year": "（未写明年度）",
        "year": "{year} 年度",
        "editions": "表式 {editions}",
        "where": "位置",
        "differ": "两处分别为 {expected} 与 {actual}，哪一处有误须人工核对",
        "suspect": "最可能有误：{cell}，应为 {value}",
        "one_of": "可能有误：{cell}，应为 {value}",
        "fill": "应填：{cells}",
        "others": "也可能是：{cells}",
        "other": "{cell} 应为 {value}",
        "page": "第{page}页",
        "table": "第{page}页表{table}",
        "only_table": "第{table}个表",
        "at": "{table}第{row}行第{column}列",
        "disclosure": "表二",
        "requests": "表三",
        "disputes": "表四",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "info": "note",
        "clean": "nothing found",
        "counts": "{errors} errors, {others} other findings",
        "nothing": "no annual report ({tables} tables)",
        "refused": "refused ({code})",
        "failed": "our program broke ({code}), please report it",
        "no_organ": "(no organ given)",
        "no_year": "(no year given)",
        "year": "{year}",
        "editions": "editions {editions}",
        "where": "where",
        "differ": "{expected} here and {actual} there: which is wrong, a person has to see",
        "suspect": "most likely wrong: {cell}, should be {value}",
        "one_of": "may be wrong: {cell}, should be {value}",
        "fill": "to be filled in: {cells}",
        "others": "or else: {cells}",
        "other": "{cell} should be {value}",
        "page": "page {page}",
        "table": "page {page} table {table}",
        "only_table": "table {table}",
        "at": "{table} row {row} column {column}",
        "disclosure": "table 二",
        "requests": "table 三",
        "disputes": "table 四",
    },
}
#: A finding that concerns more cells than this names the first ones.
MOST_CELLS = 4


def told(envelope: Envelope, language: str) -> str:
    """Lines, each with its end. `language` is a key of `WORDS`."""
    return "".join(f"{harmless(line)}\n" for line in _lines(envelope, language))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Names of cells of one report."""

    report: dict[str, Any]
    words: dict[str, str]
    #: `p3/t1/r4c5` -> the page on which that cell stands, where a table goes over pages
    pages: dict[str, int]

    def name(self, cell: str) -> str:
        """`表三 （一）予以公开 · 总计（第3页表1第7行第10列）`; the id itself where it is not of
        the form."""
        table, _, place = cell.partition(".")
        row, _, column = place.partition(".")
        try:
            edition = FORM.edition(table, self.report["edition"][table])
            lines = {(line.id, other.id): (line, other) for line, other in edition.fields()}
            row_line, column_line = lines[row, column]
        except KeyError:
            return cell
        # The remarks that the form prints into its labels are known to who fills it in.
        label = row_line.numbering + (row_line.label.partition("（")[0] or row_line.label)
        at = self._at(table, row, column)
        return f"{self.words[table]} {label} · {column_line.label}{f'（{at}）' if at else ''}"

    def _at(self, table: str, row: str, column: str) -> str | None:
        """Where a person finds the cell in the document."""
        value = self.report.get(table, {}).get(row, {}).get(column) or {}
        found = _ADDRESS.fullmatch(value.get("at") or "")
        if not found:
            return None
        page, number = found["page"], found["table"]
        table = self.words["table" if page else "only_table"].format(page=page, table=number)
        at = self.words["at"].format(table=table, row=found["row"], column=found["column"])
        later = self.pages.get(found[0])
        if page and later and later != int(page):
            return f"{at}，{self.words['page'].format(page=later)}"
        return at


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
    for finding in envelope.get("findings", ()):
        yield f"  [{words[finding['severity']]}] {finding[message]}（{finding['rule']}）"
        yield from (f"      {line}" for line in _details(finding, cells, words))


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
    ]
    if report["edition"]:
        editions = (f"{words[table]} {name}" for table, name in report["edition"].items())
        parts.append(words["editions"].format(editions="、".join(editions)))
    return "  ".join([*parts, _verdict(envelope["findings"], words)])


def _verdict(findings: list[dict[str, Any]], words: dict[str, str]) -> str:
    if not findings:
        return words["clean"]
    errors = sum(finding["severity"] == "error" for finding in findings)
    return words["counts"].format(errors=errors, others=len(findings) - errors)


def _details(finding: dict[str, Any], cells: _Cells, words: dict[str, str]) -> Iterator[str]:
    """Which cells: the suspected ones with their corrections, else those that don't agree."""
    suspects = finding["suspects"][: MOST_CELLS + 1]
    if not suspects:
        if finding["cells"]:
            yield f"{words['where']}：{_listed(map(cells.name, finding['cells']))}"
        if finding["expected"] is not None and finding["actual"] is not None:
            yield words["differ"].format(expected=finding["expected"], actual=finding["actual"])
        return
    named = [(cells.name(s["cell"]), s["value"] or "?") for s in suspects]
    should = [words["other"].format(cell=cell, value=value) for cell, value in named]
    if finding["expected"] is None:
        # nothing disagrees: these are all missing
        yield words["fill"].format(cells=_listed(should))
        return
    first = words["one_of" if len(named) > 1 else "suspect"]
    yield first.format(cell=named[0][0], value=named[0][1])
    if len(named) > 1:
        yield words["others"].format(cells=_listed(should[1:]))


def _listed(names: Iterable[str]) -> str:
    first = list(islice(names, MOST_CELLS + 1))
    return "；".join(first[:MOST_CELLS]) + ("；…" if len(first) > MOST_CELLS else "")
