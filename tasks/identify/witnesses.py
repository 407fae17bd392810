"""Document -> everything in it that says who reports, and on which year.

Nothing is weighed here; `identity.py` does that. What is no organ's name (`names.py`) is heard
as none, whoever says it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.identify.names import as_organ, is_place, may_speak, organ_at_end, voices
from tasks.identify.wrapped import paragraphs
from tasks.model.document import Cell, Document, Table
from tasks.model.patterns import regex
from tasks.says.labels import key, plain


class Source(StrEnum):
    """Where in a document it is said."""

    HEADING = "heading"
    #: The title in the index block of a government page.
    INDEX_TITLE = "index_title"
    #: A title without a year, on lines of its own below the organ's name.
    YEARLESS = "yearless"
    #: A title below the name of a government on a line of its own.
    ABOVE = "above"
    #: The organ's name alone, over the text.
    NAME = "name"
    #: HTML `<title>`, the properties of PDF and DOCX.
    FILE_TITLE = "file_title"
    #: Another title further below: more often a link to another report than this one's.
    LATER_TITLE = "later_title"
    #: The way to the page: 首页 > 政府信息公开年报 > …
    CRUMBS = "crumbs"
    #: 现公布某某局2023年政府信息公开工作年度报告。
    PREFACE = "preface"
    #: 统计期限自2023年1月1日起至12月31日止.
    PERIOD = "period"
    PUBLISHER = "publisher"
    #: 来源: whoever gave the page to the site.
    CREDIT = "credit"
    SIGNATURE = "signature"
    #: The year before the one of the signature or of publication.
    DATE = "date"
    #: 如有疑问，请与某某局联系.
    CONTACT = "contact"
    #: What is nearly a title, 本报告由某某局编制, and who begins the text: heard where nobody
    #: else names an organ.
    NEARLY = "nearly"
    #: The years that the text names most, the first one more often than the others.
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    source: Source
    organ: str | None = None
    year: int | None = None
    #: Month of a date, in the year after `year`.
    month: int | None = None


# --- how it is written ----------------------------------------------------------------------

_HAN_YEAR = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")
_NOUGHT = "〇零○Oo0"
_YEAR = rf"(?P<year>(?:19|2\s?0)\s?\d\s?\d|二[{_NOUGHT}][一二三四五六七八九{_NOUGHT}]{{2}})"
#: The year of a date is no year of a report, nor is one of several, nor are four digits of a
#: longer number.
_NO_DATE = r"(?!\d|\s*年?\s*[-—–~至到./]\s*\d|\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月)"
_REPORTED = rf"(?<!\d)(?<!\d[-—–~至到./]){_YEAR}{_NO_DATE}"
_OPEN, _CLOSE = r"[\[(（〔【]?", r"[\])）〕】]?"
_ABOUT_YEAR = rf"{_OPEN}{_REPORTED}{_CLOSE}\s*年?\s*度?{_CLOSE}"
_BEFORE = r"(?P<before>[^。；;:：,，]{{{least},60}}?)"
_REPORT = r"(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:报告|年报)"
#: The titles of the form and what offices make of them; 现将…情况报告如下 is none.
_TITLES = "|".join(
    (
        *sorted((re.escape(title) for title in FORM.titles), key=len, reverse=True),
        rf"(?:政府信息|政务|信息)公开(?:工作)?(?:情况)?(?:的)?{_REPORT}",
    )
)
_TITLE = rf"(?P<title>{_TITLES})(?!如下)"
_TITLE_ALONE = regex(rf"[《“\"]?(?:{_TITLES})[》”\"]?")
#: Ways to write a title; the first that fits is taken.
_WAYS = (
    regex(rf"{_BEFORE.format(least=0)}{_ABOUT_YEAR}\s*(?P<between>[^。；;，,]{{0,40}}?){_TITLE}"),
    regex(
        rf"{_BEFORE.format(least=2)}(?:政府信息|政务|信息)公开(?:工作)?\s*{_ABOUT_YEAR}\s*{_REPORT}"
        r"(?!如下)"
    ),
    # not the year of the sentence on the next line
    regex(rf"{_BEFORE.format(least=2)}{_TITLE}\s*{_ABOUT_YEAR}(?![\u3400-\u9fff])"),
    regex(rf"{_BEFORE.format(least=2)}{_TITLE}"),
)
_YEARLESS = _WAYS[-1]
_PREFACE = regex(
    rf"(?:公布|公开|发布|编制|撰写|现将|由)《?(?P<organ>(?:[^,。;:()《》]|\([^()]{{1,30}}\)){{2,40}}?)(?:编制|关于){{0,3}}(?:的)?"
    rf"{_ABOUT_YEAR}[^,。;:]{{0,10}}?{_TITLE}"
)
_PERIOD = regex(
    r"(?P<year>20\d\d)\s*[年./-]\s*0?1\s*[月./-]\s*0?1\s*日?\s*(?:起|开始)?\s*[,，、]?\s*"
    r"(?:至|到|[-—–~]+)\s*(?:(?P<to>20\d\d)\s*[年./-])?\s*12\s*[月./-]\s*31"
)
#: A title that is misspelt or has another end: `某县水利局2022年政府信息公开工作情况的汇报`.
_NEARLY = (
    regex(
        rf"^(?P<organ>[^。；;:：,，\d]{{3,40}}?){_REPORTED}\s*年?\s*度?\s*政[府务]信?息?公开(?!.*[,。;:])"
    ),
    regex(r"由(?P<organ>[\u4e00-\u9fff（）()]{4,40}?)(?:按照|根据|依据|编制|综合|结合|负责)"),
    # who does the work that the text tells: `2023年,某县水利局认真贯彻…`
    regex(
        rf"^(?:{_YEAR}\s*年度?,)?(?P<organ>[\u4e00-\u9fff()]{{3,30}}?)"
        r"(?=照|按照|根据|依据|依照|认真|严格|积极|坚持|高度|深入|全面|紧紧|围绕|持续|切实|着力|贯彻|落实|扎实|始终)"
    ),
)
_CONTACT = regex(r"请(?:与|联系|致电|向)(?P<organ>[^,。;:()]{2,30}?)(?:联系|反映|咨询|[(,。])")
_HAN = "一二三四五六七八九十"
_DATE = (
    rf"(?:{_YEAR}\s*年\s*(?P<month>\d{{1,2}}|[{_HAN}]{{1,2}})\s*月"
    rf"(?:\s*(?:\d{{1,2}}|[{_HAN}]{{1,3}})\s*日)?"
    r"|(?P<year2>20\d\d)[-/.](?P<month2>\d{1,2})[-/.]\d{1,2})"
)
_DATE_LINE = regex(rf"\s*(?P<organ>\D{{4,40}}?)??\s*[(（]?{_DATE}[)）]?\s*(?:印发|发布)?\s*")
YEAR_TOLD = regex(rf"{_REPORTED}\s*年")
#: Not in the name of another document, and not in a title that a line ends with.
_YEAR_IN_TEXT = regex(rf"《[^》]*》|{_REPORTED}\s*年(?!度?\s*(?:{_TITLES})(?:\n|\Z))")
_QUOTED = regex(r"《[^》]*》")
#: In the name of what asked for the report, where no other year is told.
_YEAR_ASKED_FOR = regex(rf"《[^》]*?{_REPORTED}\s*年?\s*度?\s*(?:{_TITLES})[^》]*》")
#: Marks of Markdown before a heading: `## **…**`.
_MARKS = regex(r"(?:#{1,6}\s*)?(?:\*\*|__)?(?:[•●■◆▪▶►○◇□※·]\s*)*")
_CRUMBS = regex(r"^(?:(?:当前|您(?:现在)?的|你的|现在)?(?:所在)?位置|首页|主页)[^》>»›]*[》>»›]")
#: What makes a title one of something else, in it or directly behind it.
_NO_REPORT = regex(r"通知|方案|办法|细则|模板|样式|格式|指南|解读|公告目录")
_NO_REPORT_BEHIND = regex(
    rf"[^\s_|>–—\-,。;:]{{0,12}}?(?:{_NO_REPORT.pattern})"
    r"|的?(?:有关|相关|具体|工作)?的?(?:编制|编写|填报|报送|撰写|要求|安排|部署|培训|审核)"
)

#: Labels of the index block, and what they say. Sources and dates are often on one line.
_LABELS: Mapping[Source, tuple[str, ...]] = {
    Source.PUBLISHER: (
        "发布机构", "发文机关", "发布单位", "公开机构", "制发机关", "信息来源", "发布部门",
        "公开单位", "编制单位", "责任单位", "单位名称", "填报单位", "发文机构", "制作单位",
    ),
    Source.INDEX_TITLE: (
        "标题", "名称", "信息名称", "文件名称", "题目", "公文标题", "文件标题",
    ),
    Source.CREDIT: ("来源", "文章来源", "稿件来源", "供稿单位", "录入", "作者"),
    Source.DATE: ("发布日期", "发布时间", "成文日期", "发文日期", "日期", "时间", "生成日期"),
}  # fmt: skip
_SAID_BY = {key(label): source for source, labels in _LABELS.items() for label in labels}
_LABELLED = regex(
    "(?P<label>"
    + "|".join(r"\s*".join(label) for labels in _LABELS.values() for label in labels)
    + r")\s*:\s*(?P<value>[^\s:][^:]*?)(?=\s|$)"
)
#: Lines beyond these are no heading, no preface and no signature.
_HEADING_LINES, _PREFACE_LINES, _SIGNATURE_LINES = 400, 60, 25
_LONGEST_HEADING = 70
#: Characters of a line that are looked at for a title, or for an organ named in passing.
_OPENING = 300


# --- who is heard ---------------------------------------------------------------------------


def witnesses(document: Document) -> Iterator[Witness]:
    lines = document_lines(document)
    text = "\n".join(lines)
    speaks = _Voice(text)
    yield from _headings(lines, speaks)
    yield from map(speaks.checked, _index(document, lines))
    if document.title:
        yield from title_in(document.title, Source.FILE_TITLE)
    yield from map(speaks.checked, _preface(lines))
    yield from _signature(lines)
    yield from map(speaks.checked, _nearly(lines))
    yield from map(speaks.checked, _names_alone(lines))
    for found in _PERIOD.finditer(text):
        for year in dict.fromkeys((found["year"], found["to"] or found["year"])):
            yield Witness(source=Source.PERIOD, year=int(year))
    yield from _years_in(text)


#: A year that the text names half as often as another may be the one reported on.
_OFTEN = 2


def _years_in(text: str) -> Iterator[Witness]:
    told = _YEAR_IN_TEXT if YEAR_TOLD.search(_QUOTED.sub("", text)) else _YEAR_ASKED_FOR
    found = (to_year(one["year"]) for one in told.finditer(text) if one["year"])
    named = Counter(year for year in found if year).most_common()
    for year, times in named:
        if times * _OFTEN >= named[0][1]:
            yield Witness(source=Source.TEXT, year=year)


class _Voice:
    """How the text calls its own organ. Who does not go with it is somebody else: the office
    that asked for the report, the site that shows it."""

    #: Those that name an organ, though not as the one that reports.
    _ASIDE = frozenset(
        {Source.PUBLISHER, Source.CREDIT, Source.CONTACT, Source.NEARLY, Source.NAME}
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._heard = voices(text)

    def goes_with(self, organ: str | None) -> bool:
        return organ is None or may_speak(organ, self._heard)

    def apart(self, witness: Witness) -> Witness:
        """A title whose organ stands on a line of its own. The name of a government may be that
        of the site, and a title without a year a column of it."""
        organ = witness.organ
        if not self.goes_with(organ):
            return replace(witness, organ=None)
        if organ is None or not organ.endswith("政府"):
            return witness
        known = witness.year or self._heard or self._text.count(organ) > 1
        return replace(witness, source=Source.ABOVE, organ=organ if known else None)

    def checked(self, witness: Witness) -> Witness:
        """The office of a government, which posts and answers for others, is heard where the
        text says 我办; a government that is credited is the site's."""
        organ = witness.organ
        if organ is None or witness.source not in self._ASIDE:
            return witness
        answers = witness.source is Source.CONTACT or "办" not in self._heard
        passing = witness.source is Source.NEARLY and not self._heard
        is_another = (
            (answers and _ANSWERS_FOR.search(organ))
            or ((witness.source is Source.CREDIT or passing) and organ.endswith("政府"))
            or not self.goes_with(organ)
        )
        return replace(witness, organ=None) if is_another else witness


#: Who writes and answers for another: the office of a government for the government.
_ANSWERS_FOR = regex(r"(?:政府|党政|综合|公开|党工?委|[县市区])(?:综合)?(?:办公室|办公厅|办)$")


def document_lines(document: Document) -> list[str]:
    lines = (
        _MARKS.sub("", _joined(line.strip()), count=1).rstrip("#*_ ")
        for text in (*_framed(document), *paragraphs(document))
        for line in plain(text).split("\n")
    )
    return [line for line in lines if line and not _NEIGHBOUR.match(line)]


#: What leads to another page: of whom that is, it does not say.
_NEIGHBOUR = regex(r"(?:[上下前后]一?[篇条则]|(?:相关|延伸|推荐)(?:链接|文章|阅读|信息|内容))\s*:")


def _framed(document: Document) -> Iterator[str]:
    """Tables of one column, or with one text, are paragraphs in frames: titles more often than
    not."""
    for table in document.tables():
        said = [cell.text for cell in table.cells if cell.text]
        if table.n_columns == 1 or len(said) == 1:
            yield from said


def _joined(line: str) -> str:
    """`霁 川 县 财 政 局`: letters set apart are one word."""
    letters = line.split()
    spaced = len(letters) > 3 and all(len(letter) == 1 for letter in letters)
    return "".join(letters) if spaced else line


def to_year(text: str) -> int | None:
    digits = re.sub(r"\s", "", text.translate(_HAN_YEAR))
    return int(digits) if digits.isdigit() and 1990 < int(digits) < 2100 else None


# Titles


def _headings(lines: Sequence[str], speaks: _Voice) -> Iterator[Witness]:
    """Titles on one line, or cut over several that say nothing whole themselves. Those below
    the first heading of the form are links to other reports."""
    over = lines[: min(_text_begins(lines), _HEADING_LINES)]
    lines = [line for line in over if not (_is_date(line) or _is_indexed(line))]
    seen = index = 0
    while index < len(lines) and seen < 3:
        if _CRUMBS.match(lines[index]):
            yield from title_in(lines[index], Source.CRUMBS)
            index += 1
            continue
        used, witness = _title_from(lines, index)
        if witness and _is_told_in_passing(lines[index], witness):
            witness = None
        if witness:
            organ = witness.organ or _beside(lines, index, index + used)
            witness = replace(witness, organ=organ)
            if not any(_names(line, organ) for line in lines[index : index + used]):
                witness = speaks.apart(witness)
            yield replace(witness, source=Source.LATER_TITLE) if seen else witness
            seen += 1
        elif used := _yearless_title(lines, index):
            organ = _beside(lines, index, index + used)
            yield speaks.apart(Witness(source=Source.YEARLESS, organ=organ))
        index += used or 1


def _is_told_in_passing(line: str, witness: Witness) -> bool:
    """In a sentence, unless the line begins with the title: a whole page may be one line."""
    if "。" not in line:
        return False
    before, organ, _ = re.sub(r"\s+", "", line).partition(witness.organ or "。")
    return not witness.organ or not organ or bool(re.search(r"[,。;]", before))


def _names(line: str, organ: str | None) -> bool:
    """Whether the line names the organ and says something else as well."""
    said = re.sub(r"\s+", "", line)
    return organ is None or (organ in said and as_organ(line) != organ)


def _yearless_title(lines: Sequence[str], index: int) -> int:
    """Number of lines that are a title of the form and nothing else."""
    for count in (1, 2):
        said = re.sub(r"\s+", "", "".join(lines[index : index + count]))
        if _TITLE_ALONE.fullmatch(said):
            return count
    return 0


def _beside(lines: Sequence[str], begin: int, end: int) -> str | None:
    """The organ on the line above a title, or on two, or in brackets on the one below it."""
    above = "\n".join(line for line in lines[max(begin - 2, 0) : begin] if len(line) <= 40)
    last = lines[begin - 1] if begin else ""
    below = lines[end] if end < len(lines) else ""
    own = as_organ(last) or (organ_at_end(above) if _HAN_ONLY.fullmatch(last) else None)
    return own or (as_organ(below) if below.startswith("(") else None)


#: A line that may be a part of a name, and nothing beside it.
_HAN_ONLY = regex(r"[\u3400-\u9fff()、\s]+")


def _is_date(line: str) -> bool:
    found = _DATE_LINE.fullmatch(line)
    return bool(found) and not (found and found["organ"])


def _title_from(lines: Sequence[str], index: int) -> tuple[int, Witness | None]:
    """Number of lines taken, and the title that they say."""
    for count in (1, 2, 3, 4):
        parts = lines[index : index + count]
        if len(parts) < count or any(len(part) > _LONGEST_HEADING for part in parts):
            break
        witness = next(title_in("\n".join(parts), Source.HEADING), None)
        if witness and witness.year:
            whole = count > 1 and any(_says_title(part) for part in parts[1:])
            # what stands over a title and names nobody is no part of it
            over = count > 1 and not witness.organ and _says_title("\n".join(parts[1:]))
            return (1, None) if whole or over else (count, witness)
    alone = len(lines[index]) <= 40
    return 1, next(title_in(lines[index], Source.HEADING), None) if alone else None


def _is_indexed(line: str) -> bool:
    """`信息分类:政府信息公开年报`: a label of an index and what it says; no part of a title."""
    return bool(_SHORT_LABEL.match(line)) and not _says_title(line)


_SHORT_LABEL = regex(r"[\u3400-\u9fffA-Za-z][^,。;:()《》\d]{0,15}:(?!\d)")


def _says_title(line: str) -> bool:
    witness = next(title_in(line, Source.HEADING), None)
    return bool(witness and witness.year)


def title_in(text: str, source: Source) -> Iterator[Witness]:
    """A title inside a short text; not one that is only referred to."""
    if "报" not in plain(text):
        return  # no title is without it, and what follows takes long
    said = _CRUMBS.sub("", plain(text).strip())[:_OPENING]
    for text in dict.fromkeys((said, re.sub(r"\s+", "", said))):
        for way in _WAYS:
            found = way.search(text)
            if found and _is_of_something_else(found):
                return
            organ = _organ_in(found, said) if found else None
            if not found or (way is _YEARLESS and not organ):
                continue
            written = found.groupdict().get("year")
            yield Witness(source=source, organ=organ, year=to_year(written) if written else None)
            return


def _is_of_something_else(title: re.Match[str]) -> bool:
    """A notice about reports, a template, instructions."""
    before = re.split(r"[\s_|>–—\-]", title.groupdict().get("before") or "")[-1]
    between = title.groupdict().get("between") or ""
    behind = _NO_REPORT_BEHIND.match(title.string, title.end())
    return bool(behind or _NO_REPORT.search(before + between))


def _organ_in(title: re.Match[str], said: str) -> str | None:
    """Before the title, between year and title, or in brackets after it. `said` is the text
    as it is spaced."""
    for group in ("before", "between"):
        if group in title.groupdict():
            organ = organ_at_end(_spaced(title[group], said) + _shared(title, title.end(group)))
            if organ:
                return organ
    after = _IN_BRACKETS.match(title.string, title.end())
    return as_organ(after["organ"]) if after else None


def _spaced(part: str, said: str) -> str:
    """A part of a text as it stood before its spaces were taken out."""
    found = re.search(r"\s*".join(map(re.escape, part)), said) if part else None
    return found[0] if found else part


def _shared(title: re.Match[str], end: int) -> str:
    """政府 is written once for 某镇人民政府 and 政府信息公开."""
    goes_on = title.string[:end].endswith("人民") and title.string.startswith("政府", end)
    return "政府" if goes_on else ""


_IN_BRACKETS = regex(r"\s*[(（](?P<organ>[\u4e00-\u9fff()]+?)[)）](?=\s|$)")


# The index block of a government page


def _index(document: Document, lines: Sequence[str]) -> Iterator[Witness]:
    """Labels beside what they label: in cells, on one line, or on the line above it."""
    for label, value in pairwise(lines[:_HEADING_LINES]):
        if source := _SAID_BY.get(key(label)):
            yield from _indexed(source, value)
    for block in document.blocks:
        if isinstance(block, Table):
            said = [(cell.text, after.text) for cell, after in _neighbours(block)]
        else:
            said = [pair for line in block.text.split("\n") for pair in _labelled(plain(line))]
        for label, value in said:
            if source := _SAID_BY.get(key(label)):
                yield from _indexed(source, plain(value).strip())


def _labelled(line: str) -> Iterator[tuple[str, str]]:
    """`标题:某某局2023年…` to the end of the line; `来源:某某局 时间:2024-01-20` in pieces."""
    label, colon, value = line.partition(":")
    if colon and len(label) <= 8 and 0 < len(value) <= 60 and ":" not in value:
        yield label, value
    elif len(line) <= 120:
        for found in _LABELLED.finditer(line):
            yield found["label"], found["value"]


def _indexed(source: Source, value: str) -> Iterator[Witness]:
    match source:
        case Source.INDEX_TITLE:
            yield from title_in(value, Source.INDEX_TITLE)
        case Source.PUBLISHER | Source.CREDIT:
            if organ := as_organ(value):
                yield Witness(source=source, organ=organ)
        case Source.DATE:
            yield from _dated(_DATE_LINE.match(value))
        case _:
            return


def _neighbours(table: Table) -> Iterator[tuple[Cell, Cell]]:
    for line in table.grid():
        # a spanning cell stands at each of its places
        yield from pairwise(cell for at, cell in enumerate(line) if cell and cell.column == at)


# Sentences and signature


def _preface(lines: Sequence[str]) -> Iterator[Witness]:
    for line in lines[:_PREFACE_LINES]:
        if len(line) <= _LONGEST_HEADING and "。" not in line:
            continue
        if found := _PREFACE.search(line):
            said = re.split(r"公布|公开(?!办)|发布|(?<!机构)编制|撰写", found["organ"])[-1]
            yield Witness(
                source=Source.PREFACE, organ=organ_at_end(said), year=to_year(found["year"])
            )
        if found := _CONTACT.search(line):
            organ = organ_at_end(
                re.sub(r"(?<=[局委厅])(?:办公室|.{0,6}[科股室])$", "", found["organ"])
            )
            if organ:
                yield Witness(source=Source.CONTACT, organ=organ)


def _nearly(lines: Sequence[str]) -> Iterator[Witness]:
    for line in lines[: min(_text_begins(lines) + _FIRST_LINES, _PREFACE_LINES)]:
        for way in _NEARLY:
            found = way.search(line[:_OPENING])
            organ = organ_at_end(found["organ"]) if found else None
            if organ:
                yield Witness(source=Source.NEARLY, organ=organ)


#: The first heading and what stands below it.
_FIRST_LINES = 2
#: The form's own headings: the text of the report begins with the first of them.
_SECTIONS = {key(title) for edition in FORM.editions for title in edition.titles} | {
    key(title) for title in FORM.other_sections
}


def _text_begins(lines: Sequence[str]) -> int:
    """The first heading of the form with text below it: below a list of them a title stands."""
    for at, (line, after) in enumerate(pairwise([*lines, ""])):
        if key(line) in _SECTIONS and not (
            key(after) in _SECTIONS or as_organ(after) or _says_title(after)
        ):
            return at
    return len(lines)


def _names_alone(lines: Sequence[str]) -> Iterator[Witness]:
    """The organ's name and nothing else, over the text, where no other name stands so. The
    name of a government may be that of the site: it must be told in the text as well."""
    lines = [line for line in lines if not _is_date(line)]
    begin = _text_begins(lines)
    names: dict[str, bool] = {}
    for at, line in enumerate(lines[: min(begin, _OVER_THE_TEXT)] if begin < len(lines) else ()):
        organ = as_organ(line)
        if organ and not is_place(organ):
            after = lines[at + 1]
            told = any(organ in other and other != line for other in lines[at + 1 :])
            over = key(after) in _SECTIONS or len(after) > _LONGEST_HEADING or "。" in after
            names[organ] = told or (over and not organ.endswith("政府"))
    if len(names) == 1 and all(names.values()):
        yield Witness(source=Source.NAME, organ=next(iter(names)))


#: Lines in which the organ's name may stand alone.
_OVER_THE_TEXT = 20


def _signature(lines: Sequence[str]) -> Iterator[Witness]:
    """An organ's name with a date after it, near the end."""
    for index in range(len(lines) - 1, max(len(lines) - _SIGNATURE_LINES, 0), -1):
        found = _DATE_LINE.fullmatch(lines[index])
        if not found:
            continue
        organ = as_organ(found["organ"] or lines[index - 1])
        if found["organ"] and not organ:
            continue
        yield from _dated(found)
        if organ:
            yield Witness(source=Source.SIGNATURE, organ=organ)
        return


def _dated(found: re.Match[str] | None) -> Iterator[Witness]:
    """A report is of the year before the one in which it is signed."""
    year = to_year(found["year"] or found["year2"]) if found else None
    if found and year:
        month = found["month"] or found["month2"]
        yield Witness(source=Source.DATE, year=year - 1, month=_to_month(month))


def _to_month(text: str) -> int:
    return int(text) if text.isdigit() else sum(_HAN.index(han) + 1 for han in text)
