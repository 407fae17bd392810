"""Reports as text that lost cells on the way: which of them, the text alone does not tell.

    make_report -> draft -> columns left out by the organ
      -> rows of cells, the blank ones dropped by the converter
      -> lines, with or without signs that close a row
      -> cut off somewhere in its last table

Beside the text stands what was true, so that a reader can be held to it: any figure that it
reads otherwise is wrong, and those of rows that lost nothing are to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from samples.hard.forms import UNCOMMON
from samples.layout import LogicalCell, LogicalTable, draft
from samples.prose import Passage, paper
from samples.report import Blanks, Truth, make_report
from samples.text import traditional


@dataclass(frozen=True, slots=True, kw_only=True)
class Lossy:
    """A text, what is true of it, and how it came about."""

    text: str
    #: What stood in the report; `absent` where the organ left it out or the text ends before it.
    truth: Truth
    #: Dotted ids of the figures whose rows lost nothing.
    whole: frozenset[str]
    #: Whether signs close the rows.
    closed: bool
    how: str


@dataclass(frozen=True, slots=True)
class _Row:
    """The texts of a row that are left, and how many cells of the grid are not among them."""

    cells: Sequence[LogicalCell]
    missing: int

    @property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells]


Flatten = Callable[[Sequence[_Row]], list[str]]


# --- a row a line -------------------------------------------------------------------------


def rows_closed(rows: Sequence[_Row]) -> list[str]:
    """`a | b | ||`: the signs for what is missing run together."""
    return [f"{' | '.join(row.texts)} | {'|' * row.missing}" for row in rows]


def rows_closed_apart(rows: Sequence[_Row]) -> list[str]:
    """`a | b | | |`: as blank cells look elsewhere."""
    return [f"{' | '.join(row.texts)} |{' |' * row.missing}" for row in rows]


def rows_closed_tight(rows: Sequence[_Row]) -> list[str]:
    return [f"{' | '.join(row.texts)} |{'|' * row.missing}" for row in rows]


def rows_between(rows: Sequence[_Row]) -> list[str]:
    return [f"| {' | '.join(row.texts)} |{'|' * row.missing}" for row in rows]


def markdown_closed(rows: Sequence[_Row]) -> list[str]:
    lines = [f"| {' | '.join(row.texts)} |{'  |' * row.missing}" for row in rows]
    return ["", lines[0], "|" + "---|" * lines[0].count("  |"), *lines[1:], ""]


def rows_bare(rows: Sequence[_Row]) -> list[str]:
    return ["|".join(row.texts) + "|" + "|" * row.missing for row in rows]


def rows_tabbed(rows: Sequence[_Row]) -> list[str]:
    return ["\t".join(row.texts) + "\t" * row.missing for row in rows]


def rows_open(rows: Sequence[_Row]) -> list[str]:
    return [" | ".join(row.texts) for row in rows]


# --- a cell a line ------------------------------------------------------------------------


def _closed(text: str) -> str:
    return f"{text} |" if text else "|"


def cells_closed_below(rows: Sequence[_Row]) -> list[str]:
    """`cell |`, the signs for what is missing on a line of their own."""
    lines: list[str] = []
    for row in rows:
        lines += map(_closed, row.texts)
        lines += ["|" * row.missing] if row.missing else []
    return lines


def cells_closed_beside(rows: Sequence[_Row]) -> list[str]:
    """The same on the line of the last cell."""
    lines: list[str] = []
    for row in rows:
        *texts, last = [_closed(text) for text in row.texts] or [""]
        lines += [*texts, f"{last} {'|' * row.missing}".strip()]
    return lines


def cells_closed_one_by_one(rows: Sequence[_Row]) -> list[str]:
    """The same, each on a line of its own."""
    lines: list[str] = []
    for row in rows:
        lines += [*map(_closed, row.texts), *["|"] * row.missing]
    return lines


def cells_open(rows: Sequence[_Row]) -> list[str]:
    return [_closed(text) for row in rows for text in row.texts]


def cells_alone(rows: Sequence[_Row]) -> list[str]:
    return [text for row in rows for text in row.texts if text]


def cells_apart(rows: Sequence[_Row]) -> list[str]:
    return [line for text in cells_alone(rows) for line in (text, "")]


#: Ways to write rows that close them, so that a blank row shows that it is one.
CLOSED: Mapping[str, Flatten] = {
    flatten.__name__: flatten
    for flatten in (
        rows_closed,
        rows_closed_apart,
        rows_closed_tight,
        rows_between,
        markdown_closed,
        rows_bare,
        cells_closed_below,
        cells_closed_beside,
        cells_closed_one_by_one,
        rows_tabbed,
    )
}
OPEN: Mapping[str, Flatten] = {
    flatten.__name__: flatten for flatten in (rows_open, cells_open, cells_alone, cells_apart)
}


# --- what is lost -------------------------------------------------------------------------


def rows_of(table: LogicalTable, *, drops: bool, closed: bool) -> list[_Row]:
    """The rows of a table as a converter writes them."""
    rows = [[c for c in cells if c.text or not (drops and c.field)] for cells in table.rows()]
    return [_Row(cells, table.n_columns - len(cells) if closed else 0) for cells in rows]


def without_blanks(flatten: Flatten) -> Callable[[LogicalTable], list[str]]:
    """A shape of text in which blank cells are dropped and the rows are closed."""
    return lambda table: flatten(rows_of(table, drops=True, closed=True))


def _cut(lines: list[str], random: Random) -> list[str]:
    """The lines up to some place behind the first figures; perhaps within a line of several."""
    kept = lines[: random.randint(len(lines) // 3, len(lines) - 1)]
    parts = kept[-1].split(" | ")
    return [*kept[:-1], " | ".join(parts[: random.randint(1, len(parts))])]


def make_lossy(seed: int) -> Lossy:
    """One such text; the same seed gives the same."""
    random = Random(f"lossy {seed}")
    blanks: Blanks = random.choice(("blank", "blank", "mixed", "zero"))
    drafted = draft(
        make_report(
            seed,
            year=random.choice((2019, 2020, 2021, 2023)),
            zero_share=random.choice((0.3, 0.6, 0.85)),
            blanks=blanks,
            big=random.random() < 0.2,
        )
    )
    name, flatten = random.choice([*CLOSED.items(), *OPEN.items()])
    drops = random.random() < 0.75
    leaves_out = random.random() < 0.4
    if leaves_out:
        drafted = UNCOMMON["left_out_columns"].apply(drafted, random)
    cuts = random.random() < 0.2
    script = traditional if random.random() < 0.1 else str
    whole: set[str] = set()
    lines: list[str] = []
    for part in paper(drafted).parts:
        if isinstance(part, Passage):
            lines.append(part.text)
            continue
        if part.id == "disputes" and cuts:
            break
        for cells in part.rows():
            if all(cell.text for cell in cells):
                whole |= {cell.field for cell in cells if cell.field}
        flat = flatten(rows_of(part, drops=drops, closed=name in CLOSED))
        if part.id == "requests" and cuts:
            lines += _cut(flat, random)
            break
        lines += flat
    return Lossy(
        text=script("\n".join(lines)) + ("" if cuts else "\n"),
        truth=drafted.truth,
        whole=frozenset() if cuts else frozenset(whole),
        closed=name in CLOSED,
        how=f"{name}, {blanks=}, {drops=}, {leaves_out=}, {cuts=}, {script.__name__}",
    )
