"""How reports tell the figures of the tables in sentences: knowledge only.

The verbs are kept apart: 收到 is not 办结, and 受理 or 答复 may count what was carried over.
A pattern is matched inside one statement, in simplified characters and half-width signs and
without spaces (`labels.plain`); its group `n` is the figure, or the word that says there is
none. Tellings are tried in the order of this table, and a figure belongs to the first that
takes it. `narrative.py` decides what a match is worth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tasks.model.patterns import regex


class Context(StrEnum):
    """What the words around a figure must speak of, so that it can mean this field."""

    #: The words of the telling say it themselves.
    NONE = "none"
    #: 政府信息公开 or 依申请: 行政复议 is also a trade of its own.
    DISCLOSURE = "disclosure"
    #: Applications and what became of them: 予以公开 is also said of documents.
    APPLICATIONS = "applications"
    #: Nothing else that is answered and handled: proposals, letters, calls.
    NO_OTHER_TASK = "no_other_task"
    #: Decisions taken, and not records of them published.
    NO_PUBLICATION = "no_publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A way in which texts tell a figure of the tables."""

    #: The finding is `narrative.<field>`.
    field: str
    patterns: tuple[re.Pattern[str], ...]
    #: No text tells it without one of these: the patterns take long to find nothing.
    words: tuple[str, ...]
    #: The cells whose sum it should be; a cell that the edition does not have is passed over.
    cells: tuple[str, ...]
    #: Other cells whose sum it may be as well.
    also: tuple[tuple[str, ...], ...] = ()
    #: Sums that it may be, though it is worth a look.
    perhaps: tuple[tuple[str, ...], ...] = ()
    #: However the words are meant, the figure cannot be more than the sum of these cells.
    at_most: tuple[str, ...] = ()
    #: Whether the words can mean nothing else.
    sure: bool = True
    context: Context = Context.NONE
    #: Where it is not the field's own figure but one of its own name: of several fields, say.
    figure: str = ""

    @property
    def called(self) -> str:
        """Id of the figure, for people."""
        return self.figure or self.field


# --- the words that the patterns are made of ------------------------------------------------

#: A whole number; not the tail of one, and not `12.5`.
_FIGURE = r"(?<!\d)(?<!\d[.,])(?P<n>\d[\d,]*|[零〇一二两三四五六七八九十百千]+)"
_UNIT = r"\s*(?:件次|件|条|份|宗|起|例|封|人次|次|个|项)"
#: `300余件`, `近20件` are no figures to compare.
_N = rf"(?<![近约超逾余过]){_FIGURE}{_UNIT}"
#: No word is made of others here: 共计 would be two words in two ways.
_ABOUT = r"(?:总计|合计|累计|分别|共|为|计|有(?![效关])|数量|总数|总量|案件|事项|件|数|[:：])*\s*"
_AFTER = rf"{_ABOUT}{_N}"
#: What an application is called.
_APPLICATION = (
    r"(?:"
    r"(?:政府)?信息(?:依)?公开(?:的)?(?:申请|请求|事项|案件|件)"
    r"|(?:政府)?信息依申请公开(?:的)?(?:申请|请求)?"
    r"|依申请(?:公开)?(?:的)?(?:政府|政务)?(?:信息)?(?:公开)?(?:的)?(?:申请|请求|答复)?"
    r"|(?:要求|申请)?公开(?:的)?(?:政府)?信息(?:的)?(?:申请|请求)"
    r"|申请公开(?:的)?政府信息"
    r"|申请"
    r")(?:书|表|公开)?(?:事项|案件|数量|总数|总量|件数|件)?"
)
#: From whom and in what form, without any limit to a part of them.
_WHOEVER = (
    r"(?:任何|形式|各类|各种|有效|群众|公众|社会|公民|法人|其他|其它|组织|向?本机关|向?我局|提出|提交|"
    r"要求|申请|有关|相关|关于|涉及|对|和|或|以|等|者|及|、|的){0,14}"
)
#: The same where there was none of any kind.
_ANYBODY = _WHOEVER.replace("任何", "任何|任意|该项|此类|书面|自然人|个人|单位|企业|企事业", 1)
_GOT = r"(?<![多少])(?:收到|新收到|新收|接收到|接收|收取|接到)"
_TOO = r"(?:(?:、|和|并|及|且)?(?:受理|登记|办理|办结|答复|处理))*"
_NONE = r"(?P<n>未(?!经)|没有|没|无(?!法|效|关|正当|理|需)|不存在|从?未有|零)"
#: What ends a statement that something did not come.
_ENDED = (
    r"(?:的)?(?:情况|情形|现象|记录|事件|问题|案件|事项|信件|工作)?"
    r"(?=$|[.,、:()]|和|及|与|或|也|且|并)"
)
_NEXT_YEAR = r"(?:下一?(?:个)?年度?|次年度?|明年|翌年|(?P<to>20\d\d)年度?)"
_LAST_YEAR = r"(?:上一?(?:个)?年度?|去年|往年|(?P<since>20\d\d)年度?)"
_CARRIED_WORDS = ("结转", "转结", "接转")
_CARRIED = rf"(?:{'|'.join(_CARRIED_WORDS)})"
_ENDS = r"(?:的)?(?:申请|案件|事项|件)?"
_NORMATIVE = r"(?:各类)?(?:行政)?规范性文件"
_AND = r"(?:、|和|及|或|与|以及)"
#: After 未发生…复议: it is not the review that there was none of.
_NOT_NONE = r"(?:纠正|纠错|败诉|撤销|违法|后起诉|直接起诉|\d|[一二两三四五六七八九十]+(?:件|起|宗))"


# --- the cells ------------------------------------------------------------------------------


def _total(*rows: str) -> tuple[str, ...]:
    return tuple(f"requests.{row}.total" for row in rows)


def _group(prefix: str) -> tuple[str, ...]:
    return (f"requests.{prefix}*.total",)


def _normative(*columns: str) -> tuple[str, ...]:
    return tuple(f"disclosure.normative_documents.{column}" for column in columns)


_NEW = _total("new")
_ALL = _total("new", "carried_over")
_DONE = _total("processed_total")
_GRANTED = _total("granted")
_PARTLY = _total("partly_granted")
_REVIEW = ("disputes.review.total",)
_LITIGATION = ("disputes.litigation_direct.total", "disputes.litigation_after_review.total")


# --- the tellings ---------------------------------------------------------------------------


def _patterns(*written: str) -> tuple[re.Pattern[str], ...]:
    return tuple(regex(pattern) for pattern in written)


_APPLICATIONS = (
    Telling(
        field="received",
        words=("申请", "公开"),
        patterns=_patterns(
            rf"{_GOT}(?:了|的)?{_TOO}(?:的)?{_WHOEVER}{_APPLICATION}{_AFTER}",
            rf"{_GOT}(?:了)?{_TOO}{_AFTER}(?:的)?{_WHOEVER}{_APPLICATION}",
            rf"{_APPLICATION}(?:本年度?|全年)?(?:共|累计)?{_GOT}{_AFTER}",
        ),
        cells=_NEW,
        also=(_ALL,),
    ),
    Telling(
        field="received",
        words=("申请", "公开"),
        patterns=_patterns(
            rf"(?:受理|登记){_ABOUT}{_WHOEVER}{_APPLICATION}{_AFTER}",
            rf"(?:受理|登记){_AFTER}(?:的)?{_WHOEVER}{_APPLICATION}",
        ),
        cells=_NEW,
        also=(_ALL, _DONE),
        at_most=_ALL,
        sure=False,
    ),
    Telling(
        field="received",
        words=("申请", "公开"),
        patterns=_patterns(
            rf"{_NONE}(?:曾|有)?(?:收到|接到|收取|受理|接收|收)(?:过|到)?"
            rf"{_ANYBODY}{_APPLICATION}{_ENDED}",
            rf"{_NONE}(?:任何)?(?=政府信息|信息|依申请){_APPLICATION}{_ENDED}",
            r"申请(?:数量)?(?:为|:)?(?P<n>零)申请",
        ),
        cells=_NEW,
    ),
    Telling(
        field="carried_over",
        words=_CARRIED_WORDS,
        patterns=_patterns(
            rf"(?:{_LAST_YEAR}{_CARRIED}|{_CARRIED}(?:自)?上一?年度?)"
            rf"(?:(?:至|到)?(?:本年度?|今年|20\d\d年度?))?(?:继续)?(?:办理|处理)?(?:的)?"
            rf"(?:{_APPLICATION})?{_AFTER}",
            rf"{_NONE}{_LAST_YEAR}{_CARRIED}{_ENDS}{_ENDED}",
        ),
        cells=_total("carried_over"),
    ),
    Telling(
        field="carried_forward",
        words=_CARRIED_WORDS,
        patterns=_patterns(
            rf"{_CARRIED}(?:至|到|入|于)?{_NEXT_YEAR}(?:继续)?(?:办理|处理|答复|办结)?(?:的)?"
            rf"(?:{_APPLICATION})?{_AFTER}",
            rf"{_N}(?:{_APPLICATION})?(?:需|将|因故|尚在办理|尚未办结|正在办理)?(?:并)?"
            rf"{_CARRIED}(?:至|到|入)?{_NEXT_YEAR}",
            rf"{_NONE}(?:申请|案件|事项)?(?:需|须)?"
            rf"(?:{_CARRIED}(?:至|到|入)?{_NEXT_YEAR}|下一?年度?{_CARRIED})"
            rf"(?:继续)?(?:办理|处理)?{_ENDS}{_ENDED}",
        ),
        cells=_total("carried_forward"),
    ),
    Telling(
        field="answered",
        words=("办结", "完毕", "办理完成"),
        patterns=_patterns(
            rf"(?:办结|办理完毕|处理完毕|办理完成)(?:了|的)?{_ABOUT}(?:{_WHOEVER}{_APPLICATION})?{_AFTER}",
        ),
        cells=_DONE,
        also=(_ALL,),
        perhaps=(_NEW,),
        context=Context.NO_OTHER_TASK,
    ),
    Telling(
        field="answered",
        words=("答复", "回复", "办理"),
        patterns=_patterns(
            rf"(?:(?<!延期)答复|回复|(?<!继续)(?<!年度)(?<!年)办理)(?:了|的)?{_ABOUT}"
            rf"(?:{_APPLICATION})?{_AFTER}",
        ),
        cells=_DONE,
        also=(_ALL, _NEW),
        at_most=_ALL,
        sure=False,
        context=Context.NO_OTHER_TASK,
    ),
)

#: 三（一）至（六）: the words of the form.
_OUTCOMES = (
    *(
        Telling(
            field=field,
            words=(outcome,),
            patterns=_patterns(
                rf"(?<!不){outcome}(?:答复|处理)?(?:的)?(?:{_APPLICATION})?{_AFTER}",
            ),
            cells=cells,
            also=also,
            context=Context.APPLICATIONS,
        )
        for field, outcome, cells, also in (
            ("granted", "予以公开", _GRANTED, (_GRANTED + _PARTLY,)),
            ("partly_granted", "部分公开", _PARTLY, ()),
            ("denied", "不予公开", _group("denied_"), ()),
            ("unavailable", "无法提供", _group("unavailable_"), ()),
            ("rejected", "不予处理", _group("rejected_"), ()),
            ("other", "其他处理", _group("other"), ()),
        )
    ),
    Telling(
        field="granted",
        figure="granted_at_all",
        words=("予以公开",),
        patterns=_patterns(rf"予以公开(?:的)?{_AND}部分公开(?:的)?{_AFTER}"),
        cells=_GRANTED + _PARTLY,
        context=Context.APPLICATIONS,
    ),
)

_DISPUTES = (
    *(
        Telling(
            field=field,
            words=(word,),
            patterns=_patterns(
                rf"(?<!经)(?<!经行政){word}(?:的)?(?:申请|案件)?各?{_AFTER}",
                rf"{_NONE}[^,\d]{{0,40}}?(?<!经)(?<!经行政){word}(?![^,]{{0,100}}{_NOT_NONE})",
            ),
            cells=cells,
            context=Context.DISCLOSURE,
        )
        for field, word, cells in (
            ("review", "复议", _REVIEW),
            ("litigation", "诉讼", _LITIGATION),
        )
    ),
    Telling(
        field="review",
        figure="disputes",
        words=("复议",),
        patterns=_patterns(
            rf"复议(?:案件|申请)?{_AND}(?:被)?(?:提起)?(?:行政)?诉讼(?:案件)?(?!各){_AFTER}",
        ),
        cells=_REVIEW + _LITIGATION,
        context=Context.DISCLOSURE,
    ),
)

_DISCLOSURE = (
    Telling(
        field="in_force",
        words=("有效",),
        patterns=_patterns(
            rf"(?:现行|继续|现存)有效(?:的)?{_NORMATIVE}{_AFTER}",
            rf"{_NORMATIVE}(?:现行|继续)有效(?:的)?{_AFTER}",
        ),
        cells=_normative("in_force"),
    ),
    Telling(
        field="repealed",
        words=("废止",),
        patterns=_patterns(rf"废止(?:失效)?(?:的)?{_NORMATIVE}{_AFTER}"),
        cells=_normative("repealed"),
    ),
    Telling(
        field="issued",
        words=("制发", "制定", "出台", "印发"),
        patterns=_patterns(
            rf"(?:制发|新?制定(?:出台|印发|发布)?)(?:了|的)?{_NORMATIVE}{_AFTER}",
            rf"{_NONE}(?:制发|制定|出台|印发)(?:过)?(?:任何)?{_NORMATIVE}{_ENDED}",
        ),
        cells=_normative("issued", "made"),
    ),
    Telling(
        field="issued",
        words=("出台", "印发"),
        patterns=_patterns(rf"(?:出台|印发)(?:了|的)?{_NORMATIVE}{_AFTER}"),
        cells=_normative("issued", "made"),
        sure=False,
    ),
    *(
        Telling(
            field=field,
            words=(name,),
            patterns=_patterns(pattern),
            cells=(f"disclosure.{field}.decisions",),
            sure=sure,
            context=Context.NO_PUBLICATION,
        )
        for field, name in (
            ("licensing", "行政许可"),
            ("penalties", "行政处罚"),
            ("coercion", "行政强制"),
        )
        for pattern, sure in (
            (rf"作出(?:的)?(?:各类)?{name}(?:处理)?(?:的)?(?:决定|案件)?{_AFTER}", True),
            (rf"{name}(?:处理)?决定(?:书)?{_AFTER}", True),
            (rf"(?:办理|办结|实施|准予)(?:的)?(?:各类)?{name}(?:案件|事项)?{_AFTER}", False),
        )
    ),
)

#: 予以公开答复5件 is an outcome first, and an answer only where it is none.
TELLINGS = _OUTCOMES + _APPLICATIONS + _DISPUTES + _DISCLOSURE
#: No text tells any of them without one of these.
WORDS = regex("|".join(sorted({word for telling in TELLINGS for word in telling.words})))
