"""Who reports, and on which year: title, heading, index block, period sentence, signature.

Each witness is heard; the title weighs most. Witnesses that disagree make a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.document import Cell, Document, Paragraph, Table
from tasks.model.report import Finding, Severity
from tasks.recognise.labels import half_width, key, plain

_HAN_YEAR = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TITLES = "|".join(sorted((re.escape(title) for title in FORM.titles), key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\s?\d|[二][〇零○O0][一二三四五六七八九〇零○]{2})"
_TITLE = re.compile(
    rf"(?P<before>[^。；;:：]{{0,60}}?)\(?{_YEAR}\)?\s*年?\s*度?\s*(?P<between>[^。；;，,]{{0,40}}?)"
    rf"(?P<title>{_TITLES})"
)
_YEARLESS = re.compile(rf"(?P<before>[^。；;:：\d]{{2,40}}?)(?P<title>{_TITLES})")
_YEAR_AFTER = re.compile(
    rf"(?P<before>[^。；;:：\d]{{2,40}}?)(?P<title>{_TITLES})\s*[（(]?{_YEAR}\s*年?度?[)）]?"
)
_PERIOD = re.compile(
    r"(?P<year>20\d\d)\s*年\s*1\s*月\s*1\s*日\s*(?:起|开始)?\s*[,，、]?\s*(?:至|到|-|—|~)\s*(?:(?P<to>20\d\d)\s*年)?\s*12\s*月\s*31"
)
_DATE = re.compile(
    rf"{_YEAR}\s*年\s*[\d一二三四五六七八九十]{{1,3}}\s*月\s*(?:[\d一二三四五六七八九十]{{1,3}}\s*日)?"
)
_DATE_LINE = re.compile(rf"\s*(?:{_DATE.pattern}|20\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}})\s*")
_YEAR_IN_TEXT = re.compile(r"(?P<year>20\d\d)\s*年")
#: How the names of administrative organs end.
_ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府(?:办公室|办公厅)?|政府|委员会|管委会|办公室|办公厅|办事处|街道办|"
    r"[局厅委办处署院会台站所中心队校园馆社团司部乡镇村区县市州旗省])"
)
#: Marks of Markdown before a heading: `## **…**`.
_MARKS = re.compile(r"(?:#{1,6}\s*)?(?:\*\*|__)?")
_PUBLISHERS = frozenset(
    key(label)
    for label in (
        "发布机构",
        "发文机关",
        "发布单位",
        "公开机构",
        "制发机关",
        "信息来源",
        "发布部门",
        "公开单位",
        "编制单位",
        "责任单位",
        "单位名称",
        "填报单位",
        "发文机构",
        "制作单位",
    )
)
_TITLE_LABELS = frozenset(
    key(label) for label in ("标题", "名称", "信息名称", "文件名称", "题目", "公文标题", "文件标题")
)
#: `2022年政府信息公开年报（某县水利局）`
_BRACKETED = re.compile(r"\s*[(（](?P<organ>[\u4e00-\u9fff]{4,40})[)）]")
#: A title that is misspelt or has another end: `某县水利局2022年政府信息公开工作情况报告`.
_NEARLY = re.compile(
    rf"(?P<organ>[^。；;:：,，\d]{{3,40}}?){_YEAR}\s*年?\s*度?\s*政[府务]信?息?公开"
)
_NEARLY_AFTER = re.compile(
    rf"(?:^|公布|发布){_YEAR}\s*年\s*度?\s*(?P<organ>[^。；;:：,，\d]{{3,40}}?)政府信息公开"
)
#: `本报告由某县水利局根据……编制`
_WRITTEN_BY = re.compile(
    r"由(?P<organ>[\u4e00-\u9fff（）()]{4,40}?)(?:按照|根据|依据|编制|综合|结合|负责)"
)
#: `发布时间：2023-01-31 来源：某县水利局`: often the portal's own name.
_SOURCE = re.compile(r"(?:来源|录入|作者)\s*[:：]\s*(?P<organ>[\u4e00-\u9fff]{4,40})(?=\s|$)")
_NO_REPORT = re.compile(r"通知|方案|办法|细则|模板|样式|格式|指南|解读|公告目录")


@dataclass(frozen=True, slots=True)
class Identity:
    organ: str | None
    year: int | None
    findings: tuple[Finding, ...] = ()
    #: A title of the form was seen, not merely a mention.
    titled: bool = False


@dataclass(frozen=True, slots=True)
class _Witness:
    source: str
    weight: int
    organ: str | None = None
    year: int | None = None


def identify(document: Document) -> Identity:
    """Hear all witnesses of a document."""
    witnesses = list(_witnesses(document))
    organ = _in_own_script(_best_organ(witnesses), document)
    year, findings = _best_year(witnesses)
    titled = any(witness.source in ("title", "heading") for witness in witnesses)
    return Identity(organ=organ, year=year, findings=findings, titled=titled)


def _witnesses(document: Document) -> Iterator[_Witness]:
    paragraphs = _lines(document)
    yield from _title_witnesses(paragraphs)
    yield from _index_witnesses(document)
    if document.title:
        yield from _title_in(document.title, "title", 5)
    yield from _signature(paragraphs)
    yield from _told_in_passing(paragraphs)
    text = "\n".join(paragraphs)
    for found in _PERIOD.finditer(text):
        if not found["to"] or found["to"] == found["year"]:
            yield _Witness("period", 6, year=int(found["year"]))
    years = Counter(int(found["year"]) for found in _YEAR_IN_TEXT.finditer(text))
    if years:
        yield _Witness("text", 1, year=years.most_common(1)[0][0])


def _lines(document: Document) -> list[str]:
    lines = (
        _MARKS.sub("", line.strip(), count=1).rstrip("#*_ ")
        for block in document.blocks
        if isinstance(block, Paragraph)
        for line in plain(block.text).split("\n")
    )
    return [line for line in lines if line]


def _in_own_script(organ: str | None, document: Document) -> str | None:
    """The name as the document writes it: witnesses speak in simplified characters."""
    if organ is None:
        return None
    texts = [document.title]
    for block in document.blocks:
        texts += [c.text for c in block.cells] if isinstance(block, Table) else [block.text]
    for text in texts:
        said, own = (re.sub(r"\s+", "", form(text)) for form in (plain, half_width))
        if said != own and len(said) == len(own) and (at := said.find(organ)) >= 0:
            return own[at : at + len(organ)]
    return organ


def _to_year(text: str) -> int | None:
    digits = re.sub(r"\s", "", text.translate(_HAN_YEAR)).replace("O", "0")
    return int(digits) if digits.isdigit() and 1990 < int(digits) < 2100 else None


def _title_witnesses(lines: Sequence[str]) -> Iterator[_Witness]:
    """Titles on one line, or cut over two or three lines that say nothing whole themselves."""
    lines = [line for line in lines[:400] if not _DATE_LINE.fullmatch(line)]
    seen = index = 0
    while index < len(lines) and seen < 3:
        used, witness = _title_from(lines, index)
        if witness:
            if witness.organ is None and index and _is_organ(lines[index - 1]):
                witness = _Witness("heading", 0, lines[index - 1], witness.year)
            yield _Witness("heading", 10 if seen == 0 else 4, witness.organ, witness.year)
            seen += 1
        index += used


def _title_from(lines: Sequence[str], index: int) -> tuple[int, _Witness | None]:
    """Number of lines taken, and the title that they say."""
    short = len(lines[index]) <= _SHORT_TITLE
    alone = next(_title_in(lines[index], "heading", 0), None) if short else None
    for count in (1, 2, 3):
        parts = lines[index : index + count]
        if len(parts) < count or any(len(part) > 70 for part in parts):
            break
        witness = next(_title_in("".join(parts), "heading", 0), None)
        if witness and witness.year:
            whole = count > 1 and any(_says_title(part) for part in parts[1:])
            if alone and alone.organ and not witness.organ:
                # the year comes from a sentence below the title
                return 1, replace(alone, year=witness.year)
            return (1, None) if whole else (count, witness)
    return 1, alone


#: A title on a line of its own is no longer.
_SHORT_TITLE = 40


def _says_title(line: str) -> bool:
    witness = next(_title_in(line, "heading", 0), None)
    return bool(witness and witness.year)


def _title_in(text: str, source: str, weight: int) -> Iterator[_Witness]:
    """A title inside a short text; not one that is only referred to."""
    said = plain(text).strip()
    if _NO_REPORT.search(said):
        return
    said = re.sub(r"^(?:当前位置|首页|您现在的位置)[^》>]*[》>]", "", said)
    patterns = (_TITLE, _YEAR_AFTER, _YEARLESS)
    for pattern, written in ((p, w) for w in (said, re.sub(r"\s+", "", said)) for p in patterns):
        found = pattern.search(written)
        if found:
            groups = found.groupdict()
            organ = _clean_organ(groups.get("before") or "") or _clean_organ(
                groups.get("between") or ""
            )
            behind = _BRACKETED.match(written, found.end())
            if organ is None and behind and _is_organ(behind["organ"]):
                organ = behind["organ"]
            year = _to_year(groups["year"]) if groups.get("year") else None
            if pattern is _YEARLESS and not organ:
                continue
            yield _Witness(source, weight, organ, year)
            return


#: What stands before a name in a sentence or a title: `现公布`, `关于发布`.
_ANNOUNCED = re.compile(
    r"^(?:关于|现将|现就|[现特](?=公布|公开|发布|印发|向社会)|向社会|公开(?=发布)|公布|发布|公告|印发)+"
)


def _clean_organ(text: str) -> str | None:
    text = re.sub(r"\s+", "", text).rstrip("-–—_|")
    text = re.split(r"[>》|\-–—_,，\]】]", text)[-1]
    text = _ANNOUNCED.sub("", text)
    text = re.sub(r"^(?:标题|名称|关于|索引号|附件\d*|【.*?】|[《\"“'、,，:：0-9.]+)+", "", text)
    text = re.sub(r"(?:关于|的|年度|年|度|[《\"“'、,，:：]+)+$", "", text)
    said = len(text) >= 2 and text != "政府" and re.search(r"[\u4e00-\u9fff]{2}", text)
    return text if said else None


def _told_in_passing(lines: Sequence[str]) -> Iterator[_Witness]:
    """Names in what is nearly a title, in the first sentences and in the line of the date;
    heard only where nobody else has said a name."""
    for line in lines[:_OPENING]:
        for pattern, weight in _IN_PASSING:
            found = pattern.search(line[:_LONG])
            organ = _clean_organ(found["organ"]) if found else None
            if organ and _is_organ(organ):
                yield _Witness("passing", weight, organ)


#: So many lines of a document, and signs of a line, open it.
_OPENING, _LONG = 30, 300
#: Less than any other witness weighs.
_IN_PASSING = ((_NEARLY, -1), (_WRITTEN_BY, -2), (_NEARLY_AFTER, -3), (_SOURCE, -4))


def _is_organ(text: str) -> bool:
    return len(text) <= 40 and bool(_ORGAN.fullmatch(re.sub(r"\s+", "", text)))


def _index_witnesses(document: Document) -> Iterator[_Witness]:
    """The index block of a government page: label cells beside what they label."""
    for block in document.blocks:
        if isinstance(block, Table):
            cells = [(cell.text, after.text) for cell, after in _neighbours(block)]
        else:
            cells = [
                (label, value)
                for line in block.text.split("\n")
                for label, colon, value in [plain(line).partition(":")]
                if colon and len(label) <= 8 and 0 < len(value) <= 60
            ]
        for label, value in cells:
            if key(label) in _PUBLISHERS and _is_organ(plain(value).strip()):
                yield _Witness("index", 3, re.sub(r"\s+", "", plain(value)))
            elif key(label) in _TITLE_LABELS:
                yield from _title_in(value, "title", 9)


def _neighbours(table: Table) -> Iterator[tuple[Cell, Cell]]:
    for line in table.grid():
        cells = list({id(cell): cell for cell in line if cell is not None}.values())
        yield from pairwise(cells)


def _signature(lines: Sequence[str]) -> Iterator[_Witness]:
    """An organ's name with a date after it, near the end."""
    for index in range(len(lines) - 1, max(len(lines) - 25, 0), -1):
        if _DATE_LINE.fullmatch(lines[index]):
            dated = _YEAR_DATE.search(lines[index])
            year = _to_year(dated[0]) if dated else None
            organ = re.sub(r"\s+", "", lines[index - 1])
            yield _Witness(
                "signature",
                2,
                organ if _is_organ(organ) else None,
                year - 1 if year else None,
            )
            return


_YEAR_DATE = re.compile(_YEAR.replace("(?P<year>", "(?:"))


def _best_organ(witnesses: Sequence[_Witness]) -> str | None:
    named = [witness for witness in witnesses if witness.organ]
    if not named:
        return None
    return max(named, key=lambda witness: witness.weight).organ


def _best_year(witnesses: Sequence[_Witness]) -> tuple[int | None, tuple[Finding, ...]]:
    votes: Counter[int] = Counter()
    for witness in witnesses:
        if witness.year:
            votes[witness.year] += witness.weight
    if not votes:
        return None, ()
    titled = [w for w in witnesses if w.year and w.source in ("heading", "title")]
    year = max(titled, key=lambda w: w.weight).year if titled else votes.most_common(1)[0][0]
    period = next((w.year for w in witnesses if w.source == "period" and w.year != year), None)
    other = period or next((w.year for w in titled if w.year != year), None)
    if other is None:
        return year, ()
    source, source_en = (
        ("正文的统计期限", "the period sentence") if period else ("另一处标题", "another title")
    )
    return year, (
        Finding(
            rule="year.disagreement",
            severity=Severity.WARNING,
            message=f"标题写的是 {year} 年，{source}写的是 {other} 年",
            message_en=f"the title says {year}, {source_en} says {other}",
            expected=str(year),
            actual=str(other),
        ),
    )
