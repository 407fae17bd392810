"""Texts that are there and not seen, and what is said of them; shared by the readers of word
processors' documents.

What is hidden as such, or was deleted under revision, is no text of the document and is left out
without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from lxml import etree

from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.patterns import regex
from tasks.model.saying import Saying, say
from tasks.read.controls import Sign
from tasks.read.nesting import UNREAD
from tasks.read.seen import Look, Shown, Unmapped, composed
from tasks.read.visible import visible

#: Characters of a text that was left out.
CITED = 40
_LINE_SPACES = regex(r" *\n *")


class Why(StrEnum):
    """Why a text that is there is not seen."""

    STRUCK = "struck"
    UNSEEN = "unseen"
    TINY = "tiny"


@dataclass(slots=True, kw_only=True)
class Unseen:
    """What was left out, and how often something is shown that is not said for sure."""

    left_out: list[tuple[Why, str, Where]] = field(default_factory=list)
    unsure: int = 0

    def seen(self, piece: Shown, behind: str, where: Where) -> Iterator[Shown]:
        """The piece, unless it is left out and noted. `behind`: the colour behind it."""
        look = piece.look
        unseen = look.is_unseen(behind)
        reasons = ((look.struck, Why.STRUCK), (look.tiny, Why.TINY), (unseen, Why.UNSEEN))
        why = next((why for holds, why in reasons if holds), None)
        if why is None:
            self.unsure += unseen is None and bool(piece.text.strip())
            yield piece
        elif piece.text.strip():
            self.left_out.append((why, piece.text, where))

    def written(
        self, pieces: Iterable[Shown | Unmapped | Sign | etree._Element], behind: str, where: Where
    ) -> tuple[str, list[etree._Element], list[Doubt]]:
        """The text of a paragraph, the boxes and frames in it, and what cannot be read of it."""
        shown: list[Shown] = []
        boxes: list[etree._Element] = []
        doubts: list[Doubt] = []
        for piece in pieces:
            if isinstance(piece, Shown):
                shown += self.seen(piece, behind, where)
            elif isinstance(piece, Unmapped):
                shown.append(Shown(UNREAD, Look()))
                doubts.append(unmapped(piece.symbol, where))
            elif isinstance(piece, Sign):
                self.unsure += 1
            else:
                boxes.append(piece)
        whole = composed(shown)
        self.unsure += not whole.is_sure
        return whole.text, boxes, doubts

    def doubts(self) -> Iterator[Doubt]:
        return _left_out(self.left_out)


def clean(text: str) -> str:
    """Nothing invisible, no spaces at the ends of lines, nothing outside."""
    text = visible(text).replace("\xa0", " ")
    return (_LINE_SPACES.sub("\n", text) if "\n" in text else text).strip()


def _left_out(texts: Sequence[tuple[Why, str, Where]]) -> Iterator[Doubt]:
    """One doubt for each reason."""
    for why in Why:
        found = [(text.strip(), where) for reason, text, where in texts if reason is why]
        if not found:
            continue
        first, where = found[0]
        said = _told(why, len(found), first[:CITED])
        yield Doubt(kind=DoubtKind.STRAY_TEXT, says=(said,), where=where)


def _told(why: Why, n: int, first: str) -> Saying:
    match why:
        case Why.STRUCK:
            return say("stray_text.struck", n=n, first=first)
        case Why.UNSEEN:
            return say("stray_text.unseen", n=n, first=first)
        case Why.TINY:
            return say("stray_text.tiny", n=n, first=first)
        case _:
            assert_never(why)


def unmapped(symbol: str, where: Where) -> Doubt:
    return Doubt(
        kind=DoubtKind.UNMAPPED_CHARACTERS,
        says=(say("docx.symbol", symbol=symbol),),
        where=where,
    )
