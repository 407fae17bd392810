"""Document -> everything in it that says who reports, and on which year.

Nothing is weighed here; `identity.py` does that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.document import Cell, Document, Table
from tasks.recognise.labels import key, plain
from tasks.recognise.wrapped import paragraphs


class Source(StrEnum):
    """Where in a document it is said."""

    HEADING = "heading"
    #: The title in the index block of a government page.
    INDEX_TITLE = "index_title"
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
    #: What is nearly a title, and 本报告由某某局编制: heard where nobody else names an organ.
    NEARLY = "nearly"
    #: The year that the text names most.
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    source: Source
    organ: str | None = None
    year: int | None = None
    #: Month of a date, in the year after `year`.
    month: int | None = None


# --- how it is written ----------------------------------------------------------------------

_HAN_YEAR = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_YEAR = r"(?P<year>(?:19|2\s?0)\s?\d\s?\d|二[〇零○O0][一二三四五六七八九〇零○]{2})"
_OPEN, _CLOSE = r"[\[(（〔【]?", r"[\])）〕】]?"
_ABOUT_YEAR = rf"{_OPEN}{_YEAR}{_CLOSE}\s*年?\s*度?{_CLOSE}"
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
#: Ways to write a title; the first that fits is taken.
_WAYS = (
    re.compile(
        rf"{_BEFORE.format(least=0)}{_ABOUT_YEAR}\s*(?P<between>[^。；;，,]{{0,40}}?){_TITLE}"
    ),
    re.compile(
        rf"{_BEFORE.format(least=2)}(?:政府信息|政务|信息)公开(?:工作)?\s*{_ABOUT_YEAR}\s*{_REPORT}"
        r"(?!如下)"
    ),
    re.compile(rf"{_BEFORE.format(least=2)}{_TITLE}\s*{_ABOUT_YEAR}"),
    re.compile(rf"{_BEFORE.format(least=2)}{_TITLE}"),
)
_YEARLESS = _WAYS[-1]
_PREFACE = re.compile(
    rf"(?:公布|公开|发布|编制|撰写|现将|由)《?(?P<organ>[^,。;:()《》]{{2,40}}?)(?:编制|关于){{0,3}}(?:的)?"
    rf"{_ABOUT_YEAR}[^,。;:]{{0,10}}?{_TITLE}"
)
_PERIOD = re.compile(
    r"(?P<year>20\d\d)\s*[年./-]\s*0?1\s*[月./-]\s*0?1\s*日?\s*(?:起|开始)?\s*[,，、]?\s*"
    r"(?:至|到|[-—–~]+)\s*(?:(?P<to>20\d\d)\s*[年./-])?\s*12\s*[月./-]\s*31"
)
#: A title that is misspelt or has another end: `某县水利局2022年政府信息公开工作情况的汇报`.
_NEARLY = (
    re.compile(rf"(?P<organ>[^。；;:：,，\d]{{3,40}}?){_YEAR}\s*年?\s*度?\s*政[府务]信?息?公开"),
    re.compile(r"由(?P<organ>[\u4e00-\u9fff（）()]{4,40}?)(?:按照|根据|依据|编制|综合|结合|负责)"),
)
_CONTACT = re.compile(r"请(?:与|联系|致电|向)(?P<organ>[^,。;:()]{2,30}?)(?:联系|反映|咨询|[(,。])")
_HAN = "一二三四五六七八九十"
_DATE = (
    rf"(?:{_YEAR}\s*年\s*(?P<month>\d{{1,2}}|[{_HAN}]{{1,2}})\s*月"
    rf"(?:\s*(?:\d{{1,2}}|[{_HAN}]{{1,3}})\s*日)?"
    r"|(?P<year2>20\d\d)[-/.](?P<month2>\d{1,2})[-/.]\d{1,2})"
)
_DATE_LINE = re.compile(rf"\s*(?P<organ>\D{{4,40}}?)??\s*{_DATE}\s*(?:印发|发布)?\s*")
_YEAR_IN_TEXT = re.compile(r"(?P<year>20\d\d)\s*年")
#: How the names of administrative organs end.
_ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府(?:办公室|办公厅)?|政府|委员会|管委会|办公室|办公厅|办事处|街道办|海关|机关|"
    r"[局厅委办处署院会台站所中心队校园馆社团司部乡镇村区县市州旗省]|街道)"
)
_OURSELVES = re.compile(
    r"[我本](?:局|办|委|厅|单位|机关|部门|镇|乡|街道|县|市|区|院|校|所|站|中心)"
)
#: Marks of Markdown before a heading: `## **…**`.
_MARKS = re.compile(r"(?:#{1,6}\s*)?(?:\*\*|__)?")
_CRUMBS = re.compile(
    r"^(?:(?:当前|您(?:现在)?的|你的|现在)?(?:所在)?位置|首页|主页)[^》>»›]*[》>»›]"
)
_NO_REPORT = re.compile(r"通知|方案|办法|细则|模板|样式|格式|指南|解读|公告目录")

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
_LABELLED = re.compile(
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
    yield from _headings(lines)
    yield from _index(document)
    if document.title:
        yield from title_in(document.title, Source.FILE_TITLE)
    yield from _preface(lines)
    yield from _signature(lines)
    yield from _nearly(lines)
    text = "\n".join(lines)
    for found in _PERIOD.finditer(text):
        for year in dict.fromkeys((found["year"], found["to"] or found["year"])):
            yield Witness(source=Source.PERIOD, year=int(year))
    years = Counter(int(found["year"]) for found in _YEAR_IN_TEXT.finditer(text))
    if years:
        yield Witness(source=Source.TEXT, year=years.most_common(1)[0][0])


def document_lines(document: Document) -> list[str]:
    lines = (
        _MARKS.sub("", _joined(line.strip()), count=1).rstrip("#*_ ")
        for text in (*_framed(document), *paragraphs(document))
        for line in plain(text).split("\n")
    )
    return [line for line in lines if line]


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


def _headings(lines: Sequence[str]) -> Iterator[Witness]:
    """Titles on one line, or cut over two or three lines that say nothing whole themselves."""
    lines = [line for line in lines[:_HEADING_LINES] if not _is_date(line)]
    seen = index = 0
    while index < len(lines) and seen < 3:
        if _CRUMBS.match(lines[index]):
            yield from title_in(lines[index], Source.CRUMBS)
            index += 1
            continue
        used, witness = _title_from(lines, index)
        if witness:
            if witness.organ is None and index and is_organ(lines[index - 1]):
                witness = replace(witness, organ=re.sub(r"\s+", "", lines[index - 1]))
            yield replace(witness, source=Source.LATER_TITLE) if seen else witness
            seen += 1
        index += used


def _is_date(line: str) -> bool:
    found = _DATE_LINE.fullmatch(line)
    return bool(found) and not (found and found["organ"])


def _title_from(lines: Sequence[str], index: int) -> tuple[int, Witness | None]:
    """Number of lines taken, and the title that they say."""
    for count in (1, 2, 3):
        parts = lines[index : index + count]
        if len(parts) < count or any(len(part) > _LONGEST_HEADING for part in parts):
            break
        witness = next(title_in("".join(parts), Source.HEADING), None)
        if witness and witness.year:
            whole = count > 1 and any(_says_title(part) for part in parts[1:])
            return (1, None) if whole else (count, witness)
    alone = len(lines[index]) <= 40
    return 1, next(title_in(lines[index], Source.HEADING), None) if alone else None


def _says_title(line: str) -> bool:
    witness = next(title_in(line, Source.HEADING), None)
    return bool(witness and witness.year)


def title_in(text: str, source: Source) -> Iterator[Witness]:
    """A title inside a short text; not one that is only referred to."""
    said = plain(text).strip()
    if _NO_REPORT.search(said):
        return
    said = _CRUMBS.sub("", said)[:_OPENING]
    for text in dict.fromkeys((said, re.sub(r"\s+", "", said))):
        for way in _WAYS:
            found = way.search(text)
            organ = _organ_in(found) if found else None
            if not found or (way is _YEARLESS and not organ):
                continue
            written = found.groupdict().get("year")
            yield Witness(source=source, organ=organ, year=to_year(written) if written else None)
            return


def _organ_in(title: re.Match[str]) -> str | None:
    """Before the title, between year and title, or in brackets after it."""
    groups = title.groupdict()
    organ = _clean(groups.get("before") or "") or _clean(groups.get("between") or "")
    after = _IN_BRACKETS.match(title.string, title.end())
    return organ or (after["organ"] if after and is_organ(after["organ"]) else None)


_IN_BRACKETS = re.compile(r"\s*[(（](?P<organ>[\u4e00-\u9fff]+)[)）]")


def _clean(text: str) -> str | None:
    """The organ's name without what stands around it in a title."""
    text = re.sub(r"^.*(?:门户网站?|网站|政务网|信息网)[\s|_\-–—·]*", "", text)
    text = re.sub(r"\s+", "", text)
    text = re.split(r"[>》»›|\-–—_]", text.rstrip("-–—_|"))[-1]
    text = re.sub(r"^.*?(?:现将|现公布|现公开|现发布|社会公布|社会公开|社会发布|编制)", "", text)
    text = re.sub(
        r"^(?:标题|名称|关于(?:公布|发布|印发)?|索引号|附件\d*|【.*?】|[AP]M|[《\"“'、,，:：0-9.])++",
        "",
        text,
    )
    text = re.sub(r"(?:关于(?:公布|发布|公开|做好)?|的|年|度|[《\"“'、,，:：])+$", "", text)
    said = len(text) >= 2 and text != "政府" and re.search(r"[\u4e00-\u9fff]{2}", text)
    return text if said and not _OURSELVES.fullmatch(text) else None


def is_organ(text: str) -> bool:
    said = re.sub(r"\s+", "", text)
    return len(said) <= 40 and bool(_ORGAN.fullmatch(said)) and not _OURSELVES.match(said)


# The index block of a government page


def _index(document: Document) -> Iterator[Witness]:
    """Labels beside what they label: in cells, or on lines of their own."""
    for block in document.blocks:
        if isinstance(block, Table):
            said = [(cell.text, after.text) for cell, after in _neighbours(block)]
        else:
            said = [pair for line in block.text.split("\n") for pair in _labelled(plain(line))]
        for label, value in said:
            yield from _indexed(_SAID_BY.get(key(label)), plain(value).strip())


def _labelled(line: str) -> Iterator[tuple[str, str]]:
    """`标题:某某局2023年…` to the end of the line; `来源:某某局 时间:2024-01-20` in pieces."""
    label, colon, value = line.partition(":")
    if colon and len(label) <= 8 and 0 < len(value) <= 60 and ":" not in value:
        yield label, value
    elif len(line) <= 120:
        for found in _LABELLED.finditer(line):
            yield found["label"], found["value"]


def _indexed(source: Source | None, value: str) -> Iterator[Witness]:
    match source:
        case Source.INDEX_TITLE:
            yield from title_in(value, Source.INDEX_TITLE)
        case Source.PUBLISHER | Source.CREDIT:
            if is_organ(value):
                yield Witness(source=source, organ=re.sub(r"\s+", "", value))
        case Source.DATE:
            yield from _dated(_DATE_LINE.match(value))
        case _:
            return


def _neighbours(table: Table) -> Iterator[tuple[Cell, Cell]]:
    for line in table.grid():
        cells = list({id(cell): cell for cell in line if cell is not None}.values())
        yield from pairwise(cells)


# Sentences and signature


def _preface(lines: Sequence[str]) -> Iterator[Witness]:
    for line in lines[:_PREFACE_LINES]:
        if len(line) <= _LONGEST_HEADING and not line.endswith("。"):
            continue
        if found := _PREFACE.search(line):
            organ = _clean(re.split(r"公布|公开(?!办)|发布|编制|撰写", found["organ"])[-1])
            yield Witness(
                source=Source.PREFACE,
                organ=organ if organ and is_organ(organ) else None,
                year=to_year(found["year"]),
            )
        if found := _CONTACT.search(line):
            organ = _clean(re.sub(r"(?<=[局委厅])(?:办公室|.{0,6}[科股室])$", "", found["organ"]))
            if organ and is_organ(organ):
                yield Witness(source=Source.CONTACT, organ=organ)


def _nearly(lines: Sequence[str]) -> Iterator[Witness]:
    for line in lines[:_PREFACE_LINES]:
        for way in _NEARLY:
            found = way.search(line[:_OPENING])
            organ = _clean(found["organ"]) if found else None
            if organ and is_organ(organ):
                yield Witness(source=Source.NEARLY, organ=organ)


def _signature(lines: Sequence[str]) -> Iterator[Witness]:
    """An organ's name with a date after it, near the end."""
    for index in range(len(lines) - 1, max(len(lines) - _SIGNATURE_LINES, 0), -1):
        found = _DATE_LINE.fullmatch(lines[index])
        if not found:
            continue
        organ = re.sub(r"\s+", "", found["organ"] or lines[index - 1])
        if found["organ"] and not is_organ(organ):
            continue
        yield from _dated(found)
        if is_organ(organ):
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
