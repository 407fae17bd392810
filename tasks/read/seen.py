"""What a text shows, run by run; shared by the readers of word processors' documents.

How a run looks decides whether it is seen at all, and whether its digits are more digits: a raised
number is the mark of a footnote or a power. `composed` puts what is seen into one text. Fonts of
symbols have characters of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.model.patterns import regex
from tasks.read.palette import AUTO, UNKNOWN, is_light, is_like

_CIRCLED = {0x80 + n: one for n, one in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩")} | {
    0x8B + n: one for n, one in enumerate("⓿❶❷❸❹❺❻❼❽❾❿")
}
#: Symbol fonts have characters of their own; these occur in forms.
SYMBOLS = {
    "wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0xA8: "□", 0xFB: "✗", 0xFC: "✓"}
    | {0xFD: "☒", 0xFE: "☑"}
    | _CIRCLED,
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "□"},
    "wingdings 3": {},
    "webdings": {},
    "symbol": {ord(one): one for one in " 0123456789.,/%()[]<>=+:;"}
    | {0x2D: "−", 0xB4: "×", 0xB8: "÷", 0xB1: "±", 0xB7: "·", 0xB3: "≥", 0xA3: "≤"},
}
_RAISED = regex(r"\s*[\[(［（〔]?([0-9]{1,3})[\])］）〕]?\s*")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
DIGIT = regex("[0-9０-９]")
#: Characters that each font draws as it likes.
PRIVATE = regex("[\ue000-\uf8ff]")
AFTER_MARK = regex(r"[⁰¹²³⁴-⁹]\s*[0-9０-９.,，]")
#: Set a little higher or lower, in half-points, text still stands on its line.
_ON_ITS_LINE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What decides whether and how the text of a run is seen."""

    hidden: bool = False
    struck: bool = False
    #: Too small to be seen.
    tiny: bool = False
    #: `superscript`, `subscript` or "".
    aligned: str = ""
    #: Half-points above the line that the text stands on.
    raised_by: int = 0
    colour: str = AUTO
    #: Drawn without ink.
    clear: bool = False
    #: The colour laid behind this run alone.
    shade: str = AUTO
    font: str = ""

    def is_unseen(self, behind: str) -> bool | None:
        """Whether its ink is lost on what is behind it; None where that cannot be told."""
        if self.clear:
            return True
        ground = self.shade or behind
        if not self.colour:
            return False
        if UNKNOWN in (ground, self.colour):
            return None if self.colour == UNKNOWN or is_light(self.colour) else False
        return is_like(self.colour, ground)


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class Unmapped:
    #: Font and code, for people.
    symbol: str


def is_of_symbols(look: Look) -> bool:
    return look.font in SYMBOLS


def of_font(font: str, one: str, look: Look) -> Shown | Unmapped:
    """A character of a symbol font, which may stand in private use."""
    number = ord(one)
    private = 0xF000 <= number <= 0xF0FF
    if font in SYMBOLS and (private or (0x20 < number < 0x100)):
        found = SYMBOLS[font].get(number & 0xFF)
        return Shown(found, look) if found else Unmapped(f"{font} {number:04X}")
    if private or not number or 0xD800 <= number < 0xF900:
        return Unmapped(f"{font} {number:04X}")
    return Shown(one, look)


# What is seen, as one text.


@dataclass(frozen=True, slots=True)
class Composed:
    text: str
    #: What raised or lowered text says is not sure.
    is_sure: bool = True


def composed(shown: Sequence[Shown]) -> Composed:
    """The text of a paragraph; spaces as they stand."""
    places = [one.look.raised_by for one in shown if one.text.strip()]
    level = next((at for at in places if abs(at) < _ON_ITS_LINE), places[0] if places else 0)
    parts: list[tuple[int, str]] = []
    for one in shown:
        step = _step(one.look, level) if one.text.strip() else 0
        if parts and parts[-1][0] == step:
            parts[-1] = (step, parts[-1][1] + one.text)
        else:
            parts.append((step, one.text))
    text = "".join(_marked(said) if step > 0 else said for step, said in parts)
    odd = any(
        step and DIGIT.search(said) and not (step > 0 and _RAISED.fullmatch(said))
        for step, said in parts
    )
    return Composed(text, is_sure=not odd and not AFTER_MARK.search(text))


def _step(look: Look, level: int) -> int:
    """1 for raised text, -1 for lowered, 0 for text on its line."""
    if look.aligned:
        return 1 if look.aligned == "superscript" else -1
    away = look.raised_by - level
    return 0 if abs(away) < _ON_ITS_LINE else (1 if away > 0 else -1)


def _marked(said: str) -> str:
    mark = _RAISED.fullmatch(said)
    return (mark[1] if mark else said).translate(_RAISE)
