"""Whose figures the text tells: many paragraphs of which it is known.

A figure of several organs is never an error against one organ's table, however the text goes
on of it; a figure that the organ tells of itself, otherwise than its table, is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from against_truth import seeds

from samples.report import make_report
from samples.styles import render
from tasks.check.narrative import against_text
from tasks.flow import examine
from tasks.model.document import Document, Format, Paragraph
from tasks.model.report import Report, Severity

SUITE = "whose figures the text tells"
#: Of each kind at scale 1.
PARAGRAPHS = 250

OTHERS = (
    "全区各部门、镇街", "全县各级行政机关", "各镇、街道", "各街镇和园区", "全区", "县直各部门",
    "县级部门共", "各乡镇人民政府", "全系统各单位", "各委办局", "全县行政机关", "霁川县教育局",
    "各区县", "各科室、所属单位",
)  # fmt: skip
FIRST = (
    "共办结依申请公开{n}件", "共收到政府信息公开申请{n}件", "累计受理并答复申请{n}件",
    "收到依申请公开{n}件，已全部办结", "办结政府信息公开申请{n}件，含上年结转{m}件",
)  # fmt: skip
GOES_ON = (
    "其中，{outcomes}", "上述申请中，{outcomes}", "{outcomes}", "以上申请均已办结，{outcomes}",
    "按办理结果分，{outcomes}", "从办理结果看，{outcomes}", "其中：{outcomes}",
    "办理结果为{outcomes}",
)  # fmt: skip
OUTCOMES = ("予以公开{a}件", "部分公开{b}件", "不予公开{c}件", "无法提供{d}件", "不予处理{e}件")
#: Between a sentence and the one that goes on from it.
JOINS = ("。", "；", "。\n", "：\n")
BETWEEN = ("，", "；", "；\n", "、")
OURS = ("我局", "本机关", "霁川县财政局", "本局")


@dataclass(frozen=True, slots=True)
class Figures:
    """Larger than any of the table, so that each contradicts it."""

    random: Random

    def into(self, text: str) -> str:
        return text.format(**{name: self.random.randint(5000, 9000) for name in "nmabcde"})


def of_others(random: Random) -> str:
    figures = Figures(random)
    told = random.sample(OUTCOMES, random.randint(1, len(OUTCOMES)))
    outcomes = random.choice(BETWEEN).join(told)
    went_on = random.choice(GOES_ON).replace("{outcomes}", outcomes)
    first = (
        f"{random.choice(('2023年，', '全年，', ''))}{random.choice(OTHERS)}{random.choice(FIRST)}"
    )
    return figures.into(f"{first}{random.choice(JOINS)}{went_on}。")


def of_its_own(random: Random) -> str:
    """Behind the figures of others, so that nothing may be carried over to it."""
    ours = f"{random.choice(OURS)}结转下年度继续办理{{n}}件"
    return f"{of_others(random)}{random.choice(('', '2023年，'))}{Figures(random).into(ours)}。"


def read() -> Report:
    true = make_report(3, organ="霁川县财政局", year=2023, narrative=False)
    report = examine(render(true, Format.HTML, "plain", 3), "document").report
    assert report is not None
    return report


def errors(text: str, report: Report) -> list[str]:
    blocks = tuple(Paragraph(text=line) for line in text.split("\n"))
    document = Document(format=Format.DOCX, blocks=blocks)
    found = against_text(document, report)
    return [finding.rule for finding in found if finding.severity is Severity.ERROR]


Count = Callable[..., None]


def test_figures_of_others_are_no_error(count: Count) -> None:
    report = read()
    texts = [of_others(Random(f"others {seed}")) for seed in seeds(PARAGRAPHS)]
    false = [(text, said) for text in texts if (said := errors(text, report))]
    count(SUITE, paragraphs_of_others=len(texts), false_errors=len(false))
    assert false == []


def test_figures_of_its_own_are_errors_behind_those_of_others(count: Count) -> None:
    report = read()
    texts = [of_its_own(Random(f"own {seed}")) for seed in seeds(PARAGRAPHS)]
    missed = [t for t in texts if errors(t, report) != ["narrative.carried_forward"]]
    count(SUITE, paragraphs_of_its_own=len(texts), errors_missed=len(missed))
    assert missed == []
