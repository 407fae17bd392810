"""Heads and feet of pages that stand between the lines of a text: which lines they are.

    Page 9 - 2020年报_审计局              a page number that nothing else reads like, and a text
    霁川区审计局2020年年度报告 9           the title of the report, again and again
    http://www.example.gov.cn/nb.html 3/9  what a browser prints below a page

A text that stands once, or a bare number, is none of these: it may belong to the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from tasks.model.patterns import regex

#: `第 3 页 共 5 页`, `Page 3 of 5`: nothing else reads so.
NUMBER = (
    r"(?:第\s*[\d一二三四五六七八九十]{1,4}\s*页[\s,，/／]*(?:共\s*\d{1,4}\s*页)?"
    r"|共\s*\d{1,4}\s*页[\s,，]*第\s*\d{1,4}\s*页"
    r"|页码\s*[:：]?\s*\d{1,4}"
    r"|(?<![a-z])(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?)"
)
_BETWEEN = r"[\s_|·,，:：\-—–]+"
_BESIDE = regex(
    rf"\s*(?:{NUMBER}{_BETWEEN}(?P<after>\S.*)|(?P<before>\S.*?){_BETWEEN}{NUMBER})\s*",
    re.IGNORECASE,
)
_OF = r"\d{1,3}\s*/\s*\d{1,3}"
_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_TIME = rf"{_DAY}\s+\d{{1,2}}:\d\d(?::\d\d)?"
_PRINTED = regex(
    rf"\s*(?:(?:https?://|www\.)\S+\s+{_OF}"
    rf"|{_DAY}(?:\s+\d{{1,2}}:\d\d(?::\d\d)?)?\s+.*(?:年报|年度(?:工作)?报告).*"
    r"|(?:打印|导出|生成)(?:日期|时间)\s*[:：][\d\s:年月日时分秒/.-]+)\s*"
)
_TIME_ALONE = regex(rf"\s*{_TIME}\s*")
#: The year of the report, the day of printing: no figures of a table.
_DATE = regex(r"(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?)?")
#: What ends or parts a sentence.
_SENTENCE = regex(r"[。；！？;!?]")
_TITLE = regex(r"年报|年度(?:工作)?报告")
#: What parts a sentence, or the cells of a row.
_OTHERWISE = regex(r"[。；！？;!?|\t]")
#: A page number, or the time of printing, before or behind a title.
_EDGES = regex(
    rf"^\s*(?:(?:{_OF}|\d{{1,3}}){_BETWEEN}|{_TIME}\s+)|{_BETWEEN}(?:{_OF}|\d{{1,3}})\s*$"
)
#: A head of a page is no longer, in signs; a title has so many Chinese characters.
_LONGEST, _FEWEST_HAN = 60, 4
#: The title of the document is one of its first lines.
_TOP = 12
_HAN = regex(r"[\u4e00-\u9fff]")


def page_heads(texts: Sequence[str]) -> set[int]:
    """The indices of such lines; a title among the first lines is the document's own."""
    short = {at: text for at, text in enumerate(texts) if len(text) <= 2 * _LONGEST}
    first = {at for at in _first_filled(texts) if at in short and _TITLE.search(short[at])}
    heads = {at for at, text in short.items() if at not in first and _is_head(text)}
    top = set(_first_filled(texts))
    # among the first lines it is when the report was published
    heads |= {at for at, text in short.items() if at not in top and _TIME_ALONE.fullmatch(text)}
    return heads | _titles_again(texts, first)


def _first_filled(texts: Sequence[str]) -> list[int]:
    return list(islice((at for at, text in enumerate(texts) if text.strip()), _TOP))


def _is_head(text: str) -> bool:
    if _PRINTED.fullmatch(text):
        return True
    beside = _BESIDE.fullmatch(text) if len(text) <= _LONGEST else None
    if beside is None:
        return bool(_title(text)) and bool(re.search(_OF, _edges(text)))
    said = beside["after"] or beside["before"]
    return not _SENTENCE.search(said) and not re.search(r"\d", _DATE.sub("", said))


def _titles_again(texts: Sequence[str], first: set[int]) -> set[int]:
    """The lines that say a title, as another does before them; the first as well where all have
    the number of a page beside it, and it is not the document's own."""
    said: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        if title := _title(text):
            said.setdefault(title, []).append(at)
    again: set[int] = set()
    for places in said.values():
        numbered = all(_edges(texts[at]) for at in places)
        stays = not numbered or places[0] in first or len(places) == 1
        again.update(places[1:] if stays else places)
    return again


def _edges(text: str) -> str:
    """What is no title before and behind one."""
    return " ".join(found[0] for found in _EDGES.finditer(text))


def _title(text: str) -> str:
    """The title that a line says, without a page number; "" where it says none."""
    if len(text) > _LONGEST or not _TITLE.search(text) or _OTHERWISE.search(text):
        return ""
    bare = re.sub(r"\s", "", _EDGES.sub("", text))
    return bare if len(_HAN.findall(bare)) >= _FEWEST_HAN else ""
