"""Tables drawn with lines (`┌──┬──┐`, `+---+---+`) -> cells with their spans.

Where the bars stand under each other in some way of counting wide characters, the drawing is
taken at its word: a cell ends where a line is. Else only the order of the cells is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tasks.model.document import Cell, Where
from tasks.model.patterns import regex
from tasks.read.text.lines import Line
from tasks.read.text.pieces import Piece, Placed, Row, Rows, unmarked

_BARS = "|│┃║╎╏┆┇┊┋"
_CORNERS = "┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┠┣┤┥┨┫┬┯┰┳┴┷┸┻┼┿╂╋╔╗╚╝╠╣╦╩╬╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫+"
_STROKES = "─━═┄┅┈┉-="
_CROSSING = frozenset(_BARS + _CORNERS)
_STROKE = frozenset(_STROKES)
_RULE = regex(rf"[{re.escape(_CORNERS)}][{re.escape(_STROKES)}]{{2,}}")
_FIRST = regex(rf"\s*[{re.escape(_CORNERS)}][{re.escape(_STROKES)}]{{2,}}")
_INSIDE = regex(rf"\s*[{re.escape(_BARS + _CORNERS)}]")
#: More lines than this are no table drawn by hand or program.
_MOST_LINES = 5_000
_MOST_EDGES = 200

Metric = Callable[[str], int]


def _by_width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _by_full_width(character: str) -> int:
    """As a Chinese terminal has it: lines and quotation marks are wide too."""
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def _by_character(character: str) -> int:
    return 1


_METRICS: tuple[Metric, ...] = (_by_width, _by_full_width, _by_character)


def begins_drawing(line: Line) -> bool:
    return bool(_FIRST.match(line.text))


def drawing_end(lines: Sequence[Line], start: int) -> int:
    """Index after the drawing that begins at `start`, 0 where it is none."""
    end, rules, contents = start, 0, 0
    for at in range(start, min(len(lines), start + _MOST_LINES)):
        text = lines[at].text
        if not _INSIDE.match(text):
            break
        is_rule = bool(_RULE.search(text))
        rules += is_rule
        contents += not is_rule
        end = at + 1
    return end if rules >= 2 and contents else 0


def read_drawing(lines: Sequence[Line]) -> Placed | Rows:
    for metric in _METRICS:
        drawing = _measured(lines, metric)
        if drawing is not None and (cells := _cells(drawing)):
            return Placed(cells, (lines[0].number, lines[-1].number))
    return Rows(_in_order(lines))


@dataclass(slots=True)
class _Drawing:
    """Edges by their positions; rows are what stands between two rules."""

    edges: list[int]
    #: For each row its lines, each a list of (position, character).
    bands: list[list[_Measured]] = field(default_factory=list)
    #: The rule above each band, and the last one below.
    rules: list[_Measured | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Measured:
    line: Line
    #: position -> character; the second half of a wide character has none.
    at: dict[int, str]

    def between(self, left: int, right: int) -> str:
        return "".join(self.at.get(x, "") for x in range(left + 1, right))

    @property
    def is_rule(self) -> bool:
        return bool(_RULE.search(self.line.text))


def _measure(line: Line, metric: Metric) -> _Measured:
    at: dict[int, str] = {}
    x = 0
    for character in line.text.rstrip():
        at[x] = character
        x += metric(character)
    return _Measured(line, at)


def _measured(lines: Sequence[Line], metric: Metric) -> _Drawing | None:
    """None where a bar stands under no corner of any rule."""
    measured = [_measure(line, metric) for line in lines]
    edges = sorted(
        {
            x
            for one in measured
            if one.is_rule
            for x, character in one.at.items()
            if character in _CROSSING
        }
    )
    if not 2 <= len(edges) <= _MOST_EDGES:
        return None
    known = set(edges)
    for one in measured:
        bars = [x for x, character in one.at.items() if character in _BARS]
        if not known.issuperset(bars) or not (one.is_rule or bars[-1:] == edges[-1:]):
            return None
    return _banded(measured, edges)


def _banded(measured: Sequence[_Measured], edges: list[int]) -> _Drawing:
    drawing = _Drawing(edges)
    band: list[_Measured] = []
    rule: _Measured | None = None
    rules = sum(one.is_rule for one in measured)
    for one in measured:
        if not one.is_rule:
            band.append(one)
            continue
        _close(drawing, rule, band, line_a_row=rules <= 3)
        band, rule = [], one
    _close(drawing, rule, band, line_a_row=rules <= 3)
    drawing.rules.append(rule if not band else None)
    return drawing


def _close(
    drawing: _Drawing, rule: _Measured | None, band: list[_Measured], *, line_a_row: bool
) -> None:
    """Add what stands under a rule; with rules only around the head, each line is a row."""
    if not band:
        return
    left, right = drawing.edges[0], drawing.edges[1]
    if not line_a_row or any(not one.between(left, right).strip() for one in band[1:]):
        drawing.bands.append(band)
        drawing.rules.append(rule)
        return
    for number, one in enumerate(band):
        drawing.bands.append([one])
        drawing.rules.append(rule if number == 0 else None)


def _cells(drawing: _Drawing) -> list[Cell]:
    """The cells of a drawing; none where what the lines enclose is no rectangle."""
    n_rows, n_columns = len(drawing.bands), len(drawing.edges) - 1
    owner = [[(r, c) for c in range(n_columns)] for r in range(n_rows)]
    for r in range(n_rows):
        for c in range(n_columns):
            if c and not _bar(drawing, r, c):
                owner[r][c] = owner[r][c - 1]
            elif r and not _stroke(drawing, r, c):
                owner[r][c] = owner[r - 1][c]
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for r in range(n_rows):
        for c in range(n_columns):
            spans.setdefault(owner[r][c], []).append((r, c))
    if not all(_is_rectangle(places) for places in spans.values()):
        return []
    return [_cell(drawing, places) for places in spans.values()]


def _bar(drawing: _Drawing, row: int, edge: int) -> bool:
    x = drawing.edges[edge]
    return any(one.at.get(x) in _CROSSING for one in drawing.bands[row])


def _stroke(drawing: _Drawing, row: int, column: int) -> bool:
    """Whether a rule runs over this position."""
    rule = drawing.rules[row]
    if rule is None:
        return True
    between = rule.between(drawing.edges[column], drawing.edges[column + 1])
    return bool(between) and all(character in _STROKE for character in between)


def _is_rectangle(places: Sequence[tuple[int, int]]) -> bool:
    rows, columns = {r for r, _ in places}, {c for _, c in places}
    return len(places) == (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


def _cell(drawing: _Drawing, places: Sequence[tuple[int, int]]) -> Cell:
    top, left = places[0]
    bottom, right = places[-1]
    x, end = drawing.edges[left], drawing.edges[right + 1]
    said: list[str] = []
    for row in range(top, bottom + 1):
        rule = drawing.rules[row]
        if row > top and rule is not None:
            said.append(rule.between(x, end).strip())
        said += [one.between(x, end).strip() for one in drawing.bands[row]]
    return Cell(
        text=unmarked("\n".join(filter(None, said))),
        row=top,
        column=left,
        rowspan=bottom - top + 1,
        colspan=right - left + 1,
        where=Where(
            lines=(drawing.bands[top][0].line.number, drawing.bands[bottom][-1].line.number)
        ),
    )


# Where the bars do not stand under each other


def _in_order(lines: Sequence[Line]) -> list[Row]:
    """The cells between rules, lines of one row joined where they have as many cells."""
    rows: list[Row] = []
    fresh = True
    ruled = sum(bool(_RULE.search(line.text)) for line in lines) > 3
    for line in lines:
        if _RULE.search(line.text):
            fresh = True
            continue
        parts = re.split(rf"[{re.escape(_BARS)}]", line.text.strip())[1:-1]
        row = [Piece(unmarked(part), line.number, line.number) for part in parts]
        if fresh or not ruled or len(rows[-1]) != len(row):
            rows.append(row)
        else:
            for piece, more in zip(rows[-1], row, strict=True):
                piece.text = "\n".join(filter(None, (piece.text, more.text)))
                piece.last = more.last
        fresh = False
    return rows
