"""What is said of causes and of what was not read, in Chinese and in English."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tasks.render.causes import Cause
from tasks.render.cells import Cells
from tasks.render.coverage import Coverage, coverage
from tasks.render.names import table_name
from tasks.render.result import READ_BY_OCR

#: Of a document that was.
_READ_BY = {"zh": "读自扫描件", "en": "read from a scan"}
_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "unread": "{unread} 格读不出或文中没有，未核对",
        "poor": "多处未能核对（{tables}）",
        "poor_table": "{table}有 {unread} 格读不出或文中没有，共 {cells} 格",
        "no_table": "没有{table}",
        "blank_row": "{table}“{line}”一行有 {n} 格没有填写",
        "blank_column": "{table}“{line}”一栏有 {n} 格没有填写",
        "zero_row": "{table}“{line}”一行有 {n} 格没有填写或填了 0",
        "zero_column": "{table}“{line}”一栏有 {n} 格没有填写或填了 0",
        "nothing": "不是政府信息公开工作年度报告（有 {tables} 个表格）",
        "batch": "内有 {n} 份文件：{counts}",
        "empty_batch": "内有 0 份文件",
        "refused": "无法处理（{code}）",
        "failed": "程序出错（{code}），请报告",
        "and": "、",
        "times": "（共 {n} 处）",
    },
    "en": {
        "unread": "{unread} cells not read and not checked",
        "poor": "much could not be checked ({tables})",
        "poor_table": "{table}: {unread} of {cells} cells unreadable or not there",
        "no_table": "no table of {table}",
        "blank_row": "{table}, row {line}: {n} cells are blank",
        "blank_column": "{table}, column {line}: {n} cells are blank",
        "zero_row": "{table}, row {line}: {n} cells are blank or 0",
        "zero_column": "{table}, column {line}: {n} cells are blank or 0",
        "nothing": "no annual report ({tables} tables)",
        "batch": "{n} files in it: {counts}",
        "empty_batch": "no file in it",
        "refused": "refused ({code})",
        "failed": "our program broke ({code}), please report it",
        "and": ", ",
        "times": " ({n} times)",
    },
}


def read_by_told(envelope: dict[str, Any], language: str) -> str:
    """That the figures were read from pixels, of a document or of a member of an archive's; "" of
    any other."""
    about = envelope.get("document") or envelope
    return _READ_BY[language] if about.get("read_by") == READ_BY_OCR else ""


def message_of(told: dict[str, Any], language: str) -> str:
    """Of a finding or a refusal; records of early versions have no English."""
    return str(told["message"] if language == "zh" else told.get("message_en") or told["message"])


def no_report_told(envelope: dict[str, Any], language: str) -> str | None:
    """Why there is nothing to check; None where there is a report."""
    words = _WORDS[language]
    if envelope["status"] != "done":
        cause = envelope.get("refusal") or envelope.get("error") or {}
        return words[envelope["status"]].format(code=cause.get("code") or cause.get("type"))
    if "members" in envelope:
        return _batch_told(envelope["members"], language)
    if envelope["report"] is None:
        return words["nothing"].format(tables=len(envelope["tables"]))
    return None


#: What a document came to (`coverage.outcome`), the gravest first.
OUTCOMES: dict[str, dict[str, str]] = {
    "zh": {
        "failed": "程序出错",
        "refused": "无法处理",
        "error": "有错误",
        "poor": "多处未能核对",
        "warning": "有提示",
        "nothing": "不是年度报告",
        "clean": "未发现问题",
        "batch": "内有多份文件",
    },
    "en": {
        "failed": "our program broke",
        "refused": "refused",
        "error": "with errors",
        "poor": "much not checked",
        "warning": "with warnings",
        "nothing": "no annual report",
        "clean": "nothing found",
        "batch": "several files in it",
    },
}


def outcome_told(member: dict[str, Any], language: str) -> str:
    """Of one of the `members` of an archive's record."""
    came = member.get("outcome")
    return OUTCOMES[language].get(came if isinstance(came, str) else "", str(member["status"]))


def _batch_told(members: list[dict[str, Any]], language: str) -> str:
    words = _WORDS[language]
    came = Counter(outcome_told(one, language) for one in members)
    in_order = [name for name in OUTCOMES[language].values() if name in came]
    counts = words["and"].join(f"{name} {came[name]}" for name in in_order)
    return words["batch"].format(n=len(members), counts=counts) if members else words["empty_batch"]


def sentences(cause: Cause, cells: Cells, language: str) -> list[str]:
    """What is wrong: the findings' own words, or one sentence for a line left blank."""
    if cause.line is None:
        said = Counter(message_of(finding, language) for finding in cause.findings)
        times = _WORDS[language]["times"]
        return [text + times.format(n=n) if n > 1 else text for text, n in said.items()]
    table, axis, line = cause.line
    suspects = cause.suspects
    zero = any(cells.value(suspect["cell"]).get("kind") == "number" for suspect in suspects)
    words = _WORDS[language][f"{'zero' if zero else 'blank'}_{axis}"]
    named, of = cells.line(table, axis, line)
    return [words.format(table=named, line=of, n=len(suspects))]


def unread_told(report: dict[str, Any], language: str) -> tuple[str, bool]:
    """What is said of the cells that were not read, "" where all were, and whether they are
    many."""
    words, tables = _WORDS[language], coverage(report)
    poor = [_poor_told(one, language) for one in tables if one.is_poor]
    if poor:
        return words["poor"].format(tables=words["and"].join(poor)), True
    unread = sum(one.unread for one in tables)
    return (words["unread"].format(unread=unread) if unread else ""), False


def _poor_told(one: Coverage, language: str) -> str:
    words = _WORDS[language]["no_table" if one.unread == one.cells else "poor_table"]
    table = table_name(one.table, language)
    return words.format(table=table, unread=one.unread, cells=one.cells)
