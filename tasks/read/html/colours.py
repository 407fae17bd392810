"""Colours, as far as it takes to see that a text has the colour of what it stands on."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tasks.model.patterns import regex

#: red, green, blue: 0 to 255 each.
Colour = tuple[int, int, int]

WHITE: Final = (255, 255, 255)
#: As an ink: not drawn. As a ground: what is below is seen.
CLEAR: Final = (-1, -1, -1)
#: A ground that may have any colour: a picture, a sheet that nobody sent.
ANY: Final = (-2, -2, -2)

#: Two colours no further apart than this, in each part, look the same.
_SAME = 10
#: An ink so light is meant for a dark ground.
LIGHT = 215

#: Those that pages name. Source: CSS Color Level 4, 6.1.
_NAMES: dict[str, Colour] = {
    "white": WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240),
    "mintcream": (245, 255, 250), "azure": (240, 255, 255), "aliceblue": (240, 248, 255),
    "seashell": (255, 245, 238), "lightyellow": (255, 255, 224), "gainsboro": (220, 220, 220),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "silver": (192, 192, 192),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "black": (0, 0, 0), "red": (255, 0, 0),
    "maroon": (128, 0, 0), "yellow": (255, 255, 0), "olive": (128, 128, 0), "lime": (0, 255, 0),
    "green": (0, 128, 0), "aqua": (0, 255, 255), "teal": (0, 128, 128), "blue": (0, 0, 255),
    "navy": (0, 0, 128), "fuchsia": (255, 0, 255), "purple": (128, 0, 128),
    "orange": (255, 165, 0), "pink": (255, 192, 203), "brown": (165, 42, 42),
}  # fmt: skip
_HEX = regex(r"#([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})")
_BARE_HEX = regex(r"[0-9a-f]{6}")
_COLOUR_WORDS = regex(r"(?:rgb|hsl)a?\([^)]*\)|#[0-9a-f]+|(?<![\w(/.-])[a-z]+(?![\w(/.-])")
_NUMBERS = regex(r"(rgb|hsl)a?\(([^)]*)\)")
_NUMBER = regex(r"[+-]?(?:\d+\.?\d*|\.\d+)%?")


@lru_cache(maxsize=1024)
def colour_of(text: str) -> Colour | None:
    """None where it is no colour that is known; `CLEAR` where nothing of it is seen."""
    text = text.strip()
    if text == "transparent":
        return CLEAR
    if found := _HEX.fullmatch(text):
        return _hexadecimal(found[1])
    if _BARE_HEX.fullmatch(text):  # <font color=ffffff>
        return _hexadecimal(text)
    if found := _NUMBERS.fullmatch(text):
        return _numbers(found[1], found[2])
    return _NAMES.get(text)


def _hexadecimal(digits: str) -> Colour | None:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) == 8:
        if digits.endswith("00"):
            return CLEAR
        if not digits.endswith("ff"):
            return None
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _numbers(kind: str, inside: str) -> Colour | None:
    said = _NUMBER.findall(inside)
    if len(said) not in (3, 4):
        return None
    if len(said) == 4:
        seen = float(said[3].rstrip("%")) / (100 if said[3].endswith("%") else 1)
        if seen <= 0.05:
            return CLEAR
        if seen < 1:
            return None
    if kind == "hsl":
        return WHITE if said[2] == "100%" else (0, 0, 0) if said[2] == "0%" else None
    parts = [round(float(one.rstrip("%")) * (2.55 if one.endswith("%") else 1)) for one in said[:3]]
    red, green, blue = (min(max(part, 0), 255) for part in parts)
    return red, green, blue


def ground_of(colour: str, picture: str) -> Colour | None:
    """Of a background; None where none is said."""
    if not colour:
        return ANY if "(" in picture else None
    # of a gradient its first colour; below a picture what is seen without it
    found = [colour_of(word) for word in _COLOUR_WORDS.findall(colour)]
    known = [one for one in found if one is not None]
    if known and (known[0] != CLEAR or "(" not in picture):
        return None if known[0] == CLEAR else known[0]
    return None if colour in ("none", "inherit", "initial", "unset") else ANY


def is_same(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= _SAME for a, b in zip(one, other, strict=True))


def is_light(ink: Colour) -> bool:
    return min(ink) >= LIGHT
