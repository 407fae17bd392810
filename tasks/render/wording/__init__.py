"""The wording: every sentence that is said of a document, in Chinese and in English.

words.py       what the tables below are made of, and what may stand in braces
relations.py   figures that do not tie
text.py        figures of the text against the tables, and what those figures are called
plausible.py   figures that tie and look odd; reports of two years
extraction.py  what recognising has to say: tables, rows, cells, organ and year
documents.py   what the readers have to say of the file

A sentence is looked up by the id of its saying (`tasks/model/saying.py`). The id is the rule's
where a rule has one sentence. Reasons and other parts of sentences stand beside those they are
put into.
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.model.saying import Saying
from tasks.render.wording import documents, extraction, plausible, relations, text
from tasks.render.wording.words import Speaker, Words

#: Id of a saying -> its words.
WORDING: dict[str, Words] = {
    **relations.WORDING,
    **text.WORDING,
    **plausible.WORDING,
    **extraction.WORDING,
    **documents.WORDING,
}

_SPEAKERS = {
    language: Speaker(language, WORDING, text.FIGURES | plausible.FIGURES)
    for language in Words._fields
}


def told(says: Iterable[Saying], language: str) -> str:
    """All of it in one line; `language` is `zh` or `en`."""
    return _SPEAKERS[language].told(says)
