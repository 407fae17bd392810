"""What a conversion made of no-break spaces -> taken off the figures that they stand beside.

`&nbsp;` may be left as it was written, or as the character that its bytes are in another
encoding (`Â`); neither ever stands for a digit. Programs that write GBK, which has no such
space, write `?` for it, and `?` may as well be a digit that was lost: it is a space only where
it stands apart from the figure (`? 7`), more than once in the document, and beside no digit
anywhere (`?7`, `7?`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tasks.model.document import Block, Document, Doubt, DoubtKind, Paragraph
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.says.amounts import looks_like_value

#: The entities of spaces, as escaping twice leaves them.
_ENTITY = regex(
    r"&(?:amp;)*(?:nbsp|ensp|emsp|thinsp|#0*160|#x0*a0|#0*12288|#x0*3000)(?![a-z0-9]);?",
    re.IGNORECASE,
)
#: What is left of the two bytes of a no-break space in UTF-8.
_HALF = "Â"
#: What stands for a character that an encoding lacks, or for bytes that are none.
_SIGNS = ("?", "？", "\ufffd")
#: A text of a cell with a figure has no more signs.
_SHORT = 40
#: So often, before figures or before texts.
_FEWEST = 2


def without_lost_spaces(document: Document) -> Document:
    """The document without such signs, and a doubt where they could be something else."""
    document = _changed(document, _without_entities)
    if document.readings:
        # read from pixels they are ink that may be a digit
        return document
    for sign in _SIGNS:
        beside = [text for text in _texts(document) if sign in text]
        n_figures = sum(_is_apart(text, sign) for text in beside)
        n = n_figures + sum(_is_indent(text, sign) for text in beside)
        if n_figures and n >= _FEWEST and not any(_touches_digit(text, sign) for text in beside):
            document = _changed(document, partial(_without, sign=sign))
            document = replace(document, doubts=(*document.doubts, _doubt(sign, n_figures)))
    return document


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield from block.text.split("\n")
        else:
            yield from (cell.text for cell in block.cells)


def _changed(document: Document, change: Callable[[str], str]) -> Document:
    blocks = tuple(_with_text(block, change) for block in document.blocks)
    same = all(one is other for one, other in zip(blocks, document.blocks, strict=True))
    return document if same else replace(document, blocks=blocks)


def _with_text(block: Block, change: Callable[[str], str]) -> Block:
    if isinstance(block, Paragraph):
        text = "\n".join(map(change, block.text.split("\n")))
        return block if text == block.text else replace(block, text=text)
    cells = tuple(
        cell
        if (text := change(cell.text)) == cell.text
        else replace(cell, text=text, as_read=cell.as_read or cell.text)
        for cell in block.cells
    )
    same = all(one is other for one, other in zip(cells, block.cells, strict=True))
    return block if same else block.reworked(cells)


def _without_entities(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(" ", text)
    if _HALF in text and len(text) <= _SHORT:
        bare = text.replace(_HALF, " ").strip()
        text = bare if not bare or looks_like_value(bare) else text
    return text


def _is_apart(text: str, sign: str) -> bool:
    """Whether it is a figure and such signs, with a space between."""
    bare = text.strip(f"{sign} \u3000\n")
    return (
        len(text) <= _SHORT
        and looks_like_value(bare)
        and not re.search(r"\s", bare)
        and not _touches_digit(text, sign)
        and sign in text
    )


def _is_indent(text: str, sign: str) -> bool:
    """`?? 2023年，我局……`: signs and a space before a text."""
    return bool(re.match(rf"\s*{re.escape(sign)}+\s+[^\s{re.escape(sign)}\d]", text))


def _touches_digit(text: str, sign: str) -> bool:
    mark = re.escape(sign)
    return len(text) <= _SHORT and bool(re.search(rf"\d{mark}|{mark}[\d.,]|[.,]{mark}", text))


def _without(text: str, sign: str) -> str:
    return text.strip(f"{sign} \u3000\n") if _is_apart(text, sign) else text


def _doubt(sign: str, n: int) -> Doubt:
    return Doubt(
        kind=DoubtKind.ENCODING,
        says=(say("encoding.lost_spaces", n=n, sign=sign),),
    )
