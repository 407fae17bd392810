"""What a style of rendering declares beside its looks: what it loses, what must become of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar


class Lost(StrEnum):
    """What cannot be seen any more in the rendered bytes, even by a person."""

    #: Which cells span; the rows are still rows.
    SPANS = "spans"
    #: Where a row ends.
    ROWS = "rows"
    #: Blank cells leave no trace.
    BLANK_CELLS = "blank_cells"
    #: Where one cell of a row ends and the next begins: digits run together.
    CELLS = "cells"
    #: Columns of the grid are not the printed columns; the cells are the same.
    GRID = "grid"
    #: Page breaks cut cells in two: the text stands in one part, or is shared out.
    CUT_CELLS = "cut_cells"
    #: One printed table is several tables now.
    WHOLENESS = "wholeness"
    #: Another script or other characters than the form's.
    SCRIPT = "script"
    #: Some characters of labels.
    CHARACTERS = "characters"
    #: Lines that were seen before are gone: figures cannot be told, only doubted.
    REPEATED_LINES = "repeated_lines"
    #: There is no text, only a picture.
    TEXT = "text"


#: With one of these no figure can be demanded, only that none is wrong.
FATAL = frozenset({Lost.CELLS, Lost.REPEATED_LINES, Lost.TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One way a report looks. Subclasses add the switches of their format."""

    name: str
    #: For people: what it imitates.
    about: str
    loses: frozenset[Lost] = frozenset()
    #: The refusal code that reading must end with, None where it must be read.
    refusal: str | None = None

    @property
    def same_grid(self) -> bool:
        """A reader can be held to the very grid of `layout`."""
        return not self.loses and self.refusal is None

    def certain(self, *, blanks: bool) -> bool:
        """Every figure can be demanded; otherwise only that none is wrong.

        `blanks`: the report has blank cells, which makes lost blanks matter.
        """
        if self.refusal or self.loses & FATAL:
            return False
        return not (blanks and Lost.BLANK_CELLS in self.loses)


S = TypeVar("S", bound=Style)


def named(*styles: S) -> dict[str, S]:
    found = {style.name: style for style in styles}
    if len(found) != len(styles):
        raise ValueError("two styles of one name")
    return found
