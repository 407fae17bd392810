"""What is known about each cell of a report, as a page and a workbook mark it. Pure.

wrong       most likely the wrong one: it says what it should be
in_error    in a relation that does not hold
warned      in a warning
doubtful    read in doubt: unreadable, inferred, placed by its order, or read from pixels with
            something to say of it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.model.report import SURE, Severity
from tasks.render.causes import READING, Cause, causes
from tasks.render.cells import Cells
from tasks.render.result import Envelope

_WORDS: dict[str, str] = {
    "raw": "原文“{}”",
    "unit": "单位 {}",
    "note": "附注“{}”",
    "blank": "空白",
    "dash": "横线或“无”，按 0 计",
    "absent": "文中没有这一格",
    "unreadable": "读不出",
    "relations": "由勾稽关系推断，不是读出来的",
    "order": "标签不明，按顺序认定",
    "should": "应为 {}",
    "confidence": "读自扫描件，把握 {}",
}
_THEN = "；"
#: What a person should look at first.
_WEIGHT = tuple(Severity)


@dataclass(slots=True)
class Mark:
    """Of one cell."""

    #: Numbers of the causes that concern it, from 1.
    causes: list[int] = field(default_factory=list)
    wrong: bool = False
    in_error: bool = False
    warned: bool = False
    #: In a warning about what was read.
    reading: bool = False
    doubtful: bool = False
    #: As it would be written; "" where that is not known.
    should: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    causes: Sequence[Cause]
    by_cell: Mapping[str, Mark]

    @classmethod
    def of(cls, envelope: Envelope) -> Marks:
        found = sorted(causes(envelope), key=lambda one: _WEIGHT.index(one.severity))
        by_cell: dict[str, Mark] = {}
        for number, cause in enumerate(found, 1):
            _mark(by_cell, number, cause)
        for cell, value in values(envelope):
            mark = by_cell.get(cell)
            if value["kind"] == "unreadable" or "placed_by" in value or _is_doubted(value, mark):
                by_cell.setdefault(cell, Mark()).doubtful = True
        return cls(found, by_cell)

    def of_cell(self, cell: str) -> Mark | None:
        return self.by_cell.get(cell)


def _is_doubted(value: Mapping[str, Any], mark: Mark | None) -> bool:
    """Read from pixels, and not surely, or in two ways of which none is proven."""
    if mark is None or value.get("confidence") is None:
        return False
    return mark.reading or (value["confidence"] < SURE and (mark.in_error or mark.warned))


def _mark(by_cell: dict[str, Mark], number: int, cause: Cause) -> None:
    suspects = {one["cell"]: one["value"] for one in cause.suspects}
    concerned = dict.fromkeys((*suspects, *(c for one in cause.findings for c in one["cells"])))
    for cell in concerned:
        mark = by_cell.setdefault(cell, Mark())
        mark.causes.append(number)
        if cause.severity == "error":
            mark.in_error = True
            if cell in suspects and not mark.wrong:
                mark.wrong = True
                mark.should = suspects[cell] or ""
        elif cause.severity == "warning":
            mark.warned = True
            mark.reading |= any(one["rule"].startswith(READING) for one in cause.findings)


def values(envelope: Envelope) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every cell of the report with its value."""
    report = envelope.get("report") or {}
    for table in report.get("edition", {}):
        for row, columns in report[table].items():
            for column, value in columns.items():
                yield f"{table}.{row}.{column}", value


def shown(value: Mapping[str, Any]) -> str:
    """What stands in the cell on paper, as it stood."""
    kind = value.get("kind")
    if kind == "number":
        raw = str(value["raw"]).strip()
        return raw if raw and len(raw) <= _LONGEST else format_figure(value["value"])
    if kind in ("blank", "absent", None):
        return ""
    return str(value["raw"]).strip()[:_LONGEST]


#: A longer text of a cell is told beside it, and its figure stands in it.
_LONGEST = 24


def format_figure(figure: Any) -> str:
    return format(figure, "f") if not isinstance(figure, int) else str(figure)


def told(cell: str, value: Mapping[str, Any], mark: Mark | None, cells: Cells) -> str:
    """All that is known of a cell, in one line for who points at it."""
    said = [cells.place(cell)]
    kind = value.get("kind", "absent")
    if kind in _WORDS:
        said.append(_WORDS[kind])
    raw = str(value.get("raw") or "").strip()
    if raw and (kind != "number" or raw != format_figure(value["value"])):
        said.append(_WORDS["raw"].format(raw))
    said += [
        _WORDS[name].format(value[name]) for name in ("unit", "note") if value.get(name)
    ]  # fmt: skip
    if value.get("confidence") is not None:
        said.append(_WORDS["confidence"].format(value["confidence"]))
    if value.get("placed_by") in _WORDS:
        said.append(_WORDS[value["placed_by"]])
    if mark and mark.should:
        said.append(_WORDS["should"].format(mark.should))
    return _THEN.join(filter(None, said))
