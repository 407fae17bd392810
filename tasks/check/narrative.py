"""Figures of the text against the tables, each with the sentence that says them.

    paragraphs -> statements -> figures that are told -> what the tables say otherwise

`tellings.py` knows how figures are told, `scope.py` of whom and when. A figure is certain only
where it is told of the organ itself and of the whole year reported on, and of nothing but its
field; everything else is a hint that says why. What speaks of another time is let be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase

from tasks.check.relations import cell_value
from tasks.check.scope import (
    CLAUSE,
    When,
    Whose,
    goes_on,
    spoken_of,
    starts_anew,
    time_at_head,
    when_told,
)
from tasks.check.tellings import TELLINGS, WORDS, Context, Telling
from tasks.identify.wrapped import paragraphs
from tasks.model.document import Document
from tasks.model.patterns import regex
from tasks.model.report import Finding, Kind, Report, Severity
from tasks.model.saying import FigureOf, Saying, say
from tasks.says.amounts import digits_to_int, han_to_int
from tasks.says.labels import plain


class Doubt(StrEnum):
    """Why a figure of the text may not be the figure of the table."""

    OTHERS = "others"
    PART = "part"
    WORD = "word"
    LAST_YEAR = "last_year"
    TOPIC = "topic"
    TWO = "two"


_SAID_OF: dict[Doubt, Saying] = {
    Doubt.OTHERS: say("narrative.of_others"),
    Doubt.PART: say("narrative.of_a_part"),
    Doubt.WORD: say("narrative.by_other_words"),
    Doubt.LAST_YEAR: say("narrative.of_last_year"),
    Doubt.TOPIC: say("narrative.of_another_topic"),
    Doubt.TWO: say("narrative.several_figures"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """What stands between two full stops or semicolons."""

    #: In simplified characters and half-width signs, without spaces.
    text: str
    #: As it stands in the document.
    quote: str
    #: Whether the sentence up to here speaks of disclosure; whether the paragraph or the heading
    #: over it do, and of applications.
    of_disclosure: bool
    near_disclosure: bool
    near_applications: bool
    #: It begins a sentence, and a paragraph that goes on from no open line.
    begins: bool
    is_first: bool
    #: Whom the text spoke of before, where it may go on of them; None where it begins.
    whose: Whose | None = None
    #: The time that the text spoke of before, as it says it, where it surely goes on.
    when: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    telling: Telling
    number: int
    statement: _Statement
    #: Where in the statement it is said.
    span: tuple[int, int]
    doubt: Doubt | None


def against_text(document: Document, report: Report) -> Iterator[Finding]:
    """What the text says otherwise than the tables, one finding a figure."""
    by_figure: dict[tuple[str, str], list[_Said]] = {}
    for statement in _going_on(_statements(document), report):
        for said in _told_in(statement, report):
            by_figure.setdefault((said.telling.field, said.telling.called), []).append(said)
    for told in by_figure.values():
        # said rightly once is said rightly: the other figure is of something else
        if not any(said.number in _sums(report, said.telling) for said in told):
            found = _contradiction(report, told)
            if document.readings:
                found = replace(found, says=(*found.says, say("narrative.read_by_ocr")))
            yield found


# --- paragraphs -> statements ---------------------------------------------------------------

_SENTENCE = regex(r"[。！？\n]")
_STATEMENT = regex(r"[；;]")
_SHORTEST = 5
_LONGEST_HEADING = 40
#: A longer statement is none of people's. It is read in pieces, no figure cut in two, so that
#: the time for it grows with its length only.
_PIECE = regex(r"(?s).{1,2000}(?![\d,，.])|[\d,，.]+")


def _statements(document: Document) -> Iterator[_Statement]:
    heading = ""
    is_open = False
    for paragraph in paragraphs(document):
        is_first, is_open = not is_open, paragraph.rstrip().endswith(_OPEN_ENDS)
        if len(paragraph) <= _LONGEST_HEADING and not _SENTENCE.search(paragraph.strip()):
            heading = _bare(paragraph)
        around = heading + _bare(paragraph)
        near_disclosure = bool(_DISCLOSURE_TOPIC.search(around))
        near_applications = bool(_APPLICATIONS_TOPIC.search(around))
        for sentence in _SENTENCE.split(paragraph):
            of_disclosure = False
            for at, part in enumerate(_pieces(sentence)):
                text = _bare(part)
                of_disclosure = of_disclosure or bool(_DISCLOSURE_TOPIC.search(text))
                if len(text) >= _SHORTEST:
                    quote = "".join(part.split())
                    yield _Statement(
                        text=text,
                        quote=quote,
                        of_disclosure=of_disclosure,
                        near_disclosure=near_disclosure,
                        near_applications=near_applications,
                        begins=at == 0,
                        is_first=is_first,
                    )
                    is_first = False


def _going_on(statements: Iterable[_Statement], report: Report) -> Iterator[_Statement]:
    """The statements, with whom and when those before them spoke of.

    Figures of applications of several organs stay theirs until somebody else is named, or
    the text begins anew; a time is carried only where the words say that it goes on.
    """
    whose: Whose | None = None
    when = ""
    for statement in statements:
        surely = goes_on(statement.text) or not statement.begins
        if not surely and (statement.is_first or starts_anew(statement.text)):
            whose = None
        when = when if surely else ""
        yield replace(statement, whose=whose, when=when) if whose or when else statement
        spoken = spoken_of(statement.text, report)
        if spoken is Whose.OWN or (spoken and _APPLICATIONS_TOLD.search(statement.text)):
            whose = spoken
        when = time_at_head(statement.text) or when


#: What a line ends with that the next one goes on from.
_OPEN_ENDS = ("：", ":", "，", ",", "、", "；", ";")
#: Figures of applications and of what became of them.
_APPLICATIONS_TOLD = regex(r"(?:申请|公开|答复|办结|办理|复议|诉讼|受理|收到).*\d")


def _pieces(sentence: str) -> Iterator[str]:
    for part in _STATEMENT.split(sentence):
        yield from _PIECE.findall(part)


def _bare(text: str) -> str:
    return "".join(plain(text).split())


# --- statements -> figures that are told ----------------------------------------------------


def _told_in(statement: _Statement, report: Report) -> Iterator[_Said]:
    taken: list[tuple[int, int]] = []
    if not WORDS.search(statement.text):
        return
    for telling in TELLINGS:
        if not any(word in statement.text for word in telling.words):
            continue
        for pattern in telling.patterns:
            for found in pattern.finditer(statement.text):
                start, end = found.span("n")
                if any(first < end and start < last for first, last in taken):
                    continue
                if _JOINED.search(_before(statement, found.start())):
                    continue
                if not _is_none(found["n"]):
                    taken.append((start, end))
                number = _number(found["n"])
                if number is not None and _sums(report, telling):
                    yield from _heard(statement, telling, found, number, report)


def _heard(
    statement: _Statement, telling: Telling, found: re.Match[str], number: int, report: Report
) -> Iterator[_Said]:
    """The figure with the doubt about it; nothing where it is of another time or matter."""
    before = _ASIDE.sub("", _before(statement, found.start()))
    clause = CLAUSE.split(before)[-1]
    when = when_told(statement.when + before, found, report)
    whose = spoken_of(before, report) or statement.whose
    if when is When.OTHER or _is_beside_the_point(statement, telling, found, before):
        return
    doubts = (
        Doubt.LAST_YEAR if when is When.LAST_YEAR else None,
        Doubt.PART if _is_part(clause, found[0], telling) else None,
        Doubt.OTHERS if whose is Whose.OTHERS else None,
        Doubt.TOPIC if _topic_is_open(statement, telling) else None,
        Doubt.WORD if _may_count_otherwise(number, telling, report) else None,
    )
    yield _Said(telling, number, statement, found.span(), next(filter(None, doubts), None))


#: Characters before a figure that may say whose it is and when; no statement of people's is
#: much longer.
_REACH = 300


def _before(statement: _Statement, end: int) -> str:
    return statement.text[max(0, end - _REACH) : end]


#: Titles and numbers of documents have years in them that say nothing.
_ASIDE = regex(r"《[^》]*》|<[^>]*>|〔[^〕]*〕|\[[^\]]*\]")


def _number(text: str) -> int | None:
    if text[0].isdigit():
        return digits_to_int(text)
    return 0 if _is_none(text) else han_to_int(text)


def _is_none(text: str) -> bool:
    """未, 没有, 无: a word that says there was none, of as many things as follow it."""
    return text[0] in "未没无不从零"


# Whether it is all of it, and this matter at all

#: Words before the figure in its clause that make it a part.
_PART = regex(
    r"通过|网络|网站|网上|线上|平台|信函|邮|当面|现场|窗口|来信|转办|转来|交办|较|比|同比"
)
#: Fields of which 其中 tells a part; an outcome after 其中 is the outcome.
_WHOLES = frozenset({"received", "answered", "carried_over"})


#: The two kinds of applicants of the form; whoever names one of them speaks of a part.
_NATURAL_PERSONS, _LEGAL_PERSONS = regex(r"公民|自然人"), regex(r"法人|组织")


def _is_part(clause: str, told: str, telling: Telling) -> bool:
    """`clause` is what stands before the words that tell the figure."""
    if _PART.search(clause):
        return True
    one_kind = bool(_NATURAL_PERSONS.search(told)) != bool(_LEGAL_PERSONS.search(told))
    return telling.field in _WHOLES and ("其中" in clause or one_kind)


_DISCLOSURE_TOPIC = regex(r"信息公开|依申请|公开政府信息")
_APPLICATIONS_TOPIC = regex(r"申请|答复|办结|办理|其中|结果")
#: What else is answered and handled in such reports.
_OTHER_TASK = regex(
    r"提案|建议|议案|热线|信访|留言|来电|来信|来访|来件|信箱|诉求|咨询|投诉|举报|信件|邮件|网民"
)
#: What such a sentence would ask, fear or forbid, where it says 未收到 or 无.
_NOT_A_REPORT = regex(r"如果?|若|个别|避免|防止|是否|申请人|问题|不足|难以")
#: Records of decisions that were published, powers that were listed: no decisions taken.
_NO_DECISION = regex(r"公示|公开|信息|归集|新增|调整|清单|目录|事项")
#: 不予公开、无法提供共3件: the figure is of both.
_JOINED = regex(
    r"(?:公开|提供|处理|复议)(?:的|案件|申请)?(?:、|和|及|与|或|以及)(?:被)?(?:提起)?(?:行政)?$"
)
_APPROXIMATE = regex(r"(?:约|近|超过?|逾|不到|不足|多达|将近)$")


def _is_beside_the_point(
    statement: _Statement, telling: Telling, found: re.Match[str], before: str
) -> bool:
    said = before + found[0]
    if _APPROXIMATE.search(_before(statement, found.start("n"))):
        return True
    if _is_none(found["n"]) and _NOT_A_REPORT.search(statement.text):
        return True
    match telling.context:
        case Context.DISCLOSURE:
            none = _is_none(found["n"])
            return not none and not statement.near_disclosure
        case Context.NO_OTHER_TASK:
            return "申请" not in found[0] and bool(_OTHER_TASK.search(said))
        case Context.NO_PUBLICATION:
            return bool(_NO_DECISION.search(said))
        case _:
            return False


def _topic_is_open(statement: _Statement, telling: Telling) -> bool:
    """Whether only the surroundings, and not the sentence, tell what it is about."""
    match telling.context:
        case Context.DISCLOSURE:
            return not statement.of_disclosure
        case Context.APPLICATIONS:
            return not statement.near_applications
        case _:
            return False


# --- what the tables say --------------------------------------------------------------------


def _sums(report: Report, telling: Telling) -> set[int | Decimal]:
    """The sums that the figure may be; empty where the tables do not tell them."""
    first = _sum(report, telling.cells)
    sums = (_sum(report, cells) for cells in (telling.cells, *telling.also))
    return {total for total in sums if total is not None} if first is not None else set()


def _may_count_otherwise(number: int, telling: Telling, report: Report) -> bool:
    """受理 or 答复 may be of fewer applications than 收到, and never of more."""
    if number in (_sum(report, cells) for cells in telling.perhaps):
        return True
    most = _sum(report, telling.at_most) if telling.at_most else None
    return not telling.sure and (most is None or number <= most)


def _sum(report: Report, patterns: tuple[str, ...]) -> int | Decimal | None:
    total: int | Decimal = 0
    for cell in _cells(report, patterns):
        amount = _amount(report, cell)
        if amount is None:
            return None
        total += amount
    return total if _cells(report, patterns) else None


def _amount(report: Report, cell: str) -> int | Decimal | None:
    """The figure of a cell; of a total left blank, which is told elsewhere, that of its parts."""
    value = cell_value(report, cell)
    table, row, column = cell.split(".")
    if column != "total" or value.kind not in (Kind.BLANK, Kind.DASH):
        return value.amount
    parts = report.values[table][row].values()
    if any(part.kind is Kind.UNREADABLE for part in parts):
        return None
    return sum(part.amount or 0 for part in parts)


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


# --- what is said ---------------------------------------------------------------------------

_LONGEST_QUOTE = 90


def _contradiction(report: Report, told: list[_Said]) -> Finding:
    first = next((said for said in told if said.doubt is None), told[0])
    if first.doubt is None and len({said.number for said in told}) > 1:
        first = replace(first, doubt=Doubt.TWO)
    cells = _cells(report, first.telling.cells)
    expected = _sum(report, first.telling.cells)
    kinds = {cell_value(report, cell).kind for cell in cells}
    blank = not expected and kinds <= {Kind.BLANK, Kind.DASH}
    figure, quote = FigureOf(first.telling.called), _quoted(first)
    given = say("narrative.blank") if blank else say("narrative.given", amount=str(expected))
    if first.doubt is None:
        said = say("narrative.differs", figure=figure, told=first.number, given=given, quote=quote)
    else:
        said = say(
            "narrative.may_differ",
            figure=figure,
            told=first.number,
            given=given,
            quote=quote,
            because=_SAID_OF[first.doubt],
        )
    return Finding(
        rule=f"narrative.{first.telling.field}",
        severity=Severity.INFO if first.doubt else Severity.ERROR,
        says=(said,),
        cells=cells,
        expected=str(expected),
        actual=str(first.number),
    )


def _quoted(said: _Said) -> str:
    """The statement as it stands, or the part of a long one that says the figure."""
    quote, (start, end) = said.statement.quote, said.span
    if len(quote) <= _LONGEST_QUOTE:
        return quote
    if len(quote) != len(said.statement.text):
        quote = said.statement.text
    return f"{'…' if start > 40 else ''}{quote[max(0, start - 40) : end + 20]}…"
