"""What each rule is about, in a few words: for lists, charts and docs. Pure.

The relations of the form say it themselves; sentences are named by what they tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from tasks.check.tellings import TELLINGS
from tasks.forms.annual_report import FORM, TABLE_NAMES
from tasks.model.document import DoubtKind
from tasks.render.wording.text import FIGURES


class Rule(NamedTuple):
    id: str
    severity: str
    zh: str
    en: str


#: Rules that are code rather than relations of a form. A test holds this list to the code.
RULES_OF_CODE = (
    Rule(
        "year.disagreement",
        "warning, info",
        "标题、统计期限、落款日期说的年度不同",
        "title, period or date do not go with one year",
    ),
    Rule(
        "organ.disagreement",
        "warning",
        "标题与开头说明或落款写的机关不同",
        "title and preface or signature name two organs",
    ),
    Rule(
        "plausible.regulations",
        "info",
        "无权制定规章的机关“规章”不为 0",
        "规章 other than 0 from an organ that cannot make them",
    ),
    Rule(
        "plausible.in_force",
        "info",
        "现行有效少于本年制发减去废止",
        "fewer in force than were issued this year and not repealed",
    ),
    Rule(
        "plausible.fee_unit",
        "warning, info",
        "收费金额以元填写，或像是以元填写，而表样的单位是万元",
        "fees in 元, or that look like it, where the form asks for 万元",
    ),
    Rule(
        "plausible.unit",
        "info",
        "采购金额不以万元填写，表样未印单位",
        "an amount of procurement in another unit than 万元; the form has none",
    ),
    Rule(
        "plausible.disputes_without_requests",
        "info",
        "没有任何申请却有复议或诉讼",
        "disputes, and no request that could have led to them",
    ),
    Rule(
        "plausible.leap",
        "info",
        "与上年相差五倍以上",
        "more than five times last year's figure, or less than a fifth",
    ),
    Rule(
        "plausible.same_as_last_year",
        "info",
        "整张表与上年完全相同",
        "all figures of a table are last year's",
    ),
    Rule(
        "series.carried_over",
        "error",
        "本年“上年结转”与上年报告的“结转下年度继续办理”不同",
        "carried over is not what last year's report carried forward",
    ),
    Rule(
        "series.in_force",
        "warning",
        "现行有效件数 ≠ 上年现行有效 + 本年制发 - 本年废止",
        "in force is not last year's plus issued less repealed",
    ),
    Rule(
        "series.duplicate",
        "warning",
        "同一机关同一年度的报告不止一份",
        "more than one report of the same organ and year",
    ),
    Rule("extraction.organ", "warning", "没有找到机关名称", "no organ was found"),
    Rule("extraction.year", "warning", "没有找到年度", "no year was found"),
    Rule("extraction.missing_table", "warning", "缺一张表", "a table of the form is missing"),
    Rule("extraction.missing_row", "warning", "表中缺少行", "rows of the form are missing"),
    Rule(
        "extraction.edition",
        "warning",
        "合于两个版本的表样，按年度选定",
        "two editions fit alike; the year decided",
    ),
    Rule(
        "extraction.unknown_row",
        "warning",
        "表样之外、或只在另一份表里有的行，原样保留、未计入",
        "a row that is not in the form, or in another copy of the table alone, kept in `left_over`",
    ),
    Rule(
        "extraction.lost_row",
        "warning",
        "标签丢失、无法认定的行",
        "a row whose label was lost, kept in `left_over`",
    ),
    Rule(
        "extraction.doubled_row",
        "warning, info",
        "同一行出现两次；数不同时不作取舍",
        "a row stands twice; where the figures differ, neither is chosen",
    ),
    Rule(
        "extraction.reordered_rows",
        "info",
        "行次序与表样不同，按标签认定",
        "rows out of order, placed by their labels",
    ),
    Rule(
        "extraction.placed_by_order",
        "info",
        "标签丢失，按顺序认定",
        "labels lost, placed by their order",
    ),
    Rule(
        "extraction.inferred",
        "info",
        "栏目丢失，按勾稽关系推定",
        "columns lost, placed by the one reading that the relations leave",
    ),
    Rule(
        "extraction.unreadable",
        "warning",
        "格中的内容不能确定为一个数",
        "cells that cannot be told to be one figure; never taken as 0",
    ),
    Rule(
        "extraction.read_by_ocr",
        "info",
        "读自扫描件，文字和数由图像识别得来",
        "read from a scan: texts and figures were recognised in an image",
    ),
    Rule(
        "extraction.low_confidence",
        "warning",
        "读自扫描件，识别的把握不大，又没有勾稽关系可以证实",
        "read from a scan with little confidence, and proven by no relation",
    ),
    Rule(
        "extraction.two_readings",
        "warning, info",
        "读自扫描件，两次识别的结果不同；勾稽关系只容一个时取之",
        "read from a scan in two ways; the one that the relations leave is taken, if there is one",
    ),
)

#: What each doubt of a reader means.
DOUBTS: dict[DoubtKind, tuple[str, str]] = {
    DoubtKind.OVERLAPPING_SPAN: ("合并单元格相互重叠", "spans that overlap"),
    DoubtKind.SPLIT_DIGITS: ("一个数的数字被拆开", "the digits of a figure stand apart"),
    DoubtKind.CLOSE_NUMBERS: ("两个数挨得太近", "two figures stand so close that they may be one"),
    DoubtKind.STRAY_TEXT: ("表格中有不属于任何格的文字", "text in a table that is in no cell"),
    DoubtKind.UNMAPPED_CHARACTERS: (
        "字体没有说明、或扫描件上没有识别出来的字符",
        "characters that the font does not name, or that were not read from a scan",
    ),
    DoubtKind.ENCODING: ("字符编码不能确定", "the character encoding is not certain"),
    DoubtKind.RAGGED_ROWS: ("各行的格数不同", "rows of different length"),
    DoubtKind.TRUNCATED: ("文件似乎不完整", "the file seems to be cut off"),
    DoubtKind.LOST_LINES: (
        "重复的行被删除，数都不可靠",
        "repeated lines were removed, no figure is sure",
    ),
    DoubtKind.SCAN: (
        "扫描件，只有看不见的文字层，或纸面不平，数都不采用",
        "a scan of which there is only a hidden layer of text, or of paper that was not flat; no "
        "figure of it is taken",
    ),
    DoubtKind.AS_SHOWN: (
        "工作簿的单元格显示的与保存的不同，或没有结果",
        "a cell of a workbook shows something else than it holds, or has no result",
    ),
}


def rule_name(rule: str, language: str) -> str:
    """The id itself where it is not known, as a rule of another version."""
    zh, en = _names().get(rule, (rule, rule))
    return zh if language == "zh" else en


def rule_ids() -> tuple[str, ...]:
    """Of all that this version of the program may find."""
    return tuple(sorted(_names()))


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    found = {rule.id: (rule.zh, rule.en) for rule in RULES_OF_CODE}
    found |= {f"extraction.{kind}": names for kind, names in DOUBTS.items()}
    for edition in reversed(FORM.editions):
        for relation in edition.relations:
            found[relation.rule] = (
                f"{TABLE_NAMES[edition.table]}：{relation.formula}",
                f"{edition.table}: {relation.formula_en}",
            )
    for telling in reversed(TELLINGS):
        called = FIGURES[telling.called]
        found[f"narrative.{telling.field}"] = (
            f"正文与表格不符：{called.zh}",
            f"text against table: {called.en}",
        )
    return found
