"""Figures of the text against the tables, each with the sentence that says them.

The verbs are kept apart: 收到 is not 办结, and 受理 may count what was carried over. A figure
is compared as certain only where its clause speaks of the organ itself and of the year
reported on, and of nothing but this field; everything else is a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from tasks.check.relations import cell_value
from tasks.model.document import Document, Paragraph
from tasks.model.report import Finding, Kind, Report, Severity
from tasks.recognise.amounts import han_to_int
from tasks.recognise.labels import key, plain

_N = (
    r"(?P<n>\d[\d,]*|[零〇一二两三四五六七八九十百千]+)\s*"
    r"(?:余)?(?:件次|件|条|份|宗|起|例|人次|次|个)"
)
_OF = (
    r"(?:(?:政府)?信息公开|依申请公开(?:政府信息)?|公开政府信息|政府信息|群众|公民|的|各类|有效)"
    r"{0,4}"
)
_APPLICATION = rf"{_OF}申请(?:书|表|公开)?(?:事项|数量|总数|件数)?"
_ABOUT = r"(?:共计|总计|合计|累计|共有|共|为|计|数量|总数|案件|事项|件数|[:：])*\s*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A way in which texts tell a figure of the tables."""

    field: str
    #: What the figure is, for people.
    name: str
    pattern: re.Pattern[str]
    #: The cells whose sum it should be.
    cells: tuple[str, ...]
    #: Other cells whose sum it may be as well.
    also: tuple[tuple[str, ...], ...] = ()
    #: Whether the words can mean nothing else.
    sure: bool = True


def _total(*rows: str) -> tuple[str, ...]:
    return tuple(f"requests.{row}.total" for row in rows)


def _group(prefix: str) -> tuple[str, ...]:
    return (f"requests.{prefix}*.total",)


_NEW = _total("new")
_ALL = _total("new", "carried_over")
_DONE = _total("processed_total")

TELLINGS = (
    Telling(
        field="received",
        name="本年新收申请",
        pattern=re.compile(rf"(?:收到|新收|接收|收取)(?:了|到|的)?{_APPLICATION}{_ABOUT}{_N}"),
        cells=_NEW,
        also=(_ALL,),
    ),
    Telling(
        field="received",
        name="本年新收申请",
        pattern=re.compile(rf"(?:受理|登记|接到){_ABOUT}{_APPLICATION}{_ABOUT}{_N}"),
        cells=_NEW,
        also=(_ALL, _DONE),
        sure=False,
    ),
    Telling(
        field="received",
        name="本年新收申请",
        pattern=re.compile(
            rf"(?P<n>未)(?:曾|有)?(?:收到|接到|受理)(?:过)?{_APPLICATION}(?!.{{0,6}}复议|.{{0,6}}诉讼)"
        ),
        cells=_NEW,
    ),
    Telling(
        field="carried_over",
        name="上年结转申请",
        pattern=re.compile(rf"上(?:一)?年度?结转(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_total("carried_over"),
    ),
    Telling(
        field="answered",
        name="本年办结申请",
        pattern=re.compile(rf"(?:办结|办理完毕|处理完毕)(?:了|的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_DONE,
        also=(_ALL,),
    ),
    Telling(
        field="answered",
        name="本年办结申请",
        pattern=re.compile(
            rf"(?:答复|回复|(?<!继续)办理)(?:了|的)?{_ABOUT}(?:{_APPLICATION})?{_ABOUT}{_N}"
        ),
        cells=_DONE,
        also=(_ALL, _NEW),
        sure=False,
    ),
    Telling(
        field="granted",
        name="予以公开",
        pattern=re.compile(rf"(?<!不)予以公开(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_total("granted"),
    ),
    Telling(
        field="partly_granted",
        name="部分公开",
        pattern=re.compile(rf"部分公开(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_total("partly_granted"),
    ),
    Telling(
        field="denied",
        name="不予公开",
        pattern=re.compile(rf"不予公开(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_group("denied_"),
    ),
    Telling(
        field="unavailable",
        name="无法提供",
        pattern=re.compile(rf"无法提供(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_group("unavailable_"),
    ),
    Telling(
        field="rejected",
        name="不予处理",
        pattern=re.compile(rf"不予处理(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_group("rejected_"),
    ),
    Telling(
        field="other",
        name="其他处理",
        pattern=re.compile(rf"其他处理(?:的)?(?:{_APPLICATION})?{_ABOUT}{_N}"),
        cells=_group("other"),
    ),
    Telling(
        field="carried_forward",
        name="结转下年度",
        pattern=re.compile(
            rf"结转(?:至|到|入)?(?:下一?年度?|次年|20\d\d年度?)(?:继续)?(?:办理|处理)?(?:的)?"
            rf"(?:{_APPLICATION})?{_ABOUT}{_N}"
        ),
        cells=_total("carried_forward"),
    ),
    Telling(
        field="review",
        name="行政复议",
        pattern=re.compile(rf"(?<!经)行政复议(?:的)?(?:申请|案件)?{_ABOUT}{_N}"),
        cells=("disputes.review.total",),
    ),
    Telling(
        field="litigation",
        name="行政诉讼",
        pattern=re.compile(rf"行政诉讼(?:的)?(?:案件)?{_ABOUT}{_N}"),
        cells=("disputes.litigation_direct.total", "disputes.litigation_after_review.total"),
    ),
)

#: Words before the figure in its clause that make it somebody's else or a part only.
_OF_OTHERS = re.compile(
    r"办公室|办公厅|代表|各(?:部门|单位|镇|乡|街道|县|区|科|股|处)|下属|所属|系统|通过|"
    r"网络|网站|平台|信函|邮|当面|现场|来信|较|比|同比|增|减|平均|累计至|以来|历年|近\w年|"
    r"指导|协助|转办|电话|咨询|信箱|热线"
)
#: What else is answered and handled in such reports, and is no application.
_NO_APPLICATION = re.compile(r"提案|建议|议案|热线|信访|留言|来电|诉求")
#: Fields of which 其中 tells a part; an outcome after 其中 is the outcome.
_WHOLES = frozenset({"received", "answered", "carried_over"})
_CLAUSE = re.compile(r"[。；;！？\n]")
_YEAR = re.compile(r"(20\d\d)\s*年")


@dataclass(frozen=True, slots=True)
class _Said:
    telling: Telling
    number: int
    quote: str
    sure: bool


def against_text(document: Document, report: Report) -> Iterator[Finding]:
    """What the text says otherwise than the tables, a finding a field."""
    by_field: dict[str, list[_Said]] = {}
    for said in _all_said(document, report):
        by_field.setdefault(said.telling.field, []).append(said)
    for told in by_field.values():
        # said rightly once is said rightly: the other figure is of something else
        if not any(said.number in _allowed(report, said.telling) for said in told):
            yield from _contradiction(report, told)


def _all_said(document: Document, report: Report) -> Iterator[_Said]:
    for block in document.blocks:
        if not isinstance(block, Paragraph) or len(block.text) < 8:
            continue
        for sentence in _CLAUSE.split(plain(block.text)):
            yield from _in_sentence(re.sub(r"\s+", "", sentence), report)


def _in_sentence(sentence: str, report: Report) -> Iterator[_Said]:
    taken: list[tuple[int, int]] = []
    for telling in TELLINGS:
        for found in telling.pattern.finditer(sentence):
            if any(start < found.end("n") <= end for start, end in taken):
                continue
            number = _number(found["n"])
            before = re.split(r"[,，(（]", sentence[: found.start()])[-1]
            years = {int(year) for year in _YEAR.findall(before + found[0])}
            if number is None or not _allowed(report, telling):
                continue
            if years and report.year not in years:
                continue
            if "申请" not in found[0] and _NO_APPLICATION.search(sentence):
                continue
            taken.append(found.span())
            own = telling.sure and not _of_others(before, telling, report)
            yield _Said(telling, number, sentence, own)


def _of_others(before: str, telling: Telling, report: Report) -> bool:
    """Whether the words before the figure make it somebody else's, or a part."""
    if telling.field in _WHOLES and "其中" in before:
        return True
    if _OF_OTHERS.search(before.replace(report.organ or "\n", "")):
        return True
    return key(report.organ or "") != "" and _names_other(before, report)


def _names_other(before: str, report: Report) -> bool:
    """The clause names another organ than the one that reports."""
    named = re.findall(r"[\u4e00-\u9fff]{2,12}(?:局|委员会|政府|中心|镇|街道)", before)
    organ = report.organ or ""
    return any(name not in organ and organ not in name for name in named)


def _number(text: str) -> int | None:
    if text == "未":
        return 0
    return int(text.replace(",", "")) if text[0].isdigit() else han_to_int(text)


def _allowed(report: Report, telling: Telling) -> set[int | Decimal]:
    """The sums that the figure may be; empty where the tables do not tell them."""
    sums = (_sum(report, cells) for cells in (telling.cells, *telling.also))
    first = _sum(report, telling.cells)
    return {total for total in sums if total is not None} if first is not None else set()


def _sum(report: Report, patterns: tuple[str, ...]) -> int | Decimal | None:
    total: int | Decimal = 0
    for cell in _cells(report, patterns):
        table, row, column = cell.split(".")
        value = report.values[table][row][column]
        if value.amount is None:
            return None
        total += value.amount
    return total if _cells(report, patterns) else None


def _cells(report: Report, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Dotted ids; `requests.denied_*.total` stands for all rows that begin so."""
    cells: list[str] = []
    for pattern in patterns:
        table, row, column = pattern.split(".")
        cells += [
            f"{table}.{id}.{column}"
            for id, columns in report.values.get(table, {}).items()
            if (id == row or fnmatchcase(id, row)) and column in columns
        ]
    return tuple(cells)


def _contradiction(report: Report, told: list[_Said]) -> Iterator[Finding]:
    first = next((said for said in told if said.sure), told[0])
    numbers = {said.number for said in told}
    sure = first.sure and len(numbers) == 1
    expected = _sum(report, first.telling.cells)
    quote = first.quote if len(first.quote) <= 90 else "…" + _around(first)
    blank = all(
        cell_value(report, cell).kind in (Kind.BLANK, Kind.DASH)
        for cell in _cells(report, first.telling.cells)
    )
    yield Finding(
        rule=f"narrative.{first.telling.field}",
        severity=Severity.ERROR if sure else Severity.INFO,
        message=f"正文与表格不一致：正文写{first.telling.name} {first.number}，"
        f"表格中{'没有填写' if blank else f'为 {expected}'}。原文：“{quote}”"
        + ("" if sure else "（所指范围不能确定，请人工看一下）"),
        message_en=f"the text says {first.number} for {first.telling.field}, "
        f"the table {'has a blank' if blank else expected}"
        + ("" if sure else " (the scope is not certain)"),
        cells=_cells(report, first.telling.cells),
        expected=str(expected),
        actual=str(first.number),
    )


def _around(said: _Said) -> str:
    """The part of a long sentence that says the figure."""
    found = said.telling.pattern.search(said.quote)
    if not found:
        return said.quote[:90]
    return said.quote[max(0, found.start() - 40) : found.end() + 20] + "…"
