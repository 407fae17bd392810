"""What a document of pages calls itself → its title, where that says what it is."""

from __future__ import annotations

import re

from tasks.model.patterns import regex

#: Titles that say only what program or template made the file.
JUNK_TITLE = regex(
    r"microsoft (word|excel|powerpoint)\b|untitled|无标题|^(文档|演示文稿|幻灯片|工作簿|slide|"
    r"document|presentation|book|sheet)\s*\d*$|powerpoint 演示文稿"
    r"|\.(docx?|wps|et|xlsx?|pptx?|pdf|indd|qxd|rtf|txt|html?|ofd|dot|tmp)$",
    re.IGNORECASE,
)
_LONGEST = 200


def title_of(said: str) -> str:
    """ "" where it is none."""
    title = " ".join(said.replace("\x00", "").split())
    return "" if JUNK_TITLE.search(title) else title[:_LONGEST]
