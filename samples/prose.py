"""The text around the tables: title, six sections, and figures told in sentences.

The sentences hold numbers that are no figure of the form (publications, letters, budgets)
beside those that are, as real reports do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from samples.layout import Draft, LogicalTable
from samples.report import LogicalReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One paragraph of text outside the tables."""

    kind: Literal["title", "heading", "body", "signature"]
    text: str


Part = Passage | LogicalTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as every renderer takes it, report or not."""

    title: str
    organ: str
    #: The year it was published in.
    year: int
    #: In reading order.
    parts: tuple[Part, ...]


#: Section of the report that each table stands in.
HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
}


def title_of(report: LogicalReport) -> str:
    return f"{report.organ}{report.year}年政府信息公开工作年度报告"


def paper(draft: Draft) -> Paper:
    report = draft.report
    return Paper(
        title=title_of(report), organ=report.organ, year=report.year + 1, parts=_parts(draft)
    )


def _parts(draft: Draft) -> tuple[Part, ...]:
    report = draft.report
    random = Random(f"prose {report.seed} {report.organ} {report.year}")
    found: list[Part] = [Passage(kind="title", text=title_of(report)), _body(_preface(report))]
    found.append(Passage(kind="heading", text="一、总体情况"))
    found += [_body(text) for text in _overview(report, random)]
    for table in draft.tables:
        found += [Passage(kind="heading", text=HEADINGS[table.id]), table]
    found.append(Passage(kind="heading", text="五、存在的主要问题及改进情况"))
    found += [_body(text) for text in random.sample(_PROBLEMS, 2)]
    found.append(Passage(kind="heading", text="六、其他需要报告的事项"))
    found.append(_body(random.choice(_OTHERS).format(year=report.year)))
    found.append(Passage(kind="signature", text=report.organ))
    found.append(Passage(kind="signature", text=f"{report.year + 1}年1月{random.randint(5, 31)}日"))
    return tuple(found)


def _body(text: str) -> Passage:
    return Passage(kind="body", text=text)


def _preface(report: LogicalReport) -> str:
    year = report.year
    return (
        "根据《中华人民共和国政府信息公开条例》（国务院令第711号）的要求，"
        f"现公布{report.organ}{year}年政府信息公开工作年度报告。本报告中所列数据的统计期限"
        f"自{year}年1月1日起至{year}年12月31日止。"
        "如对本报告有疑问，请与本机关办公室联系（电话：0000-1234567）。"
    )


def _overview(report: LogicalReport, random: Random) -> Iterator[str]:
    published = random.randint(20, 3000)
    yield (
        f"（一）主动公开情况。{report.year}年，通过门户网站主动公开政府信息{published}条，"
        f"政务新媒体发布信息{random.randint(10, 900)}条，办理人大代表建议、政协委员提案"
        f"{random.randint(0, 40)}件，处理市长热线{random.randint(0, 200)}件。"
    )
    if report.narrative:
        yield f"（二）依申请公开情况。{_told(report, random)}"
    yield (
        f"（三）政府信息管理情况。落实“三审三校”制度，开展自查{random.randint(1, 12)}次，"
        "未经审核的信息一律不得发布。"
    )
    yield f"（四）平台建设情况。优化栏目{random.randint(1, 9)}个，网站全年运行平稳。"
    yield (
        f"（五）监督保障情况。举办业务培训{random.randint(1, 6)}期，"
        f"培训{random.randint(10, 300)}人次。"
    )


def _told(report: LogicalReport, random: Random) -> str:
    """The figures of the tables in sentences; what `narrative` lacks is not told."""
    told = report.narrative
    year = report.year
    sentences = []
    if told.get("received") == 0 and random.random() < 0.5:
        sentences.append(f"{year}年，本机关未收到政府信息公开申请")
    elif "received" in told:
        verb = random.choice(("共收到", "新收", "共受理", "全年收到"))
        sentences.append(f"{year}年，本机关{verb}政府信息公开申请{told['received']}件")
    if told.get("carried_over"):
        sentences[-1:] = [f"{''.join(sentences[-1:])}，上年结转{told['carried_over']}件"]
    if told.get("answered"):
        granted = f"，其中予以公开{told['granted']}件" if "granted" in told else ""
        sentences.append(f"全年共办结政府信息公开申请{told['answered']}件{granted}")
    if {"review", "litigation"} <= told.keys():
        if told["review"] == told["litigation"] == 0:
            sentences.append("未发生因政府信息公开申请引起的行政复议、行政诉讼")
        else:
            sentences.append(
                f"因政府信息公开引发的行政复议{told['review']}件，行政诉讼{told['litigation']}件"
            )
    return "。".join(sentences) + "。"


_PROBLEMS = (
    "存在的主要问题：一是公开内容的深度还不够，二是信息更新的时效性有待提高。",
    "政策解读的形式较为单一，公众参与的渠道还需拓宽，工作人员的业务能力有待加强。",
    "下一步，将完善工作机制，加强业务培训，进一步提高依申请公开办理的规范化水平。",
    "改进措施：健全制度，明确责任，把政府信息公开工作纳入年度考核，做到应公开尽公开。",
)

_OTHERS = (
    "{year}年度未收取信息处理费。本机关无其他需要报告的事项。",
    "依据《政府信息公开信息处理费管理办法》，{year}年度收取信息处理费0元。",
    "无。",
)
