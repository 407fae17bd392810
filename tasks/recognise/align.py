"""Rows of a document against rows of the form, as sequences.

Labels anchor; order decides between anchors, and only where as many rows stand there as the
form is missing. So one lost label, one row too many or one row too few never shifts the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise, zip_longest

from tasks.forms.annual_report import FORM
from tasks.forms.vocabulary import Edition, Line
from tasks.model.document import Cell
from tasks.model.report import PlacedBy
from tasks.recognise.columns import Headers
from tasks.recognise.rows import Row, filled
from tasks.says.amounts import is_unit, looks_like_value
from tasks.says.figures import may_be_figure, may_say_row, numbers_next
from tasks.says.labels import (
    NOT_EXACT,
    Labels,
    key,
    numbering,
    tells_part,
    without_remark,
)
from tasks.says.remembered import MOST
from tasks.says.vocabulary import OTHER, row_labels, words

# How alike labels must be: set by what misspelt and shortened labels of real reports come to.
#: A label less alike than this to a line of the form is another label altogether.
_UNLIKE = 0.45
#: A piece of a label: enough to take a row for a missing line by its order.
_PIECE = 0.5
#: What makes a label that of a line, and by how much more than that of any other.
_ALIKE, _MARGIN = 0.72, 0.06
#: Labels of less than this are in several groups, and groups less alike than that are two.
_SHORT, _UNLIKE_GROUP = 3, 0.6
#: A number that is the line's or is not, and a group wholly alike or unlike: each less than the
#: margin, so that they tell lines of one label apart and move no other.
_BY_NUMBER, _BY_GROUP = 0.03, 0.02


# What stands before the figures of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLabel:
    """What stands before the figures of a row."""

    #: The innermost label of the row itself; "" where it was lost.
    leaf: str
    #: The labels over it, outermost first.
    groups: tuple[str, ...] = ()
    has_values: bool = True
    #: Cells stand behind the label, all blank.
    has_blanks: bool = False
    #: A label of a row and then one of a group: what is left of two rows, and whose the
    #: figures are is not known.
    mixed: bool = False


_NO_LABEL = RowLabel(leaf="", has_values=False)


def labels_of(
    rows: Sequence[Row], headers: Headers, starts: Sequence[int | None], edition: Edition
) -> list[RowLabel]:
    """The label of each row; heads have none, as 总计 at their end is no row. `starts`: the grid
    column at which the figures of each begin, None where only their order is known."""
    labels = [
        _NO_LABEL if at in headers.rows else _label(row, start, edition)
        for at, (row, start) in enumerate(zip(rows, starts, strict=True))
    ]
    for at in headers.begun:
        labels[at] = RowLabel(leaf="")
    no_heads = [at for at in range(len(rows)) if at not in headers.rows]
    said = row_labels(edition.table, edition.edition)
    for at, below in pairwise(no_heads):
        upper, lower = labels[at], labels[below]
        halves = _are_halves(upper, lower, said)
        if halves and not (lower.has_values or _says(upper.leaf, said) or _says(lower.leaf, said)):
            labels[at], labels[below] = replace(upper, leaf=upper.leaf + lower.leaf), _NO_LABEL
        elif halves or _may_be_one(rows[at], rows[below], upper, lower):
            labels[at], labels[below] = replace(upper, mixed=True), replace(lower, mixed=True)
    return labels


def _label(row: Row, start: int | None, edition: Edition) -> RowLabel:
    labels = row_labels(edition.table, edition.edition)
    own: list[str] = []
    groups: list[str] = []
    #: A group's label in the row itself that is not quite the form's.
    like_group = ""
    mixed = False
    for cell in _label_cells(row, start, labels):
        text = cell.text.strip()
        found = labels.match(text)
        if cell.row == row.index and not (found and found.id == OTHER):
            own.append(text)
            continue
        groups.append(text)
        if cell.row == row.index:
            mixed = mixed or any(map(may_say_row, own))
            like_group = text if found and found.score < 1.0 else like_group
    if not own and like_group:
        # `（六）其他处理：3.其他` is more than the group that it is like
        groups.remove(like_group)
        own.append(like_group)
    return RowLabel(
        leaf=own[-1] if own else "",
        # cells that a span gave to each of its places say one thing
        groups=tuple(dict.fromkeys((*groups, *(text for text in own if text != own[-1])))),
        has_values=_has_figures(row, start),
        has_blanks=_has_blanks(row),
        mixed=mixed,
    )


def _label_cells(row: Row, start: int | None, labels: Labels) -> Iterator[Cell]:
    """The cells before the figures that say something."""
    #: Where the first figure of a line stands, as its whole label stands before it.
    behind_line = False
    for cell, after in zip_longest(row.cells, row.cells[1:]):
        text = cell.text.strip()
        if start is not None and cell.column >= start:
            return
        if after is not None and numbers_next(text, after.text):
            continue
        if start is None and row.is_figure(cell):
            return
        if not text or looks_like_value(text) or is_unit(text):
            continue
        if behind_line and may_be_figure(text):
            return
        found = labels.match(text)
        behind_line = found is not None and found.id != OTHER and found.score == 1.0
        yield cell


def _has_figures(row: Row, start: int | None) -> bool:
    return any(
        row.is_figure(cell)
        for cell in row.own
        if start is None or cell.column + cell.colspan > start
    )


def _has_blanks(row: Row) -> bool:
    return not row.table.columns_sure and bool(row.behind) and not filled(row.behind)


def _may_be_one(upper: Row, lower: Row, above: RowLabel, below: RowLabel) -> bool:
    """A label without figures above figures without a label may be one row: on a page, whose
    label takes two lines; in text, with heads between them. Then neither is taken at its word."""
    is_next = lower.index == upper.index + 1
    parted = not is_next and not upper.table.columns_sure and not above.has_blanks
    on_page = is_next and upper.table.where.page is not None
    label_alone = bool(above.leaf) and not above.has_values
    in_one = upper.table is lower.table and (on_page or parted)
    return in_one and label_alone and below.has_values and not below.leaf


def _are_halves(above: RowLabel, below: RowLabel, labels: Labels) -> bool:
    """Whether one label is the rest of the one above it, as a page cuts a row, and figures stand
    beside one of the two. Where they stand below, blanks above are perhaps none."""
    told = above.leaf and below.leaf and (above.has_values or below.has_values)
    return bool(told) and _says(above.leaf + below.leaf, labels)


def _says(text: str, labels: Labels) -> bool:
    found = labels.match(text)
    return found is not None and found.id != OTHER and found.score == 1.0


# How well it says a line of the form


class _Said:
    """A label of the document, ready to be held against those of the form."""

    def __init__(self, text: str) -> None:
        #: As written, and without a remark that it ends with: its key, the labels that this is
        #: like, and the most that it may be alike.
        self._writings = [(key(text), words().near(key(text)), 1.0)]
        if bare := without_remark(text):
            most = NOT_EXACT if tells_part(text) else 1.0
            self._writings.append((key(bare), words().near(key(bare)), most))

    def alike(self, wanted: str) -> float:
        """How alike it is to the key of a label of the form, 0 to 1."""
        return max(min(_alike(said, near, wanted), most) for said, near, most in self._writings)


def _alike(said: str, near: Mapping[str, float], wanted: str) -> float:
    if said == wanted:
        return 1.0
    if min(len(said), len(wanted)) < _SHORT:
        # too short to be told by likeness; a piece of it, or a letter more, is only a hint
        more = wanted in said and len(said) <= len(wanted) + 1
        return _PIECE if more or said in wanted else 0.0
    return min(near.get(wanted, 0.0), NOT_EXACT)


class _Wanted:
    """A line of the form, ready to have labels held against it; all by their keys."""

    def __init__(self, line: Line) -> None:
        self.labels = tuple(map(key, line.labels))
        self.group = key(line.group[-1]) if line.group else ""
        #: Group and item in one cell: `（三）不予公开1.属于国家秘密`.
        self.behind_group = tuple(key(line.group[-1] + said) for said in line.labels if line.group)
        self.is_numbered = bool(line.numbering)
        self.number = numbering(line.numbering + line.label)

    def score(self, said: _Said, number: str, group: _Said | None, *, is_short: bool) -> float:
        """`number`: of the row's label; `group`: the label over it; `is_short`: it is as short as
        labels that are in several groups."""
        best = max(map(said.alike, self.labels))
        if self.group and best < 1.0:
            best = max(best, *map(said.alike, self.behind_group))
        if best < _UNLIKE:
            # `（七）` or `四、` is the number of one line, `1.` of many
            is_own = not self.number.startswith("d") and self.number == number != ""
            return _PIECE if is_own else 0.0
        if self.is_numbered and number:
            best += _BY_NUMBER if number == self.number else -_BY_NUMBER
        if group and self.group:
            same = group.alike(self.group)
            if is_short and same < _UNLIKE_GROUP:
                best = min(best, _PIECE)  # `其他` alone says nothing but what its group says
            best += _BY_GROUP * (2 * same - 1)
        return min(max(best, 0.0), 1.0)


class Lines:
    """Lines of the form, in its order. How well a label says each is reckoned once."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)
        self._wanted = tuple(map(_Wanted, self.lines))
        self._known: dict[tuple[str, str], tuple[float, ...]] = {}

    def scores(self, label: RowLabel) -> tuple[float, ...]:
        """How well a row's label says each line, 0 to 1. What is mixed says none."""
        if label.mixed or not key(label.leaf):
            return (0.0,) * len(self.lines)
        asked = label.leaf, label.groups[-1] if label.groups else ""
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
            found = self._known[asked] = self._scores(*asked)
        return found

    def _scores(self, leaf: str, group: str) -> tuple[float, ...]:
        said, over = _Said(leaf), _Said(group) if group else None
        number, is_short = numbering(leaf), len(key(leaf)) < _SHORT
        return tuple(wanted.score(said, number, over, is_short=is_short) for wanted in self._wanted)


@cache
def lines_of(table: str, edition: str) -> Lines:
    return Lines(FORM.edition(table, edition).rows())


# Rows on lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which row is which line; rows and lines by their index and id."""

    #: row index -> line id
    placed: Mapping[int, str]
    #: row index -> how; as many as `placed`
    by: Mapping[int, PlacedBy]
    #: line id -> score of its label
    scores: Mapping[str, float]
    #: Rows with figures that are no line of the form.
    unknown: tuple[int, ...] = ()
    #: Rows with figures that are some line of the form, but not certainly which.
    ambiguous: tuple[int, ...] = ()
    #: Lines that one of the ambiguous rows may be.
    ambiguous_lines: tuple[str, ...] = ()
    #: Later rows for a line that was placed already: row index -> line id.
    doubled: Mapping[int, str] = field(default_factory=dict)
    #: Rows placed by a label that stands out of order.
    reordered: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """What is made of the rows between two anchors; rows and lines by their index."""

    #: row -> line
    by_order: Mapping[int, int] = field(default_factory=dict)
    unknown: Sequence[int] = ()
    ambiguous: Sequence[int] = ()
    #: Lines that one of the ambiguous rows may be.
    lines: Sequence[int] = ()


def align(rows: Sequence[RowLabel], wanted: Lines) -> Alignment:
    """Place rows on lines; both in reading order."""
    lines = wanted.lines
    scores = list(map(wanted.scores, rows))
    claims = _claims(scores)
    chain = _chain(scores, claims)
    labelled = dict(chain)
    row_of = {line: row for row, line in chain.items()}
    doubled: dict[int, int] = {}
    for row, line in claims.items():
        if line not in row_of:
            labelled[row], row_of[line] = line, row
        elif row not in labelled and _is_second(rows[row], rows[row_of[line]]):
            doubled[row] = line
    free = [row for row in range(len(rows)) if row not in labelled and row not in doubled]
    missing = [line for line in range(len(lines)) if line not in row_of]
    gaps = [_between(rows, lines, scores, *gap) for gap in _gaps(chain, free, missing)]
    by_order = {row: line for gap in gaps for row, line in gap.by_order.items()}
    return Alignment(
        placed={row: lines[line].id for row, line in {**labelled, **by_order}.items()},
        by=dict.fromkeys(labelled, PlacedBy.LABEL) | dict.fromkeys(by_order, PlacedBy.ORDER),
        scores={lines[line].id: scores[row][line] for row, line in labelled.items()},
        unknown=tuple(row for gap in gaps for row in gap.unknown),
        ambiguous=tuple(row for gap in gaps for row in gap.ambiguous),
        ambiguous_lines=tuple(lines[line].id for gap in gaps for line in gap.lines),
        doubled={row: lines[line].id for row, line in doubled.items()},
        reordered=tuple(row for row in labelled if row not in chain),
    )


def _claims(scores: Sequence[Sequence[float]]) -> dict[int, int]:
    """row -> the line its label says, where it says one and no other nearly as well."""
    claims: dict[int, int] = {}
    for row, line_scores in enumerate(scores):
        ranked = sorted(range(len(line_scores)), key=lambda line: -line_scores[line])
        if not ranked or line_scores[ranked[0]] < _ALIKE:
            continue
        second = line_scores[ranked[1]] if len(ranked) > 1 else 0.0
        if line_scores[ranked[0]] - second >= _MARGIN:
            claims[row] = ranked[0]
    return claims


def _chain(scores: Sequence[Sequence[float]], claims: Mapping[int, int]) -> dict[int, int]:
    """The heaviest set of claims that is in order on both sides."""
    #: line -> weight of the heaviest chain that ends on it, its row; of equals the first
    ends: dict[int, tuple[float, int]] = {}
    links: dict[int, int | None] = {}
    for row in sorted(claims):
        before = [end for line, end in ends.items() if line < claims[row]]
        weight, link = max(before, key=_heavier, default=(0.0, None))
        links[row] = link
        end = (weight + scores[row][claims[row]], row)
        ends[claims[row]] = max(ends.get(claims[row], end), end, key=_heavier)
    last: int | None = max(ends.values(), key=_heavier, default=(0.0, None))[1]
    chain: dict[int, int] = {}
    while last is not None:
        chain[last] = claims[last]
        last = links[last]
    return chain


def _heavier(end: tuple[float, int]) -> tuple[float, int]:
    return end[0], -end[1]


def _is_second(label: RowLabel, first: RowLabel) -> bool:
    """Whether a row says the line of another one again, and not a part of it."""
    is_part = tells_part(label.leaf) and not tells_part(first.leaf)
    return label.has_values and not is_part


def _gaps(
    chain: Mapping[int, int], free: Sequence[int], missing: Sequence[int]
) -> Iterator[tuple[list[int], list[int]]]:
    """The free rows and the missing lines between any two anchors."""
    first, last = (-1, -1), (max(free, default=0) + 1, max(missing, default=0) + 1)
    bounds = [first, *sorted(chain.items()), last]
    for (row_before, line_before), (row_after, line_after) in pairwise(bounds):
        yield (
            [row for row in free if row_before < row < row_after],
            [line for line in missing if line_before < line < line_after],
        )


def _between(
    rows: Sequence[RowLabel],
    lines: Sequence[Line],
    scores: Sequence[Sequence[float]],
    free: Sequence[int],
    missing: Sequence[int],
) -> _Gap:
    """A row whose label is unlike all missing lines is unknown, not a candidate; one without
    figures is neither, unless it is a blank one of these lines."""
    alike = {row for row in free if any(scores[row][line] for line in missing)}
    free = [row for row in free if rows[row].has_values or (rows[row].has_blanks and row in alike)]
    candidates = [row for row in free if row in alike or rows[row].mixed or not key(rows[row].leaf)]
    unknown = [row for row in free if row not in candidates]
    needed = [line for line in missing if not lines[line].optional]
    mixed = any(rows[row].mixed for row in candidates)
    if len(candidates) == len(needed) and not mixed:
        return _Gap(by_order=dict(zip(candidates, needed, strict=True)), unknown=unknown)
    if not needed:
        return _Gap(unknown=unknown + candidates)
    return _Gap(unknown=unknown, ambiguous=candidates, lines=missing if candidates else ())
