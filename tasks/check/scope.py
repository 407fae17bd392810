"""When and of whom a figure of the text is told: what the words before it say.

The last word of time before a figure is the one that it is of, and the last one who was
spoken of is the one whose it is, also in a sentence before: 全区各部门共办结12件。其中，…
"""

from __future__ import annotations

import re
from enum import StrEnum

from tasks.model.patterns import regex
from tasks.model.report import Report

CLAUSE = regex(r"[,()]")


# --- when -----------------------------------------------------------------------------------


class When(StrEnum):
    YEAR = "year"
    LAST_YEAR = "last_year"
    #: Another year, several years, or a part of the year.
    OTHER = "other"


#: Words of time; the last one before a figure is the one that it is of.
_TIMES: tuple[tuple[str, When], ...] = (
    (r"(?:今年|本年度?|年初)以来|今年|本年度?|全年", When.YEAR),
    (r"近[一二两三四五六七八九十\d]+年|历年|以来|20\d\d年?度?(?:至|到|-|—|~)20\d\d年", When.OTHER),
    (
        r"十[一二三四五]五[^,]{0,4}?(?:期间|时期|以来)|[本上]届|任期|[一二两三四五六七八九十\d]+年来",
        When.OTHER,
    ),
    (r"去年|往年|上一?年(?:度|同期)?(?!度?(?:结转|转结))", When.OTHER),
    (r"平均|每月|月均|每年|年均", When.OTHER),
    (r"[上下]半年|[一二三四1-4]季度", When.OTHER),
)
_TIME = regex(
    "|".join(f"(?P<t{n}>{pattern})" for n, (pattern, _) in enumerate(_TIMES))
    + r"|(?P<year>20\d\d)年度?(?P<since>以来)?"
)
#: Not the month of a document: 3月印发的通知.
_MONTH = regex(
    r"(?<!\d)(\d{1,2})月(?:份|底|末|初|[上中下]旬|\d{1,2}日)?(?:止|前|期间|间)?(?=$|[,()至到我本共收新-])"
)
_WHOLE_YEAR = {1, 12}


def when_told(before: str, found: re.Match[str], report: Report) -> When:
    """`before` is what stands before the figure in its statement."""
    groups = found.groupdict()
    if groups.get("to") and report.year and int(groups["to"]) != report.year + 1:
        return When.OTHER
    if groups.get("since") and report.year and int(groups["since"]) != report.year - 1:
        return When.OTHER
    # 1月至6月,我局收到…: a time that is a clause of its own is of the next one
    near = "".join(CLAUSE.split(before)[-2:])
    if not set(map(int, _MONTH.findall(near))) <= _WHOLE_YEAR:
        return When.OTHER
    times = list(_TIME.finditer(before))
    if not times:
        return When.YEAR
    time = times[-1]
    if not time["year"]:
        return next(when for n, (_, when) in enumerate(_TIMES) if time[f"t{n}"])
    year = int(time["year"])
    if report.year is None or year == report.year:
        return When.YEAR
    return When.LAST_YEAR if year == report.year - 1 and not time["since"] else When.OTHER


def time_at_head(text: str) -> str:
    """The clause with which a statement begins, where it says a time: `2022年,`."""
    clause = CLAUSE.split(text)[0] + ","
    return clause if _TIME.search(clause) or _MONTH.search(clause) else ""


# --- where a text goes on and where it begins -------------------------------------------------

#: What a sentence begins with that goes on from the one before; what became of applications
#: is told of applications that were told before.
_GOES_ON = regex(
    r"(?:[(]?[一二三四五六七八九十\d]{1,2}[)、.])?"
    r"(?:予以公开|部分公开|不予公开|无法提供|不予处理|其他处理)|"
    r"(?:在|从|对|就)?(?:其中|上述|以上|前述|这些|该些|这\d+|此类)|分别|均|都|包括|含|另有|另外|此外|还有|剩余|"
    r"其余|同时|按(?:照)?(?:处理|办理|答复|申请)?(?:结果|类型|方式|渠道|内容)|"
    r"(?:从|按)[^,]{0,10}(?:看|分|划分|统计)|(?:处理|办理|答复)结果"
)
#: A number of its own, or a word for a new matter.
_ANEW = regex(r"(?:[(第]?[一二三四五六七八九十]{1,3}[)、.是]|[(]?\d{1,2}[)、.](?!\d)|[①-⑳])")


def goes_on(text: str) -> bool:
    return bool(_GOES_ON.match(text))


def starts_anew(text: str) -> bool:
    return bool(_ANEW.match(text))


# --- whose ----------------------------------------------------------------------------------

#: Who it is of, if it is the organ itself.
_OURSELVES = regex(
    r"[我本](?:行政)?(?:局|办公室|办|委|厅|单位|机关|部门|街道|院|校|所|站|中心|公司|管委会|政府)"
)
#: 全县: of the whole county; the organ's own where the organ is that county's government.
_WHOLE_OF = regex(r"[全我本](?P<level>省|市|县|区|州|旗|盟|镇|乡|街道|街|系统|局|厅)")
_GOVERNMENT = regex(r"(?:人民政府|政府|办事处|管理?委员会|管委会)$")
_SEVERAL = regex(
    r"各(?:级|部门|单位|职能|镇|乡|街|县|区|科|股|处|室|地|市|委|直属|相关|有关|行政|机关|园区|开发区|"
    r"功能区|院|校|学校|旗|州|村|社区|所|站|队|分局|支队|局|办|承办|责任)|"
    r"(?:省|市|县|区|州|旗)(?:直|级)(?:机关|部门|单位|各)|"
    r"(?:镇街|街镇|乡镇|镇村|委办局|园区|部门)(?:共|累计|合计|总共)|"
    r"[、和及与](?:各)?(?:镇街|街镇|乡镇|镇乡|街道|园区|委办局)|"
    r"下属|所属|系统|基层|指导|协助|代表|承办"
)
_NAMED = regex(
    r"(?:^|[,、:()度年由])(?P<name>[\u4e00-\u9fff]{2,14}?(?:局|委员会|政府(?!信息)|镇|乡|街道|办公[室厅]|中心(?!工作)))"
)


class Whose(StrEnum):
    OWN = "own"
    #: Another organ's, or of more organs than this one.
    OTHERS = "others"


def spoken_of(text: str, report: Report) -> Whose | None:
    """Whom a text speaks of last; None where it names nobody, and goes on of whom it spoke."""
    organ = _short(report.organ or "")
    said = _short(text)
    if organ:
        said = said.replace(organ, "本机关")
    own = max((found.end() for found in _OURSELVES.finditer(said)), default=0)
    others = 0
    for found in _WHOLE_OF.finditer(said):
        if _is_level_of(found["level"], organ):
            own = max(own, found.end())
        else:
            others = max(others, found.end())
    for found in _SEVERAL.finditer(_OURSELVES.sub("本机关", said)):
        others = max(others, found.end())
    for found in _NAMED.finditer(said):
        name = found["name"]
        if not _OURSELVES.search(name) and not (organ and (name in organ or organ in name)):
            others = max(others, found.end("name"))
    if own == others == 0:
        return None
    return Whose.OTHERS if others > own else Whose.OWN


def _short(name: str) -> str:
    return name.replace("人民政府", "政府")


def _is_level_of(level: str, organ: str) -> bool:
    return level != "系统" and _GOVERNMENT.sub("", organ).endswith((level, f"{level}道"))
