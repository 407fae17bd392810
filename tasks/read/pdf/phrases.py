"""Lines → phrases: runs of words that no wide gap parts. What columns are made of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from tasks.model.box import Box, hull
from tasks.model.patterns import regex
from tasks.read.pdf.lines import Line, is_han, line_text, needs_space
from tasks.read.pdf.marks import Glyph

#: A gap this wide (in font sizes) parts two phrases; between two figures this wide.
PHRASE_GAP = 0.8
FIGURE_GAP = 0.38
#: And between a label and a figure, and between Han characters, which have no spaces.
LABEL_GAP = 0.55
HAN_GAP = 0.6
#: A gap wider than this is more than the space between two words.
WORD_GAP = 0.42
#: And where an upright line stands in it.
WALL_GAP = 0.15
#: Spaces of a justified line of prose may be this wide, if all of them are alike; the wider
#: they are, the more alike, since heads of columns stand as far apart.
JUSTIFIED_GAPS = ((0.9, 1.6), (1.4, 1.1))
#: So many gaps show how a line is set, if this share of its words are in Latin letters; and how
#: far a gap may be off, in font sizes.
FEWEST_GAPS = 4
MOSTLY_LATIN = 0.7
SLACK = 0.1
#: A phrase is cut at a gap this many times as wide as its other gaps; where a place is asked
#: for, within so many points of it.
WIDEST = 1.3
REACH = 2.0
#: How near an upright line may stand to a character of the next column, in points.
TOUCHING = 0.5
#: Characters from which a phrase is prose rather than an entry; Han characters say more.
PROSE_LETTERS = 48
PROSE_HAN = 24

FIGURE = regex(
    r"[(（\[<>≤≥~≈±+\-−–—$€£¥￥*]*\s?(?:\d[\d\s.,'，．]*)?"
    r"(?:[%％‰*†‡]|\(?[a-z\d]\)|[)）\]])*[a-z]?"
)
NO_FIGURE = regex(r"[-–—−.…·:*]+|n\.?/?a\.?|nil|x|无|（空）|/", re.IGNORECASE)
YEAR = regex(r"[(（]?(?:19|20)\d\d\s?[)）年*a-z]?(?:[-/–]\d\d(?:\d\d)?)?|\(\d\)")
#: So many of these signs lead from one text to the next, and part them.
LEADERS = frozenset(".…·．")
FEWEST_LEADERS = 4
MARKER = regex(r"[•▪■□●○◆➢✓·*\-–—]|[(（]?[\da-zA-Zivx]{1,4}[.)）、．]|\d+(?:\.\d+)+\.?")

CAPTION = regex(
    r"\s*(?:table|tab\.|figure|fig\.|chart|box|graph|exhibit|annex|appendix|source|sources|"
    r"notes?|表|图|附表|附件|注|资料来源|数据来源|单位|unit)\s*[\d:：.一二三四五六七八九十（(A-Z]",
    re.IGNORECASE,
)
UNIT = regex(r"[（(]?\s*(?:计量)?单位\s*[:：]")


def is_year(text: str) -> bool:
    """Whether a figure is a year, or the number of a column, as heads are."""
    return YEAR.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A run of words in one line."""

    glyphs: tuple[Glyph, ...]
    box: Box
    text: str
    #: Whether it holds a number, or what stands where no number is.
    is_figure: bool
    #: Whether it is so long that it is prose rather than an entry.
    is_prose: bool


def _is_figure(text: str) -> bool:
    if not text:
        return False
    if NO_FIGURE.fullmatch(text):
        return True
    return any(letter.isdigit() for letter in text) and FIGURE.fullmatch(text) is not None


def _is_prose(text: str) -> bool:
    n_han = sum(is_han(letter) for letter in text)
    return n_han >= PROSE_HAN or (len(text) - n_han) + 2 * n_han >= PROSE_LETTERS


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A line and its phrases, from left to right."""

    line: Line
    phrases: tuple[Phrase, ...]

    @property
    def box(self) -> Box:
        return self.line.box

    @property
    def size(self) -> float:
        return self.line.size

    @property
    def middle(self) -> float:
        return self.line.middle

    @property
    def n_figures(self) -> int:
        return sum(phrase.is_figure for phrase in self.phrases)

    @property
    def is_item(self) -> bool:
        """A mark and its text: an item of a list."""
        return (
            len(self.phrases) == 2
            and MARKER.fullmatch(self.phrases[0].text) is not None
            and not self.phrases[1].is_figure
        )

    @property
    def is_tabular(self) -> bool:
        """Whether it could be a row of a table: several phrases, not all of them prose."""
        if len(self.phrases) < 2 or self.is_item:
            return False
        return not all(phrase.is_prose for phrase in self.phrases)


def is_about(phrase: Phrase) -> bool:
    """Whether it is a caption, or the unit of all figures."""
    return CAPTION.match(phrase.text) is not None or UNIT.match(phrase.text) is not None


def holds_figures(row: Row) -> bool:
    figures = [phrase.text for phrase in row.phrases if phrase.is_figure]
    return len(figures) * 2 >= len(row.phrases) and not all(map(is_year, figures))


def line_to_row(line: Line) -> Row:
    return Row(line, _phrases_of(line.glyphs))


@lru_cache(maxsize=512)
def _phrases_of(glyphs: tuple[Glyph, ...]) -> tuple[Phrase, ...]:
    """The phrases of a line, which several steps ask for."""
    parts = _between_leaders(glyphs) or [list(glyphs)]
    made = [
        _to_phrase([glyph for word in words for glyph in word])
        for part in parts
        for words in _phrases(_words(part))
    ]
    kept = [phrase for phrase in made if phrase.text]
    return tuple(kept or made)


def _between_leaders(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """What stands in a line before, between and behind dots that lead to a figure."""
    if not any(glyph.text in LEADERS for glyph in glyphs):
        return [list(glyphs)]
    parts: list[list[Glyph]] = [[]]
    for run in _runs_of_dots(glyphs):
        dots = sum(glyph.text in LEADERS for glyph in run)
        if run[0].text in LEADERS and dots >= FEWEST_LEADERS:
            parts.append([])
        else:
            parts[-1] += run
    return [part for part in parts if not all(glyph.blank for glyph in part)]


def _runs_of_dots(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The glyphs of a line, dots together that follow one another with no gap of columns, and
    the blanks behind them; each other one alone."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs and runs[-1][0].text in LEADERS else None
        near = last is not None and glyph.box.x0 - last.box.x1 <= PHRASE_GAP * glyph.size
        if near and (glyph.blank or glyph.text in LEADERS):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _phrases(words: list[list[Glyph]]) -> list[list[list[Glyph]]]:
    """The words of each phrase."""
    phrases: list[list[list[Glyph]]] = []
    limit = _gap_limit(words)
    for word in words:
        if phrases and not _parts(phrases[-1][-1], word, limit):
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return phrases


def _words(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    words: list[list[Glyph]] = []
    blank = False
    for glyph in glyphs:
        if glyph.blank:
            blank = True
            continue
        if words and not needs_space(words[-1][-1], glyph, blank):
            words[-1].append(glyph)
        else:
            words.append([glyph])
        blank = False
    return words


def _gap_limit(words: list[list[Glyph]]) -> float:
    """Share of the font size that parts phrases; wider in a line that is spaced out."""
    gaps = [
        (right[0].box.x0 - left[-1].box.x1) / max(left[-1].size, 1)
        for left, right in pairwise(words)
    ]
    letters = sum(any("A" <= glyph.text <= "ɏ" for glyph in word) for word in words)
    if len(gaps) >= FEWEST_GAPS and letters >= MOSTLY_LATIN * len(words):
        usual = median(gaps)
        for widest, uneven in JUSTIFIED_GAPS:
            low, high = usual / uneven - SLACK, uneven * usual + SLACK
            if usual <= widest and low < min(gaps) and max(gaps) < high:
                return max(gaps) + SLACK
    return PHRASE_GAP


def _parts(left: list[Glyph], right: list[Glyph], limit: float) -> bool:
    size = max(left[-1].size, right[0].size, 1)
    gap = (right[0].box.x0 - left[-1].box.x1) / size
    if gap > limit or (gap > HAN_GAP and is_han(left[-1].text) and is_han(right[0].text)):
        return True
    if gap <= FIGURE_GAP or not _is_number(right):
        return False
    return gap > LABEL_GAP or _is_number(left)


def _is_number(word: list[Glyph]) -> bool:
    text = "".join(glyph.text for glyph in word)
    return any(letter.isdigit() for letter in text) and FIGURE.fullmatch(text) is not None


def _to_phrase(glyphs: Sequence[Glyph]) -> Phrase:
    text = line_text(glyphs).strip()
    box = glyphs[0].box if len(glyphs) == 1 else hull([glyph.box for glyph in glyphs])
    return Phrase(tuple(glyphs), box, text, _is_figure(text), _is_prose(text))


def joined_phrase(left: Phrase, right: Phrase) -> Phrase:
    return _to_phrase((*left.glyphs, *right.glyphs))


def first_word(phrase: Phrase) -> Box:
    """The place of its first word; Han characters may part anywhere."""
    glyphs = _words(phrase.glyphs)[0]
    return glyphs[0].box if is_han(glyphs[0].text) else hull(glyph.box for glyph in glyphs)


def words_apart(phrase: Phrase) -> list[Phrase]:
    """The phrase cut wherever its words stand wider apart than by a space, and before a figure
    behind Han characters, which need no space."""
    parts: list[list[Glyph]] = []
    for word in _words(phrase.glyphs):
        before = parts[-1][-1] if parts else None
        if (
            before is None
            or word[0].box.x0 - before.box.x1 > WORD_GAP * before.size
            or (is_han(before.text) and _is_figure("".join(glyph.text for glyph in word)))
        ):
            parts.append([])
        parts[-1].extend(word)
    return [phrase] if len(parts) == 1 else [_to_phrase(part) for part in parts]


def parted_at(phrase: Phrase, walls: Sequence[float]) -> list[Phrase]:
    """The phrase cut at the upright lines that stand in the white between its characters. A
    number that overflows its cell stays whole: its digits have none between them."""
    seen = [glyph for glyph in phrase.glyphs if not glyph.blank]
    parts: list[list[Glyph]] = [seen[:1]]
    for before, after in pairwise(seen):
        white = after.box.x0 - before.box.x1
        if white > WALL_GAP * before.size and any(
            before.box.x1 - TOUCHING < wall < after.box.x0 + TOUCHING for wall in walls
        ):
            parts.append([])
        parts[-1].append(after)
    return [phrase] if len(parts) == 1 else [_to_phrase(part) for part in parts]


def in_columns(phrases: Sequence[Phrase], edges: Sequence[float]) -> dict[int, Phrase]:
    """Phrases of one line, cut at these edges, by the column that each has to itself; none at
    all where one stands over an edge, or beside another."""
    places: dict[int, Phrase] = {}
    for phrase in (part for whole in phrases for part in parted_at(whole, edges)):
        first = bisect_right(edges, phrase.box.x0 + TOUCHING) - 1
        last = bisect_right(edges, phrase.box.x1 - TOUCHING) - 1
        if first != last or first in places or not 0 <= first < len(edges) - 1:
            return {}
        places[first] = phrase
    return places


def gap_between(phrase: Phrase, left: float, right: float) -> bool:
    """Whether words of the phrase stand wide apart between these places."""
    size = max(glyph.size for glyph in phrase.glyphs)
    found = _gap_at(_words(phrase.glyphs), left, right)
    return found is not None and found[1] > WORD_GAP * size


def _gap_at(words: list[list[Glyph]], left: float, right: float) -> tuple[int, float] | None:
    """The widest gap between words that touches these places: the index of the word before
    it, and its width."""
    best: tuple[int, float] | None = None
    for n, (before, after) in enumerate(pairwise(words)):
        gap = after[0].box.x0 - before[-1].box.x1
        touches = before[-1].box.x1 < right + REACH and after[0].box.x0 > left - REACH
        if touches and (best is None or gap > best[1]):
            best = n, gap
    return best


def split_phrase(
    phrase: Phrase, left: float, right: float, apart: bool = False
) -> tuple[Phrase, Phrase] | None:
    """The phrase in two at its widest word gap between these places, None where it has none
    or none wider than the other spaces of the phrase (which may be as wide if `apart`)."""
    words = _words(phrase.glyphs)
    found = _gap_at(words, left, right)
    if found is None:
        return None
    best, gap = found
    gaps = [after[0].box.x0 - before[-1].box.x1 for before, after in pairwise(words)]
    parts = words[: best + 1], words[best + 1 :]
    one, two = (_to_phrase([glyph for word in part for glyph in word]) for part in parts)
    size = max(glyph.size for glyph in phrase.glyphs)
    others = gaps[:best] + gaps[best + 1 :]
    widest = not others or gap > WIDEST * max(others) or gap > PHRASE_GAP * size
    wide = gap > WORD_GAP * size and (widest or apart)
    figures = gap > FIGURE_GAP * size and (one.is_figure or two.is_figure)
    return (one, two) if wide or figures or (one.is_figure and two.is_figure) else None
