"""Heads and feet of pages that stand between the lines of a text: which lines they are.

    Page 9 - 2020年报_审计局              a page number that nothing else reads like, and a text
    霁川区审计局2020年年度报告 9           the title of the report, again and again
    http://www.example.gov.cn/nb.html 3/9  what a browser prints below a page

A text that stands once, or a bare number, is none of these: it may belong to the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: `第 3 页 共 5 页`, `Page 3 of 5`: nothing else reads so.
NUMBER = (
    r"(?:第\s*[\d一二三四五六七八九十]{1,4}\s*页[\s,，/／]*(?:共\s*\d{1,4}\s*页)?"
    r"|共\s*\d{1,4}\s*页[\s,，]*第\s*\d{1,4}\s*页"
    r"|页码\s*[:：]?\s*\d{1,4}"
    r"|(?<![a-z])(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?)"
)
_BETWEEN = r"[\s_|·,，:：\-—–]+"
_BESIDE = re.compile(
    rf"\s*(?:{NUMBER}{_BETWEEN}(?P<after>\S.*)|(?P<before>\S.*?){_BETWEEN}{NUMBER})\s*",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"\s*(?:https?://|www\.)\S+\s+\d{1,3}\s*/\s*\d{1,3}\s*")
#: The year of the report, the day of printing: no figures of a table.
_DATE = r"(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?)?"
_YEAR = re.compile(_DATE)
#: What ends or parts a sentence.
_SENTENCE = re.compile(r"[。；！？;!?]")
_TITLE = re.compile(r"年报|年度(?:工作)?报告")
#: What parts a sentence, or the cells of a row.
_OTHERWISE = re.compile(r"[。；！？;!?|\t]")
#: A page number, or the time of printing, before or behind a title.
_EDGES = re.compile(
    rf"^\s*(?:\d{{1,3}}(?:\s*/\s*\d{{1,3}})?{_BETWEEN}|{_DATE}\s+(?=\D))"
    rf"|{_BETWEEN}\d{{1,3}}(?:\s*/\s*\d{{1,3}})?\s*$"
)
#: A head of a page is no longer, in signs; a title has so many Chinese characters.
_LONGEST, _FEWEST_HAN = 60, 4
#: The title of the document is one of its first lines.
_TOP = 12
_HAN = re.compile(r"[\u4e00-\u9fff]")


def page_heads(texts: Sequence[str]) -> set[int]:
    """The indices of such lines; the title itself is none."""
    found = {at for at, text in enumerate(texts) if len(text) <= 2 * _LONGEST and _is_head(text)}
    return found | _titles_again(texts)


def _is_head(text: str) -> bool:
    if _PRINTED.fullmatch(text):
        return True
    beside = _BESIDE.fullmatch(text) if len(text) <= _LONGEST else None
    if beside is None:
        return False
    said = beside["after"] or beside["before"]
    return not _SENTENCE.search(said) and not re.search(r"\d", _YEAR.sub("", said))


def _titles_again(texts: Sequence[str]) -> set[int]:
    """The lines that say a title, as another does, but for the first where it is the document's."""
    said: dict[str, list[int]] = {}
    filled = 0
    top = 0
    for at, text in enumerate(texts):
        filled += bool(text.strip())
        top = at if filled <= _TOP else top
        if title := _title(text):
            said.setdefault(title, []).append(at)
    return {
        at
        for places in said.values()
        if len(places) > 1
        for at in (places[1:] if places[0] <= top else places)
    }


def _title(text: str) -> str:
    """The title that a line says, without a page number; "" where it says none."""
    if len(text) > _LONGEST or not _TITLE.search(text) or _OTHERWISE.search(text):
        return ""
    bare = re.sub(r"\s", "", _EDGES.sub("", text))
    return bare if len(_HAN.findall(bare)) >= _FEWEST_HAN else ""
