"""What an object looks like: colours and lines, its own or those of its drawing parameters.

Source: GB/T 33190-2016, 8.2 (drawing parameters), 8.3 (colours), 8.5 (graphic units).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from tasks.read.ofd.space import Broken, number

#: In millimetres, where nothing is said.
LINE_WIDTH = 0.353
#: Drawing parameters that stand on others, which stand on others.
_MOST_ABOVE = 16
#: Components of a colour this near to the end are at it.
_NEARLY = 0.02
_FULL = 255.0
_TRUE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Colour:
    #: White, told for sure.
    white: bool = False
    #: Nothing is seen of it.
    clear: bool = False
    #: Nothing is seen through it; a pattern may have holes.
    solid: bool = True


BLACK = Colour()


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, which older programs write otherwise."""
    return _bare(element.tag)


@lru_cache(maxsize=1024)
def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(element.iterchildren(f"{{*}}{name}"), None)


def flag(element: etree._Element, name: str, *, default: bool) -> bool:
    said = element.get(name)
    return default if said is None else said.strip().lower() in _TRUE


def alpha(element: etree._Element) -> float:
    """0, nothing is seen, to 255."""
    said = element.get("Alpha")
    return _FULL if said is None else number(said)


class Looks:
    """Drawing parameters and colour spaces, by their id."""

    def __init__(self, parameters: Mapping[str, etree._Element], spaces: Mapping[str, str]) -> None:
        self._parameters = parameters
        #: GRAY, RGB, CMYK
        self._spaces = spaces

    def colour(self, element: etree._Element, name: str, above: str) -> Colour | None:
        """`name`: FillColor or StrokeColor; `above`: drawing parameters of what it stands in.
        None where nobody says a colour."""
        said = child(element, name)
        if said is None and (above or element.get("DrawParam")):
            found = (child(one, name) for one in self._sources(element, above))
            said = next((one for one in found if one is not None), None)
        return None if said is None else self._colour(said)

    def line_width(self, element: etree._Element, above: str) -> float:
        for one in self._sources(element, above):
            said = one.get("LineWidth")
            if said is not None:
                return number(said)
        return LINE_WIDTH

    def _sources(self, element: etree._Element, above: str) -> Iterator[etree._Element]:
        yield element
        for start in (element.get("DrawParam", ""), above):
            name = start
            for _ in range(_MOST_ABOVE):
                found = self._parameters.get(name)
                if found is None:
                    break
                yield found
                name = found.get("Relative", "")

    def _colour(self, said: etree._Element) -> Colour:
        shown = alpha(said)
        value = said.get("Value")
        if value is None:
            return Colour(clear=shown <= 0, solid=len(said) == 0 and shown >= _FULL)
        space = self._spaces.get(said.get("ColorSpace", ""), "")
        return Colour(_is_white(value, space), shown <= 0, shown >= _FULL)


@lru_cache(maxsize=1024)
def _is_white(value: str, space: str) -> bool:
    parts = [_component(one) for one in value.replace(",", " ").split()]
    if space == "CMYK" or (not space and len(parts) == 4):
        return len(parts) == 4 and all(part <= _NEARLY * _FULL for part in parts)
    if len(parts) not in (1, 3):
        return False
    return all(part >= (1 - _NEARLY) * _FULL for part in parts)


def _component(said: str) -> float:
    if not said.startswith("#"):
        return number(said)
    try:
        return float(int(said[1:], 16))
    except ValueError as error:
        raise Broken from error
