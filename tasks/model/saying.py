"""What is to be said to people, before it is put into words.

A `Saying` names a sentence of the wording (`tasks/render/wording`) and gives what it is about.
The rooms make sayings; only rendering knows words, and names the form's tables and lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Amount = int | Decimal


@dataclass(frozen=True, slots=True)
class TableOf:
    """A table of the form."""

    table: str


@dataclass(frozen=True, slots=True)
class LinesOf:
    """Rows or columns of a table of the form, in the order in which they are to be told."""

    table: str
    edition: str
    #: `row` or `column`.
    axis: str
    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.axis not in ("row", "column") or not self.ids:
            raise ValueError(f"no lines of a table: {self!r}")


@dataclass(frozen=True, slots=True)
class TermsOf:
    """Lines of a table, each with an amount: what is added up, or what totals should be."""

    table: str
    edition: str
    #: `row` or `column`.
    axis: str
    #: (id of the line, amount)
    amounts: tuple[tuple[str, Amount], ...]

    def __post_init__(self) -> None:
        if self.axis not in ("row", "column"):
            raise ValueError(f"no lines of a table: {self!r}")


@dataclass(frozen=True, slots=True)
class RelationOf:
    """A relation of the form, by its rule."""

    table: str
    edition: str
    rule: str


@dataclass(frozen=True, slots=True)
class FigureOf:
    """A figure that people call by a name of its own, beside the labels of its cells."""

    id: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence, or a part of one that another saying is about."""

    #: Of the wording; mostly the rule's, finer where a rule has several sentences.
    id: str
    #: (name, what), by name. Texts are the document's own.
    about: tuple[tuple[str, About], ...] = ()


About = (
    str
    | Amount
    | TableOf
    | LinesOf
    | TermsOf
    | RelationOf
    | FigureOf
    | Saying
    | tuple[str, ...]
    | tuple[int, ...]
    | tuple[Saying, ...]
)


def say(id: str, /, **about: About) -> Saying:
    """`say("extraction.edition", table=TableOf("requests"), edition="2021")`"""
    return Saying(id, tuple(sorted(about.items())))
