"""Text in a drawing (SVG) that stands in a cell.

A drawing sets each text where it likes, so only the plainest ones are read: one line of text, or
texts on one line from left to right, that stand inside of the drawing's edges and that nothing is
drawn over. All other drawings are something that is shown and not read.

Source: SVG 2, 11 Text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tasks.model.patterns import regex
from tasks.read.html.colours import CLEAR, WHITE, colour_of, is_same
from tasks.read.html.look import Look

_TRANSPARENT = {"svg", "g", "a", "text", "tspan"}
_UNSEEN = {"title", "desc", "metadata", "defs", "style", "script"}
#: What is drawn below a text if it comes first, and over it if it comes later.
_SHAPES = {"rect", "line", "circle", "ellipse"}
#: What sets characters otherwise than one behind the other from a point on the line.
_ODD = {
    "transform", "rotate", "dx", "dy", "textlength", "lengthadjust", "writing-mode", "direction",
    "unicode-bidi", "letter-spacing", "word-spacing", "baseline-shift", "clip-path", "mask",
    "filter", "visibility", "display", "opacity", "fill-opacity", "dominant-baseline",
    "alignment-baseline", "preserveaspectratio", "xml:space", "font", "glyph-orientation-vertical",
}  # fmt: skip
#: Of these, the values that change nothing.
_USUAL = {
    "opacity": {"1"}, "fill-opacity": {"1"}, "visibility": {"visible"}, "display": {"inline"},
    "direction": {"ltr"}, "xml:space": {"preserve", "default"},
    "dominant-baseline": {"middle", "central", "auto"}, "alignment-baseline": {"middle", "central"},
}  # fmt: skip
_NUMBER = regex(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*(px|pt|em|%)?\s*")
#: Breadth of a digit in a usual font, and of the broadest character, in sizes of the font.
_DIGIT, _BROADEST = 0.6, 1.0
_SIZE = 16.0
#: Texts further apart than this, in sizes of the font, are two figures.
_APART = 1.3


@dataclass(slots=True)
class _Chunk:
    x: float
    y: float
    size: float
    anchor: str
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.parts)).strip()

    @property
    def breadth(self) -> float:
        wide = _DIGIT if self.text.isascii() else _BROADEST
        return len(self.text) * wide * self.size

    @property
    def left(self) -> float:
        return self.x - self.breadth * {"middle": 0.5, "end": 1.0}.get(self.anchor, 0.0)


@dataclass(slots=True)
class _Part:
    tag: str
    size: float
    anchor: str
    fill: str
    seen: bool


class Drawing:
    """What the parser tells between `<svg>` and its end."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._parts: list[_Part] = []
        self._chunks: list[_Chunk] = []
        self._odd = False
        self._drawn = False
        self._width = _number(attributes.get("width")) or 300.0
        self._height = _number(attributes.get("height")) or 150.0
        self._view(attributes.get("viewbox", ""))

    def _view(self, box: str) -> None:
        sides = [_number(one) for one in re.split(r"[\s,]+", box.strip())] if box else []
        if len(sides) == 4 and None not in sides:
            x, y, width, height = (side or 0.0 for side in sides)
            self._odd = self._odd or bool(x or y)
            self._width, self._height = width, height

    def start(self, tag: str, attributes: Mapping[str, str], look: Look) -> None:
        around = self._parts[-1] if self._parts else _Part("", _SIZE, "start", "", seen=True)
        seen = around.seen and tag not in _UNSEEN
        style = dict(attributes)
        part = _Part(
            tag,
            _number(style.get("font-size"), around.size) or around.size,
            style.get("text-anchor", around.anchor).strip().lower(),
            style.get("fill", around.fill).strip().lower(),
            seen=seen,
        )
        self._parts.append(part)
        if not seen:
            return
        self._drawn = self._drawn or tag not in ("svg", "g", "a")
        self._see(tag, attributes, look)
        if tag == "text" or (tag == "tspan" and ("x" in attributes or "y" in attributes)):
            self._begin(attributes, part)

    def _see(self, tag: str, attributes: Mapping[str, str], look: Look) -> None:
        if tag in _SHAPES:
            self._odd = self._odd or bool(self._chunks)
        elif tag not in _TRANSPARENT:
            self._odd = True
        odd = {
            name
            for name in _ODD & {name.lower() for name in attributes}
            if attributes.get(name, "").strip().lower() not in _USUAL.get(name, ())
        }
        unusual = look.puzzling or look.unsure or look.moved or look.raised or look.tiny
        hidden = look.display == "none" or look.visibility or look.faded or look.beside
        if (odd or unusual or hidden or look.override or look.small) and tag not in _SHAPES:
            self._odd = True
        if tag in ("text", "tspan", "g") and "style" in attributes:
            said = re.findall(r"([\w-]+)\s*:", attributes["style"].lower())
            self._odd = self._odd or bool(
                {*said} - {"font-family", "font-weight", "font-style", "stroke", "white-space"}
            )

    def _begin(self, attributes: Mapping[str, str], part: _Part) -> None:
        last = self._chunks[-1] if self._chunks else None
        x = _number(attributes.get("x"), self._width)
        y = _number(attributes.get("y"), self._height)
        if part.tag == "tspan" and last is not None and not last.text:
            self._chunks.pop()  # the text itself began nothing
        else:
            last = last if part.tag == "tspan" else None
        x = x if x is not None else (last.x if last else 0.0)
        y = y if y is not None else (last.y if last else 0.0)
        if any(len(attributes.get(name, "").replace(",", " ").split()) > 1 for name in ("x", "y")):
            self._odd = True
        self._chunks.append(_Chunk(x, y, part.size, part.anchor))

    def end(self) -> None:
        self._parts.pop()

    def data(self, text: str) -> None:
        part = self._parts[-1]
        if not part.seen or part.tag not in ("text", "tspan", "a") or not self._chunks:
            return
        ink = colour_of(part.fill) if part.fill else None
        if (
            part.fill == "none"
            or "url" in part.fill
            or (ink is not None and (ink == CLEAR or is_same(ink, WHITE)))
        ):
            self._odd = self._odd or bool(text.strip())
        self._chunks[-1].parts.append(text)

    def has_text(self) -> bool:
        return any(chunk.text for chunk in self._chunks)

    def text(self) -> str | None:
        """ "" where nothing is drawn; None where it is not known what is seen."""
        if not self._drawn:
            return ""
        chunks = [chunk for chunk in self._chunks if chunk.text]
        if self._odd or not chunks or not all(map(self._is_inside, chunks)):
            return None
        ordered = sorted(chunks, key=lambda chunk: chunk.left)
        for one, other in pairwise(ordered):
            step = other.left - one.left
            if one.y != other.y or one.size != other.size or one.anchor != other.anchor:
                return None
            if not one.breadth * 0.5 < step < one.breadth + one.size * (_APART - 1) * 0.6:
                return None
        return "".join(chunk.text for chunk in ordered)

    def _is_inside(self, chunk: _Chunk) -> bool:
        below = self._height + chunk.size * 0.3
        return (
            chunk.left >= -1
            and chunk.left + chunk.breadth <= self._width + 1
            and chunk.size * 0.5 <= chunk.y <= below
            and chunk.size >= 4
        )


def _number(text: str | None, whole: float = 0.0) -> float | None:
    found = _NUMBER.fullmatch(text or "")
    if found is None:
        return None
    number = float(found[1])
    if found[2] == "%":
        return number * whole / 100 if whole else None
    return number * {"pt": 4 / 3, "em": whole or _SIZE}.get(found[2] or "", 1.0)
