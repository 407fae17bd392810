"""One rule of a table, and whether two of them meet."""

from __future__ import annotations

from dataclasses import dataclass

#: Rules that end so near to another one meet it: the share of their length, and pixels at most.
#: A stroke of a character in a cell ends further away.
MEETS = 14
NEAR = 0.12
#: Pieces of one rule are at most so far off its line, in pixels.
OFF_LINE = 5


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight piece from `start` to `end` along one axis, `at` its middle on the other."""

    at: float
    start: int
    end: int
    thickness: int

    @property
    def length(self) -> int:
        return self.end - self.start


def meet(one: Ruling, other: Ruling) -> bool:
    """Of two across each other."""
    mine, its = _reach(one), _reach(other)
    return (
        one.start - mine <= other.at <= one.end + mine
        and other.start - its <= one.at <= other.end + its
    )


def _reach(one: Ruling) -> float:
    return min(float(MEETS), NEAR * one.length)
