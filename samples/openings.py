"""How reports begin: who reports and on which year, told in every way that offices tell it.

Put together from parts: what stands over a title, the title, the first sentences, the sections,
the signature, and other organs that are named beside (who asked, who posted, whose site it is).
The truth is known by construction. Where no part tells the organ or the year, a reader has to
say that it does not know; `sure_of_organ` and `sure_of_year` say where a person is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from samples.layout import layout
from samples.prose import HEADINGS, Paper, Part, Passage
from samples.report import make_report

#: Name -> how its text calls it. None of these is anywhere.
ORGANS: Mapping[str, str] = {
    "霁川县财政局": "我局",
    "霁川县工业和信息化局": "我局",
    "澜柘区民族和宗教事务局": "我局",
    "枫泊县发展和改革局（粮食和物资储备局）": "我局",
    "国家税务总局溟岭市税务局": "本局",
    "溟岭市城市管理局（溟岭市园林局）": "我局",
    "云浔区发展和改革委员会": "我委",
    "霁川县砚岭镇人民政府": "我镇",
    "枫泊县石霭乡人民政府": "我乡",
    "云浔区柳浔街道办事处": "我街道",
    "霁川县人民政府": "本机关",
    "霁川县人民政府办公室": "本办公室",
    "霁川经济技术开发区管理委员会": "本机关",
    "澜柘区残疾人联合会": "本会",
    "枫泊县总工会": "本会",
    "中共霁川县委机构编制委员会办公室": "我办",
    "霁川县行政服务中心": "我中心",
    "溟岭大学": "我校",
    "枫泊县人民医院": "我院",
    "溟岭市水务集团有限公司": "我公司",
    "霁川县公安局交通警察大队": "我队",
    "溟岭海关": "本单位",
    "霁川县档案馆": "我馆",
    "霁川县气象局": "我局",
    "霁川县应急管理局": "我单位",
}
#: What the table of a site, an asking office, a newspaper is called.
_REPORT = "政府信息公开工作年度报告"
_HAN = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the parts so far tell."""

    organ: bool = False
    year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    paper: Paper
    organ: str
    year: int
    sure_of_organ: bool
    sure_of_year: bool
    #: The parts it was put together from.
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the parts are written of."""

    organ: str
    year: int
    #: Of publication: mostly the year after, sometimes later.
    posted: int
    random: Random

    @property
    def us(self) -> str:
        return ORGANS[self.organ]

    @property
    def place(self) -> str:
        return next((place for place in _PLACES if place in self.organ), "霁川县")

    @property
    def date(self) -> str:
        return f"{self.posted}-01-{self.random.randint(10, 28)}"


_PLACES = ("霁川县", "澜柘区", "枫泊县", "溟岭市", "云浔区")
Write = Callable[[Case], list[str]]


# --- titles ---------------------------------------------------------------------------------


def _han(year: int, nought: str = "〇") -> str:
    return "".join(_HAN[int(digit)] for digit in str(year)).replace("〇", nought)


def _shared(case: Case) -> list[str]:
    """政府 once for 人民政府 and 政府信息公开."""
    organ = case.organ.removesuffix("政府") if case.organ.endswith("人民政府") else case.organ
    return [f"{case.year}年度{organ}{_REPORT}"]


def _torn(case: Case) -> list[str]:
    """The year split over two lines."""
    year = str(case.year)
    return [f"{case.organ}{year[:2]}", f"{year[2:]}年{_REPORT}"]


_FULL = Told(organ=True, year=True)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
#: Name -> what it tells, and how it is written.
TITLES: Mapping[str, tuple[Told, Write]] = {
    "whole": (_FULL, lambda c: [f"{c.organ}{c.year}年{_REPORT}"]),
    "of the year": (_FULL, lambda c: [f"{c.organ}{c.year}年度政府信息公开工作报告"]),
    "spaced": (_FULL, lambda c: [f"{c.organ} {c.year} 年 {_REPORT}"]),
    "apart": (_FULL, lambda c: [f"{c.organ} {c.year}年度{_REPORT}"]),
    "year first": (_FULL, lambda c: [f"{c.year}年度{c.organ}{_REPORT}"]),
    "two lines": (_FULL, lambda c: [c.organ, f"{c.year}年{_REPORT}"]),
    "three lines": (_FULL, lambda c: [c.organ, f"{c.year}年", _REPORT]),
    "cut title": (_FULL, lambda c: [c.organ, f"{c.year}年度政府信息公开", "工作年度报告"]),
    "torn year": (_FULL, _torn),
    "wide year": (_FULL, lambda c: [f"{c.organ}{str(c.year).translate(_WIDE)}年{_REPORT}"]),
    "han year": (_FULL, lambda c: [f"{c.organ}{_han(c.year)}年{_REPORT}"]),
    "han year with O": (_FULL, lambda c: [f"{c.organ}{_han(c.year, 'O')}年度{_REPORT}"]),
    "year behind": (_FULL, lambda c: [f"{c.organ}{_REPORT}（{c.year}年）"]),
    "organ behind": (_FULL, lambda c: [f"{c.year}年{_REPORT}（{c.organ}）"]),
    "organ below": (_FULL, lambda c: [f"{c.year}年{_REPORT}", f"（{c.organ}）"]),
    "about": (_FULL, lambda c: [f"{c.organ}关于{c.year}年度政府信息公开工作情况的报告"]),
    "labelled": (_FULL, lambda c: [f"标题：{c.organ}{c.year}年{_REPORT}"]),
    "main text": (_FULL, lambda c: ["正文", f"{c.organ}{c.year}年{_REPORT}"]),
    "bullet": (_FULL, lambda c: [f"• {c.organ} {c.year}年度{_REPORT}"]),
    "quoted": (_FULL, lambda c: [f"《{c.organ}{c.year}年{_REPORT}》"]),
    "shared": (_FULL, _shared),
    "yearless": (Told(organ=True), lambda c: [f"{c.organ}{_REPORT}"]),
    "yearless in two lines": (Told(organ=True), lambda c: [c.organ, _REPORT]),
    "yearless in three lines": (
        Told(organ=True),
        lambda c: [c.organ, "政府信息公开", "工作年度报告"],
    ),
    "nobody's": (Told(year=True), lambda c: [f"{c.year}年{_REPORT}"]),
    "ours": (Told(year=True), lambda c: [f"{c.us}{c.year}年{_REPORT}"]),
    "organ alone": (Told(), lambda c: [c.organ]),
    "none": (Told(), lambda c: []),
}

# --- what stands over it --------------------------------------------------------------------


def _labels(case: Case) -> list[str]:
    return [
        f"索引号：QS/{case.posted}-00017",
        f"发布机构：{case.organ}",
        "信息分类：政府信息公开年度报告",
        f"发布日期：{case.date}",
    ]


def _posted_by_office(case: Case) -> list[str]:
    return [
        f"发布机构：{case.place}人民政府办公室 发布日期：{case.date}",
        "主题分类：综合政务 有效性：有效",
    ]


def _values(case: Case) -> list[str]:
    return [
        f"• A0312-07/{case.posted}-00001",
        f"  • {case.organ}",
        "  • 政府信息公开年度报告",
        f"  • {case.date}",
    ]


def _alternating(case: Case) -> list[str]:
    return ["索引号", f"C22/{case.posted}-3", "发布机构", case.organ, "成文日期", case.date]


_NOBODY = Told()
POSTINGS: Mapping[str, tuple[Told, Write]] = {
    "nothing": (_NOBODY, lambda c: []),
    "labels": (Told(organ=True), _labels),
    "values": (_NOBODY, _values),
    "labels above values": (Told(organ=True), _alternating),
    "posted by the office": (_NOBODY, _posted_by_office),
    "source": (
        _NOBODY,
        lambda c: [f"来源：{c.place}人民政府 责任编辑：张三 字号：大 中 小", f"时间：{c.date}"],
    ),
    "english": (
        _NOBODY,
        lambda c: [f"Source: portal  Editor: admin  Date: {c.date}", "Font: A A A"],
    ),
    "way": (_NOBODY, lambda c: ["当前位置：首页 > 政务公开 > 政府信息公开年报", f"{c.date} 10:30"]),
    "site": (_NOBODY, lambda c: [f"{c.place}人民政府门户网站", "首页 政务公开 互动交流"]),
    "garbled": (
        _NOBODY,
        lambda c: [f"????：QS/{c.posted}-17", f"□□：{c.date}", "【打印】【关闭】"],
    ),
}

# --- the first sentences --------------------------------------------------------------------

_PERIOD = "本报告所列数据的统计期限自{y}年1月1日起至{y}年12月31日止。"
SENTENCES: Mapping[str, tuple[Told, Write]] = {
    "nothing": (_NOBODY, lambda c: []),
    "announced": (
        _FULL,
        lambda c: [f"根据条例要求，现公布{c.organ}{c.year}年{_REPORT}。全文由六个部分组成。"],
    ),
    "period": (
        Told(year=True),
        lambda c: ["本报告依照信息公开条例编写。" + _PERIOD.format(y=c.year)],
    ),
    "subject": (
        Told(year=True),
        lambda c: [f"{c.year}年，{c.organ}照条例的要求做了各项工作。" + _PERIOD.format(y=c.year)],
    ),
    "key points": (
        _NOBODY,
        lambda c: [
            f"根据{c.place}{c.year}年政务公开工作要点，{c.us}推进了各项公开工作，现报告如下。"
        ],
    ),
    "office that asks": (
        _NOBODY,
        lambda c: [
            f"按照条例的规定，以及{c.place}政务公开办关于{c.year}年度政府信息公开工作的具体要求，"
            f"{c.us}安排人员做了统计。"
        ],
    ),
    "office that asked for the report": (
        _NOBODY,
        lambda c: [
            f"按照{c.place}人民政府办公室{c.year}年政府信息公开工作年度报告编制要求，{c.us}编写本报告。"
        ],
    ),
    "list of sections": (
        _NOBODY,
        lambda c: [
            "本报告就总体情况，主动公开政府信息情况，收到和处理政府信息公开申请情况，"
            f"存在的主要问题及改进情况及其他需要报告的事项等六个方面汇报{c.us}{c.year}年"
            "政府信息公开工作。"
        ],
    ),
    "leadership": (
        _NOBODY,
        lambda c: [f"{c.year}年，在{c.place}人民政府的领导下，{c.us}认真做好政府信息公开工作。"],
    ),
    "contact": (
        _NOBODY,
        lambda c: [f"如有疑问，请与{c.place}人民政府办公室联系（电话：0000-1234567）。"],
    ),
}

ENDS: Mapping[str, tuple[Told, Write]] = {
    "nothing": (_NOBODY, lambda c: []),
    "signed": (_NOBODY, lambda c: [c.organ, f"{c.posted}年1月{c.random.randint(5, 31)}日"]),
    "dated": (_NOBODY, lambda c: [f"{c.posted}年1月{c.random.randint(5, 31)}日"]),
    "links": (
        _NOBODY,
        lambda c: [
            "相关链接",
            f"{c.place}教育局{c.year - 1}年{_REPORT}",
            f"主办：{c.place}人民政府",
        ],
    ),
}

# --- put together ---------------------------------------------------------------------------


def opening(seed: int, *, pictures: bool = False) -> Opening:
    """One opening of many thousands; the same seed gives the same. With `pictures` the tables
    are none: their headings stand there, as over pictures."""
    random = Random(f"opening {seed}")
    year = random.randint(2021, 2025)
    posted = year + random.choice((1, 1, 1, 2))
    case = Case(organ=random.choice((*ORGANS,)), year=year, posted=posted, random=random)
    names = {kind: random.choice((*parts,)) for kind, parts in _KINDS.items()}
    told, texts = {}, {}
    for kind, parts in _KINDS.items():
        told[kind], write = parts[names[kind]]
        texts[kind] = write(case)
    # the name over a title without a year may be that of the site
    site = names["title"].startswith("yearless in") and case.organ.endswith("政府")
    year_in_text = f"{year}年，公开信息{random.randint(5, 90)}条。"
    return Opening(
        paper=Paper(
            title="", organ=case.organ, year=posted, parts=_parts(texts, year_in_text, pictures)
        ),
        organ=case.organ,
        year=year,
        sure_of_organ=(told["title"].organ and not site) or told["sentence"].organ,
        sure_of_year=told["title"].year or told["sentence"].year,
        how=" · ".join(names.values()),
    )


_KINDS = {"posting": POSTINGS, "title": TITLES, "sentence": SENTENCES, "end": ENDS}


def _parts(texts: Mapping[str, list[str]], first: str, pictures: bool) -> tuple[Part, ...]:
    over = [text for kind in ("posting", "title", "sentence") for text in texts[kind]]
    report = make_report(1, editions={"disclosure": "2021"}, year=2023)
    tables: tuple[Part, ...] = (
        tuple(Passage(kind="heading", text=text) for text in HEADINGS.values())
        if pictures
        else (Passage(kind="heading", text=HEADINGS["disclosure"]), layout(report, "disclosure"))
    )
    return (
        *(Passage(kind="body", text=text) for text in over),
        Passage(kind="heading", text="一、总体情况"),
        Passage(kind="body", text=first),
        *tables,
        Passage(kind="heading", text="五、存在的主要问题及改进情况"),
        Passage(kind="body", text="公开的深度还不够。"),
        *(Passage(kind="signature", text=text) for text in texts["end"]),
    )


# --- what is no report ----------------------------------------------------------------------

#: Documents beside the reports: they name organs, years and the report, and some its sections.
_BESIDE: tuple[Write, ...] = (
    lambda c: [
        f"{c.place}人民政府办公室关于做好{c.year}年{_REPORT}编制和公布工作的通知",
        "各乡镇人民政府，县直各单位：",
        f"为做好{c.year}年年度报告工作，现将有关事项通知如下。",
        *_outline(f"概述{c.year}年工作。"),
    ],
    lambda c: [
        f"{c.organ}关于转发《中华人民共和国{_REPORT}格式》的通知",
        f"各科室：请于{c.posted}年1月31日前报送。",
        *_outline("概述本年度工作。"),
    ],
    lambda c: [f"{_REPORT}编写说明", *_outline(f"{c.year}年起写入五个方面的情况。")],
    lambda c: [
        f"{c.place}召开{c.year}年政府信息公开年报培训会",
        f"{c.year}年12月，{c.place}政务公开办召开会议，讲解主动公开政府信息情况等六个部分。",
    ],
    lambda c: [
        f"{c.organ}{c.year}年政务公开工作总结",
        "一、总体情况",
        f"{c.year}年，{c.us}推进了各项公开工作。",
        "二、存在的问题及改进措施",
        "公开的深度还不够。",
    ],
    lambda c: [
        f"{c.organ}{c.year}年法治政府建设年度报告",
        "一、总体情况",
        f"{c.year}年，{c.us}推进了各项工作。",
        "二、存在的主要问题及改进情况",
        "不足。",
        "三、其他需要报告的事项",
        "无。",
    ],
    lambda c: ["政府信息公开年报", *(f"{organ}{c.year}年{_REPORT}" for organ in (*ORGANS,)[:6])],
    lambda c: [f"{c.organ}{c.year}年政务公开工作要点", "一、总体要求", f"{c.us}要做好公开工作。"],
)


def _outline(said: str) -> list[str]:
    """The sections of the form as a notice lists them."""
    return ["一、总体情况", said, *HEADINGS.values(), "五、存在的主要问题及改进情况", "如实填写。"]


def beside(seed: int) -> Paper:
    """A document that is no report of the form, whatever is posted over it."""
    random = Random(f"beside {seed}")
    year = random.randint(2021, 2025)
    case = Case(organ=random.choice((*ORGANS,)), year=year, posted=year + 1, random=random)
    _, posting = random.choice((*POSTINGS.values(),))
    texts = [*posting(case), *_BESIDE[seed % len(_BESIDE)](case)]
    parts = tuple(Passage(kind="body", text=text) for text in texts)
    return Paper(title="", organ=case.organ, year=case.posted, parts=parts)
