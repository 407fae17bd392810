"""Where a table of the form may stand on pages without lines: its heads, and what is below.

Heads stand side by side. They hold for what stands below them, over pages, up to other heads,
a heading or prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from tasks.forms.annual_report import FORM
from tasks.model.box import Box
from tasks.model.document import TextRun
from tasks.recognise.whole import Text, holds, keys, place_of, runs_to_texts
from tasks.says.amounts import looks_like_value
from tasks.says.labels import Match, key, numbering, plain
from tasks.says.vocabulary import (
    OTHER,
    any_column_label,
    any_other_label,
    any_row_label,
    table_of,
    titles,
)

#: White between the heights of heads that stand side by side, in heights of a line.
_HEAD_GAP = 1.5
#: And where some stand beside the heads of groups (table 四).
_GROUP_GAP = 6.0
#: Titles and heads of groups stand this far above the heads, likewise; the corner this far.
_OVER_HEADS = 25
_BESIDE_HEADS = 12
#: A head is no longer than this.
_LONGEST_HEAD = 30
#: A text with so many Han characters that begins no label is prose.
_PROSE_HAN = 24
#: A remark below the table.
_NOTE = re.compile(r"\s*(?:备?注|说明)\d*\s*[:：]")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True, eq=False)
class Band:
    """Heads side by side; they hold for what stands below them."""

    heads: tuple[Text, ...]
    #: What stands over or left of them: the corner, heads of groups, titles.
    others: list[Text] = field(default_factory=list)

    @property
    def sheet(self) -> int:
        return self.heads[0].sheet

    @property
    def top(self) -> float:
        return min(head.box[1] for head in self.heads)

    @property
    def upper(self) -> float:
        """The top of all that belongs to the heads."""
        return min([self.top, *(text.box[1] for text in self.others)])

    @property
    def bottom(self) -> float:
        return max(head.box[3] for head in self.heads)


def _bands(runs: Sequence[TextRun], table: str) -> list[Band]:
    """From the first page to the last."""
    near = [part for run in runs for part in _parted(run, table) if _may_be_head(part, table)]
    texts = runs_to_texts(near, lambda text: _says_head(text, table), table)
    heads = [text for text in texts if text.says not in (None, OTHER)]
    beside = _side_by_side(heads, _HEAD_GAP if not FORM.of(table)[0].sideways else _GROUP_GAP)
    if not FORM.of(table)[0].sideways:
        beside = [_each_once(heads) for heads in beside]
    bands = [
        Band(tuple(heads))
        for heads in beside
        if len({head.says for head in heads}) >= FORM.evidence[table].heads
    ]
    in_bands = {id(head) for band in bands for head in band.heads}
    for text in texts:
        below = next((band for band in bands if _is_around(text, band)), None)
        if below is None or text.says is None or id(text) in in_bands:
            continue
        if text.says == OTHER:
            below.others.append(text)
        elif text.says not in {head.says for head in below.heads}:
            # 自然人 stands beside the head of a group, where text begins at the top of its cell
            below.heads = tuple(sorted((*below.heads, text), key=lambda head: head.box[0]))
    for earlier, band in pairwise(bands):
        band.heads = _with_lost_heads(earlier, band)
    return bands


def _parted(run: TextRun, table: str) -> Iterator[TextRun]:
    """Heads that touch each other, each with its share of the run."""
    said = re.sub(r"\s", "", plain(run.text))
    if len(said) < 2 * _SHORTEST_HEAD or not (found := _heads_in_line(table).fullmatch(said)):
        yield run
        return
    labels = re.findall(_one_head(table), found[0])
    if len(labels) < 2:
        yield run
        return
    x0, top, x1, bottom = run.box
    step = (x1 - x0) / len(said)
    at = x0
    for label in labels:
        box = Box(at, top, at + step * len(label), bottom)
        yield replace(run, text=label, box=box)
        at = box.x1


#: Signs of the shortest head that may touch another.
_SHORTEST_HEAD = 3


@cache
def _one_head(table: str) -> str:
    columns = (c for e in FORM.of(table) for block in e.blocks for c in block.columns)
    labels = {plain(label) for column in columns for label in column.labels}
    long = sorted((x for x in labels if len(x) >= _SHORTEST_HEAD), key=len, reverse=True)
    return "|".join(map(re.escape, long))


@cache
def _heads_in_line(table: str) -> re.Pattern[str]:
    return re.compile(f"(?:{_one_head(table)})+")


def _with_lost_heads(earlier: Band, band: Band) -> tuple[Text, ...]:
    """The heads, and those of the page before that stand between the same ones and cannot be
    read when they are printed again."""
    again = {head.says: head for head in band.heads}
    before = {head.says: head for head in earlier.heads}
    if earlier.sheet == band.sheet or not again.keys() < before.keys():
        return band.heads
    if any(abs(head.middle[0] - before[says].middle[0]) > 1 for says, head in again.items()):
        return band.heads
    lost = [head.on(band.heads[0]) for says, head in before.items() if says not in again]
    return tuple(sorted((*band.heads, *lost), key=lambda head: head.box[0]))


def _may_be_head(run: TextRun, table: str) -> bool:
    """Whether it is a head or may be a line of one; looking at all of a page takes long."""
    if len(run.text) > _LONGEST_HEAD:
        return _says_head(run.text, table) is not None
    said = key(run.text)
    piece = bool(said) and any(said in label for label in keys(table))
    return piece or _says_head(run.text, table) is not None


def _heads_apart(run: TextRun, table: str) -> list[TextRun]:
    """A run as the lines of several heads that stand nearer than words do (`社会公益法律服务`)."""
    text = "".join(run.text.split())
    parts = _head_lines(text, table) if len(text) <= _LONGEST_HEAD else ()
    if len(parts) < 2:
        return [run]
    x0, top, x1, bottom = run.box
    wide = (x1 - x0) / len(text)  # all Han characters are as wide
    made, at = [], 0
    for part in parts:
        box = Box(x0 + at * wide, top, x0 + (at + len(part)) * wide, bottom)
        made.append(replace(run, text=part, box=box))
        at += len(part)
    return made


@cache
def _head_lines(text: str, table: str) -> tuple[str, ...]:
    """The fewest lines of heads that make up a text, none where they do not."""
    if not text or any(text in label for label in keys(table)):
        return (text,) if text else ()
    best: tuple[str, ...] = ()
    for end in range(2, len(text)):
        begin, rest = text[:end], text[end:]
        if not any(head.startswith(begin) or head.endswith(begin) for head in _heads(table)):
            continue
        if any(head.startswith(rest) or head.endswith(rest) for head in _heads(table)):
            lines: tuple[str, ...] = (rest,) if len(rest) > 1 else ()
        else:
            lines = _head_lines(rest, table)
            lines = lines if len(lines) > 1 else ()
        if lines and (not best or len(lines) + 1 < len(best)):
            best = (begin, *lines)
    return best


@cache
def _heads(table: str) -> tuple[str, ...]:
    return tuple(
        "".join(column.label.split())
        for edition in FORM.of(table)
        for block in edition.blocks
        for column in block.columns
    )


def _says_head(text: str, table: str) -> tuple[str, float] | None:
    if FORM.of(table)[0].sideways and (row := any_row_label(table).match(text)):
        return OTHER, row.score  # rows of the form stand over the heads
    return _said(any_column_label(table).match(text), text, table)


def _side_by_side(heads: Sequence[Text], white: float) -> list[list[Text]]:
    """Heads at nearly one height, left to right: 自然人 stands a little above 商业企业."""
    bands: list[list[Text]] = []
    for head in sorted(heads, key=lambda head: (head.sheet, head.box[1])):
        band = bands[-1] if bands and bands[-1][0].sheet == head.sheet else None
        bottom = max(other.box[3] for other in band) if band else 0.0
        if band and head.box[1] - bottom < white * head.height:
            band.append(head)
        else:
            bands.append([head])
    return [sorted(band, key=lambda head: head.box[0]) for band in bands]


def _each_once(heads: Sequence[Text]) -> list[Text]:
    """其他 and 总计 are labels of rows as well, which stand left of the heads."""
    last = {head.says: head for head in heads}
    return [head for head in heads if last[head.says] is head]


def _is_around(text: Text, band: Band) -> bool:
    is_over = text.middle[0] >= band.heads[0].box[0]
    reach = (_OVER_HEADS if is_over else _BESIDE_HEADS) * text.height
    return text.sheet == band.sheet and band.top - reach < text.box[1] < band.bottom


def band_over(sheet: int, middle: float, bands: Sequence[Band]) -> Band | None:
    """The heads in force at a height: the last ones above it."""
    before = [band for band in bands if (band.sheet, band.bottom) < (sheet, middle)]
    return before[-1] if before else None


# Where the table may be


@dataclass(slots=True)
class Stretch:
    """Heads and what stands below them, up to a heading or prose."""

    table: str
    bands: list[Band] = field(default_factory=list)
    runs: list[TextRun] = field(default_factory=list)
    #: Whether a figure stands among the heads, where none belongs.
    is_odd: bool = False


def stretches(runs: Sequence[TextRun], table: str) -> Iterator[Stretch]:
    """Each place where the table may stand; a mention in the text may look like one."""
    runs = [part for run in runs for part in _heads_apart(run, table)]
    bands = _bands(runs, table)
    taken = {
        place_of(run) for band in bands for text in (*band.heads, *band.others) for run in text.runs
    }
    above = _above_repeated(bands, runs, table)
    stretch = Stretch(table)
    for run in runs:
        while bands and (bands[0].sheet, bands[0].upper) <= (run.sheet, run.box[1]):
            stretch.bands.append(bands.pop(0))
        if not stretch.bands:
            continue
        if _is_level(run, stretch.bands[-1]):
            stretch.is_odd = stretch.is_odd or _is_number(run.text)
            continue
        if id(run) in above or any(holds(place, run) for place in taken):
            continue
        if _ends(run, table):
            yield stretch
            stretch = Stretch(table)
        else:
            stretch.runs.append(run)
    if stretch.bands:
        yield stretch


def _above_repeated(bands: Sequence[Band], runs: Sequence[TextRun], table: str) -> set[int]:
    """What stands above heads that are printed again on the next page belongs to them: the
    lines of the corner. Ids of runs; none where a row is among them."""
    above: set[int] = set()
    for earlier, band in pairwise(bands):
        same = {head.says for head in earlier.heads} == {head.says for head in band.heads}
        here = [run for run in runs if run.sheet == band.sheet and run.box[1] < band.bottom]
        over = [run for run in here if run.box[3] <= band.upper]
        if same and earlier.sheet < band.sheet and not any(_is_of_row(r, table) for r in over):
            above.update(map(id, here))
    return above


def _is_of_row(run: TextRun, table: str) -> bool:
    found = any_row_label(table).match(run.text)
    return looks_like_value(run.text) or bool(found and found.score == 1.0)


def _is_number(text: str) -> bool:
    """A dash may be a part of a head: 本年增/减."""
    return any(sign.isdecimal() for sign in text) and looks_like_value(text)


def _is_level(run: TextRun, band: Band) -> bool:
    """Whether it stands among heads, and so is no figure."""
    return run.sheet == band.sheet and band.upper <= (run.box[1] + run.box[3]) / 2 <= band.bottom


def _ends(run: TextRun, table: str) -> bool:
    """Whether it is a heading, prose, or a label of another table."""
    said = key(run.text)
    if said in titles() or _NOTE.match(run.text):
        return True
    if any(label.startswith(said[:10]) or said in label for label in keys(table)):
        return False
    if any_row_label(table).match(run.text) or any_other_label(table).match(run.text):
        return False
    if table_of(run.text) not in (None, table):
        return True
    # the label of a group and what stands beside it may be one run: `三、本年度法提供`
    begins_label = any(label.startswith(said[:3]) for label in keys(table))
    is_heading = numbering(run.text).startswith("h") and len(said) >= 4 and not begins_label
    return is_heading or len(_HAN.findall(run.text)) >= _PROSE_HAN


def says_row(text: str, table: str) -> tuple[str, float] | None:
    """The id of the row that a text says, or `:other`, and how surely."""
    return _said(any_row_label(table).match(text), text, table)


def _said(found: Match | None, text: str, table: str) -> tuple[str, float] | None:
    """What was found, unless the text says more surely what heads no figure."""
    other = any_other_label(table).match(text)
    if other and other.score > (found.score if found else 0.9):
        return OTHER, other.score
    return (found.id, found.score) if found else None
