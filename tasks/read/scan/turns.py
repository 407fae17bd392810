"""Which side of a page is up: told by a few of its lines, as the reader makes sense of them.

A page that is read well as it lies costs nothing more: the lines that tell are read anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.read.scan.lines import TextLine
from tasks.read.scan.pixels import Picture, Pixels
from tasks.read.scan.recogniser import Line
from tasks.read.scan.seen import Seen, lines_aside, seen_on

#: So many lines tell; the broadest that are no broader than this, in their heights.
SAMPLE = 12
BROADEST = 14.0
#: A line has so many signs at least in a share of the lines that were looked at, and the reader
#: is so sure of them on average: the page lies right.
A_LINE = 4
WITH_LINES = 0.3
SURE = 0.95
#: Or so sure, where it reads this share of the signs that the lines have room for.
SURE_OF_ALL, OF_ALL = 0.85, 0.8
#: In sizes of a character: lower lines are dashes and dots.
LOW = 0.6
#: Another way up makes so much more sense, or the page stays as it lies.
PLAINLY = 1.5
#: Less sense than this, on average over signs, is none; and so few signs, in those that the lines
#: have room for.
NO_SENSE = 0.65
NO_SIGNS = 0.12

#: Where there are so many lines there are words among them.
MANY = 80
FEWEST_WORDS = 3
#: Lines of a page, what it is, how high its characters are, and by how many quarters each line is
#: to be turned before it is read → the lines as read.
Reads = Callable[[Sequence[TextLine], Pixels, float, int], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Upright:
    seen: Seen
    #: Lines that were read on the way, by number.
    known: Mapping[int, Line]
    #: By how many quarters of a turn it was turned, clockwise.
    quarters: int
    #: Whether it makes any sense, whichever side is up.
    makes_sense: bool


def upright(picture: Picture, reads: Reads, likely: int = 0) -> Upright:
    """`likely`: by how many quarters of a turn the page before was turned, clockwise."""
    seen = seen_on(picture, likely)
    chosen = sample(seen.lines, seen.size)
    lines = [seen.lines[number] for number in chosen]
    said = reads(lines, seen.page.plain, seen.size, 0)
    as_it_is = Upright(seen, dict(zip(chosen, said, strict=True)), likely, True)
    if not chosen or _is_read_well(said, _room(lines, seen.size)):
        return as_it_is
    page, all_aside = lines_aside(seen)
    aside = [all_aside[number] for number in sample(all_aside, seen.size)]
    tries = {
        0: said,
        1: reads(aside, page, seen.size, 0),
        2: reads(lines, seen.page.plain, seen.size, 2),
        3: reads(aside, page, seen.size, 2),
    }
    best = max(tries, key=lambda quarters: _sense(tries[quarters]))
    if _sense(tries[best]) < PLAINLY * _sense(said):
        best = 0
    if not _makes_sense(tries[best], aside if best % 2 else lines, seen):
        return replace(as_it_is, makes_sense=False)
    if not best:
        return as_it_is
    turn = (likely + best) % 4
    return Upright(seen_on(picture, turn), {}, turn, True)


def sample(lines: Sequence[TextLine], size: float) -> list[int]:
    """The broadest lines that are no prose, or the shortest of prose, by number."""

    def rank(number: int) -> tuple[bool, bool, float]:
        line = lines[number]
        breadth = _breadth(line, size)
        is_low = line.span.height < LOW * size
        return is_low, breadth > BROADEST, -breadth if breadth <= BROADEST else breadth

    return sorted(range(len(lines)), key=rank)[:SAMPLE]


def _breadth(line: TextLine, size: float) -> float:
    return line.span.width / max(line.span.height, LOW * size)


def _n_signs(said: Sequence[Line]) -> int:
    return sum(len(line.signs) for line in said)


def _is_read_well(said: Sequence[Line], room: float) -> bool:
    sure = _sure(said)
    with_lines = sum(len(line.signs) >= A_LINE for line in said)
    is_sure = sure >= SURE or (sure >= SURE_OF_ALL and _n_signs(said) >= OF_ALL * room)
    return is_sure and with_lines >= WITH_LINES * len(said)


def _sure(said: Sequence[Line]) -> float:
    signs = [sign.confidence for line in said for sign in line.signs]
    return sum(signs) / len(signs) if signs else 0.0


def _sense(said: Sequence[Line]) -> float:
    """More of it where more is read, and surely."""
    return sum(sign.confidence**2 for line in said for sign in line.signs)


def _makes_sense(said: Sequence[Line], lines: Sequence[TextLine], seen: Seen) -> bool:
    if _sure(said) < NO_SENSE or _n_signs(said) < NO_SIGNS * _room(lines, seen.size):
        return False
    # Specks are read as signs, and surely; where there are many lines some are words.
    words = [sum(sign.text.isalnum() for sign in line.signs) > 1 for line in said]
    return len(seen.lines) < MANY or sum(words) >= FEWEST_WORDS


def _room(lines: Sequence[TextLine], size: float) -> float:
    """For so many signs, as broad as high."""
    return sum(max(1.0, _breadth(line, size)) for line in lines)
