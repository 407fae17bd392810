"""Rows of a document against rows of the form, as sequences.

Labels anchor; order decides between anchors, and only where as many rows stand there as the
form is missing. So one lost label, one row too many or one row too few never shifts the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tasks.forms.vocabulary import Line
from tasks.model.report import PlacedBy
from tasks.says.labels import NOT_EXACT, key, likeness, numbering, tells_part, without_remark

#: A label less alike than this to a line of the form is another label altogether.
_UNLIKE = 0.45
#: A piece of a label: enough to take a row for a missing line by its order.
_PIECE = 0.5
_ALIKE = 0.72
_MARGIN = 0.06
#: Labels of less than this are in several groups, and groups less alike than that are two.
_SHORT, _UNLIKE_GROUP = 3, 0.6


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


def score(label: RowLabel, line: Line) -> float:
    """How well a row's label says this line, 0 to 1."""
    if not key(label.leaf):
        return 0.0
    best = max(_alike(label.leaf, said) for said in line.labels)
    if line.group and best < 1.0:
        # group and item in one cell: `（三）不予公开1.属于国家秘密`
        best = max(best, *(_alike(label.leaf, line.group[-1] + said) for said in line.labels))
    if best < _UNLIKE:
        return _PIECE if _same_section(label.leaf, line) else 0.0
    if line.numbering and numbering(label.leaf):
        best += 0.03 if numbering(label.leaf) == numbering(line.numbering + line.label) else -0.03
    if len(key(label.leaf)) < _SHORT and label.groups and line.group:
        # `其他` alone says nothing but what its group says
        best = (
            min(best, _PIECE) if _alike(label.groups[-1], line.group[-1]) < _UNLIKE_GROUP else best
        )
    if label.groups and line.group:
        best += 0.04 * (_alike(label.groups[-1], line.group[-1]) - 0.5)
    return min(max(best, 0.0), 1.0)


def _same_section(said: str, line: Line) -> bool:
    """Whether a label has the line's own number, `（七）` or `四、`; `1.` is the number of many."""
    number = numbering(line.numbering + line.label)
    return not number.startswith("d") and number == numbering(said) != ""


def _alike(said: str, label: str) -> float:
    """How alike a label is to the form's, with a remark that it ends with or without."""
    bare = without_remark(said)
    alike = _alike_as_written(bare, label) if bare else 0.0
    most = NOT_EXACT if tells_part(said) else 1.0
    return max(_alike_as_written(said, label), min(alike, most))


def _alike_as_written(said: str, label: str) -> float:
    if key(said) == key(label):
        return 1.0
    if min(len(key(said)), len(key(label))) < 3:
        # too short to be told by likeness; a piece of it, or a letter more, is only a hint
        more = key(label) in key(said) and len(key(said)) <= len(key(label)) + 1
        return _PIECE if more or key(said) in key(label) else 0.0
    return min(likeness(said, label), NOT_EXACT)


def _is_part_of(label: RowLabel, other: RowLabel) -> bool:
    """Whether a row is no second one of its line, but tells a part of the other."""
    return tells_part(label.leaf) and not tells_part(other.leaf)


def align(rows: Sequence[RowLabel], lines: Sequence[Line]) -> Alignment:
    """Place rows on lines; both in reading order."""
    # long tables say the same again and again
    known: dict[tuple[str, tuple[str, ...]], list[float]] = {}
    for said in rows:
        if (said.leaf, said.groups[-1:]) not in known:
            known[said.leaf, said.groups[-1:]] = [score(said, line) for line in lines]
    nothing = [0.0] * len(lines)
    scores = [nothing if s.mixed else known[s.leaf, s.groups[-1:]] for s in rows]
    claims = _claims(scores)
    chain = _chain(scores, claims)
    placed = {row: lines[line].id for row, line in chain.items()}
    by = dict.fromkeys(placed, PlacedBy.LABEL)
    row_of = {line: row for row, line in chain.items()}
    taken = set(row_of)
    reordered, doubled = [], {}
    for row, line in claims.items():
        if row in placed:
            continue
        if line in taken:
            if rows[row].has_values and not _is_part_of(rows[row], rows[row_of[line]]):
                doubled[row] = lines[line].id
        else:
            placed[row], by[row] = lines[line].id, PlacedBy.LABEL
            row_of[line] = row
            taken.add(line)
            reordered.append(row)
    unknown, ambiguous, open_lines = [], [], set[int]()
    bounds = [(-1, -1), *sorted(chain.items()), (len(rows), len(lines))]
    for (row_before, line_before), (row_after, line_after) in pairwise(bounds):
        free = [
            row
            for row in range(row_before + 1, row_after)
            if row not in placed and row not in doubled and rows[row].has_values
        ]
        missing = [line for line in range(line_before + 1, line_after) if line not in taken]
        free += [
            row
            for row in range(row_before + 1, row_after)
            if row not in placed
            and rows[row].has_blanks
            and any(scores[row][line] for line in missing)
        ]
        free.sort()
        pairs, rest, unsure = _between(rows, lines, scores, free, missing)
        for row, line in pairs:
            placed[row], by[row] = lines[line].id, PlacedBy.ORDER
            taken.add(line)
        unknown += rest
        ambiguous += unsure
        if unsure:
            open_lines.update(line for line in missing if line not in taken)
    return Alignment(
        placed=placed,
        by=by,
        scores={lines[line].id: scores[row][line] for row, line in claims.items() if row in placed},
        unknown=tuple(unknown),
        ambiguous=tuple(ambiguous),
        ambiguous_lines=tuple(lines[line].id for line in sorted(open_lines)),
        doubled=doubled,
        reordered=tuple(reordered),
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


def _between(
    rows: Sequence[RowLabel],
    lines: Sequence[Line],
    scores: Sequence[Sequence[float]],
    free: list[int],
    missing: list[int],
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Rows without an anchor between two anchors: (pairs by order, unknown, ambiguous).

    A row whose label is unlike all missing lines is unknown, not a candidate.
    """
    unknown = [
        row
        for row in free
        if key(rows[row].leaf)
        and not rows[row].mixed
        and not any(scores[row][line] for line in missing)
    ]
    known = set(unknown)
    candidates = [row for row in free if row not in known]
    needed = [line for line in missing if not lines[line].optional]
    if not candidates:
        return [], unknown, []
    if len(candidates) == len(needed) and not any(rows[row].mixed for row in candidates):
        return list(zip(candidates, needed, strict=True)), unknown, []
    if not needed:
        return [], unknown + candidates, []
    return [], unknown, candidates
