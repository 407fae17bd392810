"""Declarations of style to what they mean for reading: is a text shown, and in its place?

A declaration matters here if it hides a text, raises it off its line, strikes it through, moves
it out of its order, makes it up, or lays elements out as a table. All others are passed over.

Source: CSS 2.2; CSS Generated Content, Transforms, Masking, Writing Modes for the newer ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.model.patterns import regex
from tasks.read.html.colours import CLEAR, Colour, colour_of, ground_of

#: name, value, whether it is important
Declaration = tuple[str, str, bool]

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_DECLARATION = regex(
    rf"(?:^|;)\s*(-?[a-z][\w-]*)\s*:\s*((?:{_STRING}|\([^)]*\)|[^;\"'(])*)", re.IGNORECASE
)
_IMPORTANT = regex(r"\s*!\s*important\s*$", re.IGNORECASE)
_REMARK = regex(r"/\*.*?\*/", re.DOTALL)

#: How an element may be shown. Source: CSS Display 3.
_DISPLAYS = regex(
    r"none|contents|block|inline|flow|flex|grid|table|ruby|list-item|run-in|math|inherit|initial"
    r"|unset|revert|-webkit-|-moz-|-ms-|var\("
)
#: A value with this in it is not known, but for the name of the property.
UNKNOWN = "var("

_NOTHING = r"0*(?:\.0*)?(?:px|pt|pc|r?em|%|cm|mm|in|ex|ch|v[wh])?"
_FAR = r"-(?:999|[1-9]\d{3,})(?![\d.]*%)|-(?:99|[1-9]\d{2,})(?:\.\d+)?(?:r?em|v[wh])"
_FAR_ANY = regex(rf"(?:{_FAR})|(?<![\d.-])(?:[5-9]\d{{3}}|\d{{5,}})(?:px)?(?![\d.]*%)")
#: property -> the values that make it worth following. A sheet that has none of them changes
#: nothing; where it has one, all that is said of the same matter counts, since it may undo it.
TELLING: Mapping[str, tuple[str, re.Pattern[str]]] = {
    name: (matter, regex(values))
    for matter, names, values in (
        ("display", "display", r"none|table|var\("),
        ("visibility", "visibility", r"hidden|collapse|var\("),
        ("visibility", "content-visibility", r"hidden"),
        ("strike", "text-decoration text-decoration-line", r"line-through"),
        ("raise", "vertical-align", r"su[pb]|text|top|bottom|\d|var\("),
        ("raise", "font-variant-position font-variant", r"su[pb]"),
        ("raise", "font-feature-settings", r"su[pb]s"),
        (
            "size",
            "font-size",
            rf"^(?:{_NOTHING}|\D*small.*|[\d.]+(?:em|%)|(?:[012]|[012]?\.\d+)p[xt])$",
        ),
        ("opacity", "opacity", r"^(?:0|0?\.0\d*|0%)|var\("),
        ("opacity", "filter", r"opacity\(\s*0"),
        ("box", "height max-height width max-width", rf"^(?:{_NOTHING}|1px)$"),
        ("box", "overflow overflow-x overflow-y", r"^$"),
        ("place", "position", r"absolute|fixed|relative"),
        ("place", "left right top bottom margin-left text-indent", _FAR_ANY.pattern + r"|-?[\d.]+"),
        ("place", "transform", r"scale|rotate|matrix|translate"),
        ("place", "scale rotate", r"-|^0"),
        ("clip", "clip clip-path mask mask-image -webkit-mask-image", r"\("),
        ("clip", "-webkit-text-security", r"disc|circle|square"),
        ("order", "float", r"left|right|inline"),
        ("order", "flex-direction flex-wrap", r"reverse"),
        ("order", "order grid-column grid-row grid-area", r"\d|[a-z]"),
        ("bidi", "unicode-bidi", r"override|isolate|embed|plaintext"),
        ("bidi", "direction", r"rtl"),
        ("colour", "color -webkit-text-fill-color", r"transparent|white|#[d-f]|rgb|hsl|snow|ivory"),
        ("colour", "background-color", r"^$"),
        ("picture", "background-image", r"url\(|image\("),
        ("picture", "list-style list-style-type", r"[\"']"),
        ("content", "content", r"."),
    )
    for name in names.split()
}
#: Matters of which one may undo what stands in a `style` attribute, and the sign of one there, in
#: small letters.
_BY_ATTRIBUTE = {
    "size": regex(r"font(?:-size)?\s*:\s*0(?![.]?[1-9])"),
    "colour": regex(
        r"color(?<![\w-]color)[\s\"':=]+(?:transparent|white|#[d-f]|rgb|hsl)|<body[^>]+bgcolor"
    ),
    "visibility": regex(r"visibility\s*:\s*hidden"),
}


def matters_told(declared: Mapping[str, list[str]], page: str) -> frozenset[str]:
    """What the sheets of a page have something to say of; `declared`: property -> values."""
    told = {
        TELLING[name][0]
        for name, values in declared.items()
        if any(TELLING[name][1].search(value) for value in values)
    }
    may_be = {TELLING[name][0] for name in declared} - told
    low = page.lower() if not may_be.isdisjoint(_BY_ATTRIBUTE) else ""
    told |= {matter for matter in may_be & {*_BY_ATTRIBUTE} if _BY_ATTRIBUTE[matter].search(low)}
    inks = {value for name in ("color",) for value in declared.get(name, ())}
    if inks & {*declared.get("background-color", ())}:
        told.add("colour")
    if "content" in told:
        told |= {"display", "visibility"}
    if "bidi" in told:
        told.add("display")
    if told & {"box", "clip"}:
        told |= {"box", "place"}
    return frozenset(told | ({"size"} if "raise" in told or "place" in told else set()))


def declarations(text: str) -> list[Declaration]:
    """Those that matter, with shorthands written out; values in small letters but for contents."""
    if "/*" in text:
        text = _REMARK.sub("", text)
    found: list[Declaration] = []
    for name, value in _DECLARATION.findall(text):
        name = name.lower()
        if name not in TELLING and name not in _SHORTHANDS:
            continue
        important = "!" in value and bool(_IMPORTANT.search(value))
        value = _IMPORTANT.sub("", value).strip() if important else value.strip()
        if name == "display" and not _DISPLAYS.match(value.lower()):
            continue  # no way to show it: browsers keep what was said before
        if name == "content":
            found.append((name, value, important))
        elif "\\" not in value and value:  # what only old browsers take
            value = value.lower()
            found += (
                (part, said, important)
                for part, said in _SHORTHANDS.get(name, _as_it_is)(name, value)
            )
    return found


def _as_it_is(name: str, value: str) -> list[tuple[str, str]]:
    return [(name, value)]


def _font(name: str, value: str) -> list[tuple[str, str]]:
    size = re.search(r"(?<![\w.])([\d.]+(?:px|pt|r?em|%)?|[\w-]*small)\s*(?:/|\s)", value + " ")
    weights = re.compile(r"[1-9]00\s*")
    if size and weights.fullmatch(size[1]):
        size = re.search(r"(?<=00)\s+([\d.]+(?:px|pt|r?em|%)?)\s*(?:/|\s)", value + " ")
    return [("font-size", size[1])] if size else []


def _background(name: str, value: str) -> list[tuple[str, str]]:
    return [("background-color", value), ("background-image", value if "(" in value else "none")]


def _inset(name: str, value: str) -> list[tuple[str, str]]:
    sides = value.split()
    return [("top", sides[0]), ("left", sides[-1] if len(sides) != 3 else sides[1])]


_SHORTHANDS = {"font": _font, "background": _background, "inset": _inset}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What all declarations for one element come to. None: not said, so inherited."""

    display: str = ""
    visibility: str = ""
    pre: bool = False
    struck: bool = False
    #: Set above or below the line, if it is a part of one.
    raised: bool = False
    lowered: bool = False
    #: Of no size; smaller than the text around it.
    tiny: bool | None = None
    small: bool = False
    #: Not drawn until a script says so: transparent.
    faded: bool = False
    #: In a box of no height or width.
    closed: bool = False
    #: Drawn where nobody sees it.
    beside: bool = False
    #: Mirrored, masked, clipped in part: what is seen of it is not known.
    puzzling: bool = False
    #: Taken out of the order in which it is written; its children stand in another one.
    moved: bool = False
    turned: bool = False
    ink: Colour | None = None
    ground: Colour | None = None
    #: A picture stands behind it, or a mark before it.
    pictured: bool = False
    #: Characters run against their order.
    override: bool = False
    #: In a line from right to left it stands as one, whatever it holds.
    isolated: bool = False
    direction: str = ""
    content: str = ""
    #: Some rule that is not followed would change this.
    unsure: bool = False

    #: Each element that looks so is told from the others; there is more to it than how its text
    #: is seen.
    is_of_its_own: bool = field(init=False, compare=False, default=False)
    says_more: bool = field(init=False, compare=False, default=False)

    def __post_init__(self) -> None:
        own = self.moved or self.small or self.faded or self.closed or bool(self.tiny)
        object.__setattr__(self, "is_of_its_own", own)
        more = self.override or self.pictured or bool(self.content)
        object.__setattr__(self, "says_more", more)


PLAIN = Look()
#: What Word says of text that it hides, and of the marks of notes.
_STYLE_MSO_HIDE = regex(r"mso-hide\s*:\s*all")
_STYLE_NOTE = regex(r"mso-(?:foot|end)note-id")
_STYLE_PRE = regex(r"(?:^|[;\s])white-space\s*:\s*(?:pre|break-spaces)")


@lru_cache(maxsize=4096)
def own_look(style: str) -> Look:
    """Of an element of whose style no sheet says anything."""
    return look(own_values(style), style)


def own_values(style: str) -> dict[str, str]:
    values: dict[str, str] = {}
    urgent: dict[str, str] = {}
    for name, value, important in declarations(style):
        (urgent if important else values)[name] = value
    return {**values, **urgent}


def look(values: Mapping[str, str], style: str = "") -> Look:
    """`style`: the element's own, of which more than the values counts."""
    said = style.lower()
    pre = "white-space" in said and bool(_STYLE_PRE.search(said))
    note = "mso-" in said and bool(_STYLE_NOTE.search(said))
    if "mso-hide" in said and _STYLE_MSO_HIDE.search(said):
        return Look(display="none")
    if not values:
        return Look(pre=pre, raised=note) if pre or note else PLAIN
    get = values.get
    small = _is_small(get("font-size", ""))
    return Look(
        display=get("display", ""),
        visibility="hidden" if get("content-visibility") == "hidden" else get("visibility", ""),
        pre=pre,
        struck="line-through" in get("text-decoration-line", get("text-decoration", "")),
        raised=note or _is_raised(values, small),
        lowered=get("vertical-align") == "sub",
        tiny=_is_tiny(get("font-size", "")),
        small=small,
        faded=_is_faded(values),
        closed=_is_closed(values),
        beside=_is_beside(values),
        puzzling=_is_puzzling(values),
        moved=_is_moved(values),
        turned="reverse" in get("flex-direction", "") + get("flex-wrap", ""),
        ink=_ink(values),
        ground=ground_of(get("background-color", ""), get("background-image", "")),
        pictured=any(
            TELLING[name][1].search(get(name, ""))
            for name in ("background-image", "list-style", "list-style-type")
        ),
        override="override" in get("unicode-bidi", ""),
        isolated=_is_isolated(values),
        direction=get("direction", ""),
        content=get("content", ""),
        unsure=any(
            UNKNOWN in get(name, "")
            for name in ("display", "visibility", "opacity", "vertical-align")
        ),
    )


_LENGTH = regex(r"([+-]?(?:\d+\.?\d*|\.\d+))(px|pt|pc|r?em|%|cm|mm|in|ex|ch|v[wh])?")
#: So many pixels are one of the unit, at a usual size of text.
_PIXELS = {"": 1, "px": 1, "pt": 1.33, "pc": 16, "em": 16, "rem": 16, "ex": 8, "ch": 8, "%": 0.16}
_TINY_PIXELS, _TINY_SHARE, _SMALL_SHARE = 2.0, 0.15, 0.85
#: So far from its line is no adjustment by a hair; nearer by so much is enough for small text.
_RAISED_PIXELS, _RAISED_SMALL = 4.0, 1.0
#: Text smaller than this at the top of its line is the mark of a note.
_MARK_PIXELS = 9.5
#: Further from it than this stands somewhere else.
_ELSEWHERE = 40.0


def _length(value: str) -> tuple[float, str] | None:
    found = _LENGTH.fullmatch(value)
    return (float(found[1]), found[2] or "") if found else None


def _pixels(value: str) -> float:
    found = _length(value)
    return found[0] * _PIXELS.get(found[1], 16) if found else 0.0


def _is_tiny(size: str) -> bool | None:
    if not size:
        return None
    found = _length(size)
    if found is None:
        return False
    number, unit = found
    if unit in ("em", "rem", "%"):
        return number <= (_TINY_SHARE * 100 if unit == "%" else _TINY_SHARE)
    return number * _PIXELS.get(unit, 16) < _TINY_PIXELS


def _is_small(size: str) -> bool:
    """Smaller than the text around it, as far as it says so itself."""
    found = _length(size)
    if found is None:
        return "small" in size
    return (found[1] == "em" and found[0] <= _SMALL_SHARE) or (
        found[1] == "%" and found[0] <= _SMALL_SHARE * 100
    )


def _is_raised(values: Mapping[str, str], small: bool) -> bool:
    align = values.get("vertical-align", "")
    if align in ("super", "sub") or (small and align in ("top", "text-top", "text-bottom")):
        return True
    if align in ("top", "text-top") and _is_a_mark(values.get("font-size", "")):
        return True
    away = abs(_pixels(align))
    if values.get("position") == "relative":
        away = max(away, abs(_pixels(values.get("top", values.get("bottom", "")))))
    return (_RAISED_SMALL if small else _RAISED_PIXELS) <= away <= _ELSEWHERE


def _is_a_mark(size: str) -> bool:
    """As small as no page sets its figures, whatever the text around it is."""
    found = _length(size)
    return found is not None and found[1] in ("px", "pt") and _pixels(size) < _MARK_PIXELS


def _is_faded(values: Mapping[str, str]) -> bool:
    found = _length(values.get("opacity", ""))
    if found and found[0] <= (5 if found[1] == "%" else 0.05):
        return True
    return bool(re.search(r"opacity\(\s*(?:0|0?\.0\d*|0%)\s*\)", values.get("filter", "")))


def _is_closed(values: Mapping[str, str]) -> bool:
    if not _is_clipping(values):
        return False
    return any(
        (found := _length(values.get(name, ""))) is not None and not found[0]
        for name in ("height", "max-height", "width", "max-width")
    )


def _is_clipping(values: Mapping[str, str]) -> bool:
    said = " ".join(values.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    return "hidden" in said or "clip" in said


_ISOLATING = regex(r"isolate|embed|plaintext")
_BOXES = regex(r"inline-|flow-root|grid|flex")


def _is_isolated(values: Mapping[str, str]) -> bool:
    return bool(
        _ISOLATING.search(values.get("unicode-bidi", ""))
        or _BOXES.search(values.get("display", ""))
    )


_EDGES = regex(r"rect\((?:\s*[01](?:px)?[\s,]*){4}\)")
_CLIPPED_AWAY = regex(
    r"inset\(\s*(?:[5-9]\d|\d{3,})(?:\.\d+)?%|circle\(\s*0|ellipse\(\s*0|polygon\((?:[\s,]*0(?:px|%)?)+\s*\)"
)
_FAR_SIDE = regex(_FAR)
_SCALED_AWAY = regex(r"scale[xy]?\(\s*0(?:\.0*)?\s*[,)]")
_NO_SCALE = regex(r"0(?:\.0*)?%?(?:\s|$)")
_SHIFTED = regex(rf"translate(?:x|y|3d)?\([^)]*(?:{_FAR}|\d{{4,}}px)")


def _is_beside(values: Mapping[str, str]) -> bool:
    get = values.get
    lifted = get("position") in ("absolute", "fixed")
    if _EDGES.search(get("clip", "")) or _CLIPPED_AWAY.match(get("clip-path", "")):
        return True
    if lifted and any(_FAR_ANY.match(get(name, "")) for name in ("left", "top", "right", "bottom")):
        return True
    if _FAR_SIDE.match(get("text-indent", "")):
        return True
    if _FAR_SIDE.match(get("margin-left", "")) and "left" not in values:
        return True
    sides = [_length(get(name, "")) for name in ("width", "height")]
    if _is_clipping(values) and all(side and side[0] <= 1 for side in sides):
        return True
    if _NO_SCALE.match(get("scale", "")):
        return True
    transform = get("transform", "")
    return bool(_SHIFTED.search(transform) or _SCALED_AWAY.search(transform))


_MIRRORED = regex(r"scale[xy3d]*\([^)]*-|rotate[xy]?\(|matrix|skew")


_MASKS = ("clip-path", "mask", "mask-image", "-webkit-mask-image")


def _is_puzzling(values: Mapping[str, str]) -> bool:
    get = values.get
    if "(" in get("clip", "") and get("position") in ("absolute", "fixed"):
        return True
    if any("(" in get(name, "") for name in _MASKS):
        return True
    if get("-webkit-text-security", "none") != "none":
        return True
    # raised in some fonts and not in others
    if any(
        re.search("su[pb]", get(name, "")) for name in ("font-variant-position", "font-variant")
    ):
        return True
    if re.search("su[pb]s", get("font-feature-settings", "")):
        return True
    if "-" in get("scale", "") or get("rotate", "none") not in ("none", "0", "0deg"):
        return True
    return bool(_MIRRORED.search(get("transform", "")))


_ORDERS = ("order", "grid-column", "grid-row", "grid-area")
_STARTS = ("", "0", "auto", "none", "initial", "inherit", "normal")


def _is_moved(values: Mapping[str, str]) -> bool:
    get = values.get
    if get("float", "none") not in ("none", "initial", "inherit"):
        return True
    if get("position") in ("absolute", "fixed"):
        return True
    if get("position") == "relative" and (_pixels(get("left", "")) or _pixels(get("right", ""))):
        return True
    if any(get(name, "") not in _STARTS for name in _ORDERS):
        return True
    if re.search(r"translate", get("transform", "")):
        return True
    return _pixels(get("margin-left", "")) <= -_RAISED_PIXELS


def _ink(values: Mapping[str, str]) -> Colour | None:
    fill = colour_of(values.get("-webkit-text-fill-color", ""))
    return CLEAR if fill == CLEAR else colour_of(values.get("color", ""))
