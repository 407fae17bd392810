"""Which side of a page is up: told by a few of its lines, as the reader makes sense of them.

A page that is read well as it lies costs nothing more: the lines that tell are read anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tasks.read.scan.pixels import Picture
from tasks.read.scan.recogniser import Line
from tasks.read.scan.seen import Seen, seen_on

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
NO_SENSE = 0.45
NO_SIGNS = 0.12

#: A page, which of its lines to read (by number), and by how many quarters each is to be turned
#: before that → those lines as read.
Reads = Callable[[Seen, Sequence[int], int], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Upright:
    seen: Seen
    #: Lines that were read on the way, by number.
    known: Mapping[int, Line]
    #: Whether it makes any sense, whichever side is up.
    makes_sense: bool


def upright(picture: Picture, reads: Reads) -> Upright:
    seen = seen_on(picture)
    chosen = sample(seen)
    said = reads(seen, chosen, 0)
    known = dict(zip(chosen, said, strict=True))
    if not chosen or _is_read_well(said, _room(seen, chosen)):
        return Upright(seen, known, True)
    aside = seen_on(picture, 1)
    chosen_aside = sample(aside)
    tries = {
        0: (seen, said),
        2: (seen, reads(seen, chosen, 2)),
        1: (aside, reads(aside, chosen_aside, 0)),
        3: (aside, reads(aside, chosen_aside, 2)),
    }
    sense = {quarters: _sense(lines) for quarters, (_seen, lines) in tries.items()}
    best = max(sense, key=lambda quarters: sense[quarters])
    if best == 0 or sense[best] < PLAINLY * sense[0]:
        return Upright(seen, known, _makes_sense(said, _room(seen, chosen)))
    if best == 1:
        return Upright(aside, dict(zip(chosen_aside, tries[1][1], strict=True)), True)
    return Upright(seen_on(picture, best), {}, True)


def sample(seen: Seen) -> list[int]:
    """The broadest lines that are no prose, or the shortest of prose."""

    def rank(number: int) -> tuple[bool, bool, float]:
        breadth = _breadth(seen, number)
        is_low = seen.lines[number].span.height < LOW * seen.size
        return is_low, breadth > BROADEST, -breadth if breadth <= BROADEST else breadth

    return sorted(range(len(seen.lines)), key=rank)[:SAMPLE]


def _breadth(seen: Seen, number: int) -> float:
    span = seen.lines[number].span
    return span.width / max(span.height, LOW * seen.size)


def _room(seen: Seen, chosen: Sequence[int]) -> float:
    """For so many signs, as broad as high."""
    return sum(max(1.0, _breadth(seen, number)) for number in chosen)


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


def _makes_sense(said: Sequence[Line], room: float) -> bool:
    return _sure(said) >= NO_SENSE and _n_signs(said) >= NO_SIGNS * room
