"""What an edition file declares: rows, columns, blocks, relations. Frozen and self-checking."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tasks.model.patterns import regex
from tasks.model.report import Severity


class Axis(StrEnum):
    """Along which line of a table a relation runs: once for each of its lines."""

    COLUMN = "column"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row or a column of the form."""

    id: str
    #: As the form prints it, without numbering; the first is the official one, the others
    #: have been seen in real reports.
    labels: tuple[str, ...]
    #: The number printed before the label (`一、`, `（一）`, `1.`), "" where there is none.
    numbering: str = ""
    #: Labels of the cells that stand over this one, outermost first.
    group: tuple[str, ...] = ()
    #: Seen in variants only: its absence is no finding and is not reported.
    optional: bool = False
    #: The figures are amounts of money and may have decimals.
    decimal: bool = False
    #: The figures tell how many more or fewer there are: they may be negative, and said in words.
    change: bool = False

    @property
    def label(self) -> str:
        return self.labels[0]

    @property
    def name(self) -> str:
        """As people cite it: with the numbers over it, `三（六）3.其他`, and without the remarks
        and the second half that the form prints into long labels. Quotes in it are single:
        it is cited in double ones."""
        above = "".join(found[0] for label in self.group if (found := _NUMBER.match(label)))
        said = re.split(r"（|、行政机关", self.label, maxsplit=1)[0] or self.label
        said = said.replace("“", "‘").replace("”", "’")
        return above.replace("、", "") + self.numbering + said


#: 三、 or （六） at the head of a label.
_NUMBER = regex(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a table with its own header: rows × columns of fields."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    #: Title line over the block (`第二十条第（一）项`), "" where there is none.
    title: str = ""
    #: First cell of the header line (`信息内容`), "" where there is none.
    stub: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """The sum of `parts` equals the sum of `wholes`, on every line along `axis`."""

    #: `requests.balance`
    rule: str
    axis: Axis
    #: Ids of rows (axis column) or columns (axis row).
    parts: tuple[str, ...]
    wholes: tuple[str, ...]
    severity: Severity
    #: In the form's own words: `一 + 二 = 三（七） + 四`.
    formula: str
    formula_en: str
    #: Which clause demands it, or that it follows from the layout.
    clause: str

    def sign(self, line: str) -> int:
        """1 for a part, -1 for a whole, 0 for any other line: where the relation holds, amounts
        with their signs add up to 0."""
        return (line in self.parts) - (line in self.wholes)

    def sums(self, amounts: Mapping[str, int | Decimal]) -> tuple[int | Decimal, int | Decimal]:
        """Of the parts, and of the wholes."""
        parts, wholes = (sum(amounts[line] for line in side) for side in (self.parts, self.wholes))
        return parts, wholes


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of one table."""

    table: str
    edition: str
    #: The section's heading without its number; the first is the official one.
    titles: tuple[str, ...]
    blocks: tuple[Block, ...]
    relations: tuple[Relation, ...] = ()
    #: Labels that stand in the table and head nothing with a figure (corner cells, groups).
    other_labels: tuple[str, ...] = ()
    #: Labels of lines that tables of other matters have as well: no sign of this table.
    usual_labels: tuple[str, ...] = ()
    #: The rows of the form are the columns of the printed table (table 四: one line of figures).
    sideways: bool = False
    #: The last year that is reported on in this edition, None while it is in force.
    last_year: int | None = None
    source: str = ""

    def __post_init__(self) -> None:
        fields = [f"{row.id}.{column.id}" for row, column in self.fields()]
        if len(fields) != len(set(fields)):
            raise ValueError(f"a field twice in {self.table} {self.edition}")
        rows = {row.id for row, _ in self.fields()}
        columns = {column.id for _, column in self.fields()}
        for relation in self.relations:
            known = rows if relation.axis is Axis.COLUMN else columns
            if not known.issuperset(relation.parts + relation.wholes):
                raise ValueError(f"{relation.rule} names a line that the edition does not have")

    def fields(self) -> Iterator[tuple[Line, Line]]:
        """(row, column) of every field in reading order."""
        for block in self.blocks:
            for row in block.rows:
                for column in block.columns:
                    yield row, column

    @property
    def n_fields(self) -> int:
        return sum(len(block.rows) * len(block.columns) for block in self.blocks)

    def rows(self) -> Iterator[Line]:
        return (row for block in self.blocks for row in block.rows)

    def row_relation(self, columns: Collection[str]) -> Relation | None:
        """The relation within rows of just these columns, None where there is none."""
        return next(
            (
                relation
                for relation in self.relations
                if relation.axis is Axis.ROW and set(columns) == {*relation.parts, *relation.wholes}
            ),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How much of a table must be seen before it is taken for one: its labels stand in texts about
    it and in tables of other matters as well."""

    #: Rows of the form, in what the reader gives as a table.
    lines: int
    #: Different labels one after the other, in text that has lost its rows.
    labels: int
    #: Different heads side by side, and rows of the form below them, on a page without lines.
    heads: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A statutory form: its tables, each in its editions."""

    id: str
    #: What stands in the title of such a document; the first is the official one.
    titles: tuple[str, ...]
    #: Table ids in the order of the form.
    tables: tuple[str, ...]
    #: Newest edition of a table first.
    editions: tuple[Edition, ...]
    #: Table id -> what makes one.
    evidence: Mapping[str, Evidence]
    #: Headings of the sections without a table, without their numbers.
    other_sections: tuple[str, ...] = ()

    def of(self, table: str) -> tuple[Edition, ...]:
        return tuple(edition for edition in self.editions if edition.table == table)

    def edition(self, table: str, name: str) -> Edition:
        """Raises `KeyError`."""
        for edition in self.of(table):
            if edition.edition == name:
                return edition
        raise KeyError(f"{table} {name}")
