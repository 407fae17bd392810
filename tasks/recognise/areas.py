"""Where a table of the form may stand on pages without lines: its heads, and what is below.

    runs
      | heads    that stand side by side, set solid or not; printed again they are the same
      | areas    what is below them, over pages, up to other heads, a heading or prose
      v
    areas of one table of the form

Sentences have heads in them as well, so there may be more areas than tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tasks.forms.annual_report import FORM
from tasks.model.box import Box
from tasks.model.document import TextRun
from tasks.model.patterns import regex
from tasks.recognise.whole import Text, before_open_remark, runs_to_texts, share
from tasks.says.amounts import looks_like_value
from tasks.says.figures import HAN
from tasks.says.labels import Match, key, numbering, plain
from tasks.says.remembered import remembered
from tasks.says.vocabulary import (
    OTHER,
    any_column_label,
    any_other_label,
    any_row_label,
    label_keys,
    table_of,
    titles,
)

#: White between the heights of heads that stand side by side, in heights of a line.
_HEAD_GAP = 1.5
#: And where some stand beside the heads of groups, as in a table on its side.
_GROUP_GAP = 6.0
#: Titles and heads of groups stand this far above the heads, likewise; the corner this far.
_OVER_HEADS = 25
_BESIDE_HEADS = 12
#: How far off the height of heads another one may stand, likewise.
_OFF_HEADS = 0.75
#: Heads are printed again at the same place if they are off by so many points.
_SAME_PLACE = 1.0
#: A head, and heads that touch each other, are no longer.
_LONGEST_HEAD = 30
#: A line of a head is no shorter.
_SHORTEST_LINE = 2
#: A label less sure than this is no more sure than one that heads no figure.
_SURE = 0.9
#: A text with so many Han characters that begins no label is prose.
_PROSE_HAN = 24
#: A heading has so many signs; and so many tell that a text begins as a label, or is one.
_SHORTEST_HEADING = 4
_BEGINNING, _LONG_BEGINNING = 3, 10
#: A remark below the table.
_NOTE = regex(r"\s*(?:备?注|说明)\d*\s*[:：]")


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Heads side by side; they hold for what stands below them."""

    #: From left to right; at least one.
    columns: tuple[Text, ...]
    #: What stands over or left of them: the corner, heads of groups, titles.
    others: tuple[Text, ...]
    #: The top of all that belongs to them, and where the heads end.
    upper: float
    bottom: float

    @classmethod
    def of(cls, columns: Sequence[Text], others: Sequence[Text]) -> Heads:
        in_order = tuple(sorted(columns, key=lambda head: head.box.x0))
        upper = min(text.box.top for text in (*columns, *others))
        return cls(in_order, tuple(others), upper, max(head.box.bottom for head in columns))

    @property
    def sheet(self) -> int:
        return self.columns[0].sheet

    @property
    def page(self) -> int | None:
        return self.columns[0].runs[0].where.page

    @property
    def middles(self) -> list[float]:
        """Of each head, from left to right."""
        return [head.middle[0] for head in self.columns]


@dataclass(frozen=True, slots=True)
class Area:
    """Heads and what stands below them, up to a heading or prose."""

    table: str
    #: From the first page to the last; at least one.
    heads: tuple[Heads, ...]
    runs: tuple[TextRun, ...]


def heads_above(sheet: int, middle: float, heads: Sequence[Heads]) -> Heads | None:
    """The heads in force at a height: the last ones above it."""
    before = [one for one in heads if (one.sheet, one.bottom) < (sheet, middle)]
    return before[-1] if before else None


def areas(runs: Sequence[TextRun], table: str) -> Iterator[Area]:
    """Each place where the table may stand. One with a figure among its heads is none: no
    figure belongs there, so what stands there is not understood."""
    runs = [part for run in runs for part in _parted(run, table)]
    coming = _all_heads(runs, table)
    taken = _places_of(coming)
    heads: list[Heads] = []
    below: list[TextRun] = []
    is_odd = False
    for run in runs:
        while coming and (coming[0].sheet, coming[0].upper) <= (run.sheet, run.box.top):
            heads.append(coming.pop(0))
        if not heads:
            continue
        if _is_among(run, heads[-1]):
            is_odd = is_odd or is_number(run.text)
        elif (run.sheet, run.box) in taken:
            continue
        elif not _ends(run.text, table):
            below.append(run)
        else:
            if not is_odd:
                yield Area(table, tuple(heads), tuple(below))
            heads, below, is_odd = [], [], False
    if heads and not is_odd:
        yield Area(table, tuple(heads), tuple(below))


def _places_of(heads: Sequence[Heads]) -> set[tuple[int, Box]]:
    texts = (text for one in heads for text in (*one.columns, *one.others))
    return {(run.sheet, run.box) for text in texts for run in text.runs}


def _is_among(run: TextRun, heads: Heads) -> bool:
    """Whether it stands at the height of heads, and so is no figure."""
    return run.sheet == heads.sheet and heads.upper <= run.box.middle[1] <= heads.bottom


def is_number(text: str) -> bool:
    """A dash may be a part of a head: 本年增/减."""
    return any(sign.isdecimal() for sign in text) and looks_like_value(text)


@remembered
def _ends(text: str, table: str) -> bool:
    """Whether it is a heading, prose, or a label of another table."""
    said = key(text)
    if said in titles() or _NOTE.match(text):
        return True
    if any(
        label.startswith(said[:_LONG_BEGINNING]) or said in label for label in label_keys(table)
    ):
        return False
    if any_row_label(table).match(text) or any_other_label(table).match(text):
        return False
    if table_of(text) not in (None, table):
        return True
    # the label of a group and what stands beside it may be one run: `三、本年度法提供`
    begins_label = any(label.startswith(said[:_BEGINNING]) for label in label_keys(table))
    is_numbered = numbering(text).startswith("h") and len(said) >= _SHORTEST_HEADING
    return (is_numbered and not begins_label) or len(HAN.findall(text)) >= _PROSE_HAN


# Heads


def _all_heads(runs: Sequence[TextRun], table: str) -> list[Heads]:
    """From the first page to the last."""
    near = [run for run in runs if _may_be_head(run.text, table)]
    texts = runs_to_texts(near, lambda text: _says_head(text, table), table)
    labels = [text for text in texts if text.says is not None]
    lines = _side_by_side([text for text in labels if text.says != OTHER], table)
    in_lines = {head for line in lines for head in line}
    around: list[list[Text]] = [[] for _ in lines]
    for text in labels:
        at = next((n for n, line in enumerate(lines) if _is_around(text, line)), None)
        if at is not None and text not in in_lines:
            around[at].append(text)
    found: list[Heads] = []
    for line, texts in zip(lines, around, strict=True):
        heads = _with_unknown(_with_those_above(line, texts), runs, table)
        found.append(_same_again(found[-1], heads, runs, table) if found else heads)
    return found


def _side_by_side(heads: Sequence[Text], table: str) -> list[list[Text]]:
    """Heads at nearly one height, left to right, where there are enough of them."""
    sideways = FORM.of(table)[0].sideways
    white = _GROUP_GAP if sideways else _HEAD_GAP
    lines: list[list[Text]] = []
    for head in sorted(heads, key=lambda head: (head.sheet, head.box.top)):
        line = lines[-1] if lines and lines[-1][0].sheet == head.sheet else None
        bottom = max(other.box.bottom for other in line) if line else 0.0
        if line and head.box.top - bottom < white * head.height:
            line.append(head)
        else:
            lines.append([head])
    ordered = [sorted(line, key=lambda head: head.box.x0) for line in lines]
    if not sideways:
        ordered = [_each_once(line) for line in ordered]
    enough = FORM.evidence[table].heads
    return [line for line in ordered if len({head.says for head in line}) >= enough]


def _each_once(heads: Sequence[Text]) -> list[Text]:
    """A row that is called like a column stands left of the heads, and may stand near them."""
    last = {head.says: head for head in heads}
    return [head for head in heads if last[head.says] is head]


def _is_around(text: Text, line: Sequence[Text]) -> bool:
    """Whether it stands over heads, or left of them at their height."""
    is_over = text.middle[0] >= line[0].box.x0
    reach = (_OVER_HEADS if is_over else _BESIDE_HEADS) * text.height
    top = min(head.box.top for head in line)
    bottom = max(head.box.bottom for head in line)
    return text.sheet == line[0].sheet and top - reach < text.box.top < bottom


def _with_those_above(line: Sequence[Text], around: Sequence[Text]) -> Heads:
    """A head of no group stands beside the heads of groups, where text begins at the top of
    its cell."""
    columns = {head.says: head for head in reversed(around) if head.says != OTHER}
    said = {head.says for head in line}
    above = [head for says, head in columns.items() if says not in said]
    return Heads.of([*line, *above], [text for text in around if text.says == OTHER])


def _with_unknown(heads: Heads, runs: Sequence[TextRun], table: str) -> Heads:
    """With heads that the form does not have: figures under them are nobody's. They stand at the
    height of the others or a line off, where these take fewer lines, and over or under none."""
    if FORM.of(table)[0].sideways:
        return heads
    top, taken = min(head.box.top for head in heads.columns), _places_of([heads])
    off = _OFF_HEADS * heads.columns[0].height
    level = [text for text in heads.others if text.box.bottom > top]
    start = min((text.box.x1 for text in level), default=heads.columns[0].box.x0)
    unknown: list[Text] = []
    for run in runs:
        is_level = top - off <= run.box.middle[1] <= heads.bottom + off
        if run.sheet != heads.sheet or not is_level or run.box.x0 < start:
            continue
        said = (
            key(run.text) and not looks_like_value(run.text) and (run.sheet, run.box) not in taken
        )
        parts = (part for text in (*heads.columns, *level, *unknown) for part in text.runs)
        if said and all(share(run, part) <= 0 for part in parts):
            unknown.append(Text.of(run.text, (run,)))
    return Heads.of([*heads.columns, *unknown], heads.others) if unknown else heads


def _same_again(earlier: Heads, heads: Heads, runs: Sequence[TextRun], table: str) -> Heads:
    """Heads that are printed again on the next page: those among them that cannot be read there
    hold on, and what stands above them is the corner, unless a row is there."""
    before = {head.says: head for head in earlier.columns}
    again = {head.says: head for head in heads.columns}
    if earlier.sheet >= heads.sheet or not again.keys() <= before.keys():
        return heads
    away = (abs(head.middle[0] - before[says].middle[0]) for says, head in again.items())
    if all(points <= _SAME_PLACE for points in away):
        lost = [head.on(heads.columns[0]) for says, head in before.items() if says not in again]
        heads = Heads.of([*heads.columns, *lost], heads.others)
    above = [run for run in runs if run.sheet == heads.sheet and run.box.bottom <= heads.upper]
    same = {head.says for head in heads.columns} == before.keys()
    if same and not any(_is_of_row(run, table) for run in above):
        upper = min([heads.upper, *(run.box.top for run in above)])
        return replace(heads, upper=upper)
    return heads


def _is_of_row(run: TextRun, table: str) -> bool:
    found = any_row_label(table).match(run.text)
    return looks_like_value(run.text) or bool(found and found.score == 1.0)


# What texts say


@remembered
def _may_be_head(text: str, table: str) -> bool:
    """Whether it is a head or may be a line of one; looking at all of a page takes long."""
    said = key(text)
    if said and len(text) <= _LONGEST_HEAD and any(said in label for label in label_keys(table)):
        return True
    return _says_head(before_open_remark(text), table) is not None


def _says_head(text: str, table: str) -> tuple[str, float] | None:
    if FORM.of(table)[0].sideways and (row := any_row_label(table).match(text)):
        return OTHER, row.score  # rows of the form stand over the heads
    return _said(any_column_label(table).match(text), text, table)


def says_row(text: str, table: str) -> tuple[str, float] | None:
    """The id of the row that a text says, or `:other`, and how surely."""
    return _said(any_row_label(table).match(text), text, table)


def _said(found: Match | None, text: str, table: str) -> tuple[str, float] | None:
    """What was found, unless the text says more surely what heads no figure."""
    other = any_other_label(table).match(text)
    if other and other.score > (found.score if found else _SURE):
        return OTHER, other.score
    return (found.id, found.score) if found else None


# Heads set solid


def _parted(run: TextRun, table: str) -> list[TextRun]:
    """A run as heads, or lines of heads, that stand nearer than words do (`社会公益法律服务`),
    each with its share of the run: all Han characters are as wide."""
    texts = _heads_in(run.text, table)
    if len(texts) < 2:
        return [run]
    x0, top, x1, bottom = run.box
    wide = (x1 - x0) / len("".join(run.text.split()))
    parts: list[TextRun] = []
    for part in texts:
        at = x0 + wide * sum(len(before.text) for before in parts)
        box = Box(at, top, at + wide * len(part), bottom)
        parts.append(replace(run, text=part, box=box))
    return parts


@remembered
def _heads_in(text: str, table: str) -> tuple[str, ...]:
    """The lines of heads that make up a text; none for any other text."""
    text = "".join(text.split())
    if len(text) > _LONGEST_HEAD or any(text in label for label in label_keys(table)):
        return ()
    return _fewest_lines(plain(text), table)


@remembered
def _fewest_lines(text: str, table: str) -> tuple[str, ...]:
    """The fewest lines of heads that make up a text; none where they do not."""
    if _is_line_of_head(text, table):
        return (text,)
    # A line is a part of a head's label, so that prose need not be tried at each of its signs.
    most = min(len(text) - _SHORTEST_LINE, _longest_head(table))
    ends = range(_SHORTEST_LINE, most + 1)
    splits = [
        (text[:end], *rest)
        for end in ends
        if _is_line_of_head(text[:end], table) and (rest := _fewest_lines(text[end:], table))
    ]
    return min(splits, key=len, default=())


def _is_line_of_head(text: str, table: str) -> bool:
    heads = _heads_of(table)
    return any(label.startswith(text) or label.endswith(text) for label in heads)


@cache
def _heads_of(table: str) -> tuple[str, ...]:
    """The labels of its columns in all editions, each once."""
    columns = (c for edition in FORM.of(table) for b in edition.blocks for c in b.columns)
    return tuple(dict.fromkeys(column.label for column in columns))


def _longest_head(table: str) -> int:
    return max(map(len, _heads_of(table)))
