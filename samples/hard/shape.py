"""What a hard file is: a report, defects of its form, and a shape that makes it hard to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from samples.defects import spoil
from samples.hard.forms import UNCOMMON
from samples.hard.habits import HABITS
from samples.layout import Draft, draft
from samples.report import Blanks, make_report
from samples.style import FATAL, Lost
from tasks.model.document import Format

_BLANKS: tuple[Blanks, ...] = ("zero", "mixed", "blank", "dash")
_ZERO_SHARES = (0.7, 0.3, 0.9)
_RARE = {**UNCOMMON, **HABITS}
#: The defects that leave blank cells behind.
_BLANKING = {"blank_totals", "lost_labels", *UNCOMMON}

#: A row without a label, a cell over six fields: what stands there nothing tells.
_UNSURE = {"lost_labels", "merged_applicants"}

Make = Callable[[Draft, int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One way in which a file is hard. `make` gets the seed of the file as well."""

    name: str
    format: Format
    hard_for: str
    make: Make
    #: What the file's name ends with; may lie.
    suffix: str
    loses: frozenset[Lost] = frozenset()
    #: `report`, `no report` or `refused:<code>`, as in `folder.Sample.outcomes`.
    outcome: str = "report"
    #: The program that makes it, "" where none is needed.
    needs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HardFile:
    """One file of the corpus; the same number gives the same bytes, programs' dates aside."""

    number: int
    shape: Shape
    defects: tuple[str, ...] = ()
    #: For people: the shape's reason, and those of the defects.
    hard_for: str

    @property
    def name(self) -> str:
        stem = "+".join((self.shape.name, *self.defects))
        return f"{self.number:03d}-{self.shape.format}-{stem}.{self.shape.suffix}"

    @property
    def blanks(self) -> Blanks:
        return _BLANKS[self.number % len(_BLANKS)]

    def draft(self) -> Draft:
        report = make_report(
            self.number,
            blanks=self.blanks,
            zero_share=_ZERO_SHARES[self.number % len(_ZERO_SHARES)],
            big=self.number % 5 == 0,
            work_secret=self.number % 11 == 0,
        )
        drafted = draft(report)
        for defect in self.defects:
            if defect in _RARE:
                drafted = _RARE[defect].apply(drafted, Random(self.number))
            else:
                drafted = spoil(drafted, defect, self.number)
        return drafted

    def body(self) -> bytes:
        return self.shape.make(self.draft(), self.number)

    @property
    def certain(self) -> bool:
        """Every figure can be demanded; otherwise only that none is wrong in silence."""
        if self.shape.outcome != "report" or self.shape.loses & FATAL:
            return False
        blank = self.blanks in ("mixed", "blank") or bool(_BLANKING & {*self.defects})
        return not _UNSURE & {*self.defects} and not (
            blank and Lost.BLANK_CELLS in self.shape.loses
        )

    @property
    def same_rows(self) -> bool:
        """Cells can be held to their row and column; otherwise only figures to their fields."""
        return self.shape.outcome == "report" and not self.shape.loses & {
            Lost.SPANS, Lost.ROWS, Lost.CELLS, Lost.TEXT, Lost.REPEATED_LINES, Lost.BLANK_CELLS
        }  # fmt: skip
