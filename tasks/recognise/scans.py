"""Values that stand on a scanned page → unreadable.

The text of such a page is what some program read from its picture (the doubt `scan`). A
figure may be misread and a blank be a figure that was missed, so neither is taken. Labels
are: what they are is known, and one that is misread is no other label.
"""

from __future__ import annotations

from collections.abc import Iterable

from tasks.model.document import Document, DoubtKind, Where
from tasks.model.report import Value
from tasks.model.saying import say
from tasks.recognise.read_tables import TableReading


def distrust_scans(document: Document, readings: Iterable[TableReading]) -> None:
    scans = [doubt.where for doubt in document.doubts if doubt.kind is DoubtKind.SCAN]
    if not scans:
        return
    places = {table.at(cell): cell.where for table in document.tables() for cell in table.cells}
    for reading in readings:
        _distrust(reading, scans, places)


def _distrust(reading: TableReading, scans: list[Where], places: dict[str, Where]) -> None:
    def place(value: Value) -> Where:
        return places.get(value.at or "", Where())

    values = [value for row in reading.values.values() for value in row.values()]
    known = [place(value) for value in values if place(value).page is not None]
    # A blank of a table laid out by its labels has no place: it goes with the rest of its table.
    others = not known or any(_in_scan(where, scans) for where in known)

    def is_doubtful(value: Value) -> bool:
        where = place(value)
        return others if where.page is None else _in_scan(where, scans)

    reading.distrust(is_doubtful, say("not_taken.scan"))


def _in_scan(where: Where, scans: list[Where]) -> bool:
    return any(scan.page == where.page and _overlap(scan.box, where.box) for scan in scans)


def _overlap(
    one: tuple[float, float, float, float] | None, other: tuple[float, float, float, float] | None
) -> bool:
    if one is None or other is None:
        return True
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
