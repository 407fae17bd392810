"""The vocabulary of recognising and checking: values, findings, the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tasks.model.document import Document
from tasks.model.saying import Saying


class Kind(StrEnum):
    """What stood in a cell. Blank, dash, unreadable and absent are different things."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


class PlacedBy(StrEnum):
    """How a value came to its field: by its labels, by its order, or by the relations."""

    LABEL = "label"
    ORDER = "order"
    RELATIONS = "relations"


#: Of the confidence of a reader of pixels: a figure that is read with less may be another one.
SURE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One figure of the report, as it stood and as it is understood."""

    kind: Kind
    #: The figure; set for `number` only. Never a float.
    value: int | Decimal | None = None
    #: The text of the cell as it stood.
    raw: str = ""
    #: Address of the cell, `t2/r3c4`; None where the field is absent.
    at: str | None = None
    #: A unit written in the cell (`元`).
    unit: str | None = None
    #: A remark in the cell beside the figure.
    note: str | None = None
    placed_by: PlacedBy = PlacedBy.LABEL
    #: How doubtful the reading is, 0 (certain) to 1 (a guess); weighs in error localisation.
    doubt: float = 0.0
    #: How sure the reader is that read it from pixels, 0 to 1; None where it stood as text.
    confidence: float | None = None
    #: What a second reader read in its place, where that is another figure; where the relations
    #: took that one, what the first had read.
    second: int | Decimal | None = None
    #: The text of the cell as that reader has it.
    second_raw: str = ""
    #: A second reader read the same figure.
    confirmed: bool = False

    def __post_init__(self) -> None:
        if (self.kind is Kind.NUMBER) != (self.value is not None):
            raise ValueError(f"a value if and only if a number: {self!r}")

    @property
    def amount(self) -> int | Decimal | None:
        """The figure in the arithmetic: blank and dash are 0, unreadable and absent None."""
        if self.kind in (Kind.BLANK, Kind.DASH):
            return 0
        return self.value

    @property
    def is_unsure(self) -> bool:
        """Read from pixels, and with little confidence, or otherwise by a second reader."""
        return self.confidence is not None and (self.confidence < SURE or self.second is not None)


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A cell whose correction would make the relations hold."""

    #: Dotted id, `requests.new.natural_person`.
    cell: str
    #: The value it should be, as it would be written; None where only the cell is known.
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should look at. A value, never an exception."""

    #: `requests.balance`
    rule: str
    severity: Severity
    #: What is wrong, then what more there is to say of it; rendering puts it into words.
    says: tuple[Saying, ...]
    #: Dotted ids of the cells concerned.
    cells: tuple[str, ...] = ()
    expected: str | None = None
    actual: str | None = None
    #: Most likely first.
    suspects: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A row, column or text of a recognised table that no field of the form takes."""

    table: str
    label: str
    values: tuple[str, ...]
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The place that an organ lies in, from the county upward."""

    #: By GB/T 2260, six digits, as of the year reported on.
    code: str
    #: `江苏省淮安市洪泽区`
    name: str
    #: Of the organ, which may be a town's: `province`, `prefecture`, `county` or `township`;
    #: None where its name tells only where it lies.
    level: str | None


#: (row id, column id) of a table of the form
Field = tuple[str, str]
#: row id -> column id -> value
TableValues = Mapping[str, Mapping[str, Value]]
#: table id -> row id -> column id -> value
Values = Mapping[str, TableValues]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An annual report, recognised."""

    form: str
    #: As the document gives it; None where it does not say.
    organ: str | None
    #: The year reported on, not the year of publication.
    year: int | None
    #: table id -> edition; None where the table was not found.
    edition: Mapping[str, str | None]
    values: Values
    left_over: tuple[LeftOver, ...] = ()
    #: None where the organ's name does not decide it.
    region: Region | None = None
    #: The same for all names of one organ; None where the name is that of many, or unknown.
    organ_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one document that could be read."""

    document: Document
    #: None where the document is no annual report.
    report: Report | None
    findings: tuple[Finding, ...] = field(default=())
