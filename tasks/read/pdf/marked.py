"""Characters that do not say what they seem to: struck out, or raised beside a figure.

Both are told by where they stand on the base line and by their size, as the eye does it:
`27` and a small raised `1` are twenty-seven with a footnote, and a figure with a line
through its middle is withdrawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.model.box import Box
from tasks.model.patterns import regex
from tasks.read.pdf.marks import Rule

#: Where a line goes through a character, in font sizes above its base line.
THROUGH = (0.12, 0.55)
#: How far a line through some characters may reach beyond them, in font sizes; a rule of a
#: table goes on.
BEYOND = 0.6
#: Share of a character's width that is struck.
MOSTLY = 0.6
#: A mark is at most this large beside what it marks, and this near, in sizes of that.
SMALLER = 0.8
BESIDE = 0.35
#: It is no smaller beside it, and overlaps it by no more; and its own characters stand no
#: farther apart, in their sizes.
SMALLEST = 0.3
OVERLAP = 0.2
NEXT = 0.3
#: How far off the base line it stands, and how high a raised one reaches; a smaller figure
#: in the middle of the next cell reaches less high.
RAISED = (0.12, 0.9)
REACHES = 0.62
LOWERED = (0.08, 0.4)
#: Height of a digit.
DIGIT = 0.7

_MARK = regex(r"[\[(［（〔]?([0-9]{1,3})[\])］）〕]?")
_OF_MARK = frozenset("0123456789[](［］（）〔〕")
_RAISE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Letter:
    """A character that runs to the right, and the height of its base line."""

    index: int
    text: str
    box: Box
    base: float
    size: float


#: Letters by the height of their base lines.
Letters = Sequence[Letter]


def _based(letters: Letters, top: float, bottom: float) -> Letters:
    """Those with their base line between two heights."""
    first = bisect_left(letters, top, key=_base)
    return letters[first : bisect_right(letters, bottom, lo=first, key=_base)]


def _base(letter: Letter) -> float:
    return letter.base


def find_struck(letters: Letters, rules: Sequence[Rule]) -> tuple[set[int], list[Rule]]:
    """The letters with a line through them, by their index, and the other lines."""
    struck: set[int] = set()
    others: list[Rule] = []
    largest = max((letter.size for letter in letters), default=0.0)
    for rule in rules:
        near = _based(letters, rule.at, rule.at + THROUGH[1] * largest)
        under = [letter for letter in near if _goes_through(rule, letter)]
        if under and _ends_with(rule, under):
            struck.update(letter.index for letter in under)
        else:
            others.append(rule)
    return struck, others


def _goes_through(rule: Rule, letter: Letter) -> bool:
    low, high = (letter.base - share * letter.size for share in THROUGH)
    if not high <= rule.at <= low:
        return False
    covered = min(rule.end, letter.box.x1) - max(rule.start, letter.box.x0)
    return covered >= MOSTLY * letter.box.width


def _ends_with(rule: Rule, under: list[Letter]) -> bool:
    reach = BEYOND * max(letter.size for letter in under)
    left = min(letter.box.x0 for letter in under)
    right = max(letter.box.x1 for letter in under)
    return left - reach <= rule.start and rule.end <= right + reach


def find_marks(letters: Letters, uprights: Sequence[Rule]) -> dict[int, tuple[str, Box]]:
    """Small digits off the base line of what they stand beside: for each its text as a mark,
    and its place on that line. Brackets around a mark are left out."""
    found: dict[int, tuple[str, Box]] = {}
    for run in _small_runs(letters):
        mark = _MARK.fullmatch("".join(letter.text for letter in run))
        if mark is None:
            continue
        base = _marked(run, letters, uprights)
        if base is None:
            continue
        digits = [letter for letter in run if letter.text.isdigit()]
        right, down = run[0].box.x0 - digits[0].box.x0, base.box.middle[1] - run[0].box.middle[1]
        found.update({letter.index: ("", letter.box) for letter in run})
        for letter in digits:
            raised = letter.text.translate(_RAISE)
            found[letter.index] = raised, letter.box.moved(right, down)
    return found


def _small_runs(letters: Letters) -> Iterable[list[Letter]]:
    """Digits and brackets of one size that follow one another, but those of the usual size."""
    by_line: dict[tuple[int, int], list[Letter]] = defaultdict(list)
    sizes = sorted(letter.size for letter in letters)
    usual = sizes[-1] if sizes else 0.0
    for letter in letters:
        if letter.size <= SMALLER * usual and set(letter.text) <= _OF_MARK:
            by_line[round(letter.base * 4), round(letter.size * 4)].append(letter)
    for line in by_line.values():
        line.sort(key=lambda letter: letter.box.x0)
        run = line[:1]
        for letter in line[1:]:
            if letter.box.x0 - run[-1].box.x1 > NEXT * letter.size:
                yield run
                run = []
            run.append(letter)
        yield run


def _marked(run: list[Letter], letters: Letters, uprights: Sequence[Rule]) -> Letter | None:
    """What the run marks: the larger character that it stands beside, off its base line."""
    first, last = run[0], run[-1]
    reach = RAISED[1] * first.size / SMALLEST
    for letter in _based(letters, first.base - reach, first.base + reach):
        if first.size > SMALLER * letter.size or not _is_off(first, letter):
            continue
        left, right = letter.box.x1, first.box.x0
        if letter.box.x0 > first.box.x0:
            left, right = last.box.x1, letter.box.x0
        if not -OVERLAP * letter.size <= right - left <= BESIDE * letter.size:
            continue
        y = first.box.middle[1]
        if not any(
            left - 1 <= rule.at <= right + 1 and rule.start <= y <= rule.end for rule in uprights
        ):
            return letter
    return None


def _is_off(small: Letter, large: Letter) -> bool:
    """Whether the small character stands off the base line of the large one."""
    rise = (large.base - small.base) / large.size
    if LOWERED[0] <= -rise <= LOWERED[1]:
        return True
    high = rise + DIGIT * small.size / large.size
    return RAISED[0] <= rise <= RAISED[1] and high >= REACHES
