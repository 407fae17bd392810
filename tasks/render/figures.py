"""The figures of one report, packed for the catalogue, and back: what sums over many need. Pure.

    the form it was packed by
    2021;0,3,,-,?,x,12!!,25.1~     a table: its edition, and a token a field in the form's order
                                   an empty line: the report lacks the table

A token is the figure in digits, in the form's unit; nothing for a blank cell, `-` for a dash,
`?` where it could not be read, `x` where the report lacks the cell. `~` behind it: its unit was
another one and it was converted; `!`: it is in a relation that does not hold; `!!`: it is most
likely the wrong one. All deflated: about 160 bytes a report, and tokens are counted faster than
read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from tasks.check.plausible import IN_WAN
from tasks.forms.annual_report import FORM
from tasks.model.patterns import regex
from tasks.model.report import Kind

#: Of the layout above; the form itself is told apart by its fields.
_VERSION = "1"
_LETTERS = {Kind.BLANK: "", Kind.DASH: "-", Kind.UNREADABLE: "?", Kind.ABSENT: "x"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_CONVERTED, _IN_ERROR, _SUSPECT = "~", "!", "!!"
#: No record of ours has more digits (`tasks.render.shape`).
_NUMBER = regex(r"-?[0-9]{1,300}(\.[0-9]{1,300})?")
#: Units of money that a figure in 万元 may name without being converted.
_WAN = frozenset({"万", "万元"})

#: table id -> its edition and a token a field, as `fields` has them; without those not found
Tables = Mapping[str, tuple[str, list[str]]]


class OtherForm(ValueError):
    """Packed when the form was declared otherwise, or no pack at all: pack the report anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one token says."""

    kind: Kind
    #: In the form's unit; set for `number` only.
    value: int | Decimal | None = None
    converted: bool = False
    #: In a relation that does not hold.
    in_error: bool = False
    #: Most likely the wrong cell.
    suspect: bool = False

    @property
    def amount(self) -> int | Decimal | None:
        """As it counts in sums: blank and dash are 0, unreadable and absent None."""
        return 0 if self.kind in (Kind.BLANK, Kind.DASH) else self.value


@cache
def fields(table: str, edition: str) -> tuple[str, ...]:
    """`requests.new.total` …, the cells of a table in the order of tokens. Raises `KeyError`."""
    return tuple(
        f"{table}.{row.id}.{column.id}" for row, column in FORM.edition(table, edition).fields()
    )


def pack(report: Mapping[str, Any], findings: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """Of an envelope's `report`, and its `findings`."""
    errors = [one for one in findings if one["severity"] == "error"]
    marks = {cell: _IN_ERROR for one in errors for cell in one["cells"]}
    marks |= {suspect["cell"]: _SUSPECT for one in errors for suspect in one["suspects"]}
    lines = [_form(), *(_line(report, table, marks) for table in FORM.tables)]
    return zlib.compress("\n".join(lines).encode("ascii"))


def unpack(packed: bytes) -> Tables:
    """Raises `OtherForm`."""
    try:
        form, *lines = zlib.decompress(packed).decode("ascii").split("\n")
    except (zlib.error, UnicodeDecodeError) as error:
        raise OtherForm(str(error)) from error
    if form != _form():
        raise OtherForm(form)
    found = {}
    try:
        for table, line in zip(FORM.tables, lines, strict=True):
            if line:
                edition, _, written = line.partition(";")
                tokens = written.split(",")
                if len(tokens) != len(fields(table, edition)):
                    raise OtherForm(f"{table}: {len(tokens)} figures")
                found[table] = edition, tokens
    except (KeyError, ValueError) as error:
        raise OtherForm(str(error)) from error
    return found


@lru_cache(maxsize=65536)
def figure(token: str) -> Figure:
    """Raises `OtherForm` for what is no token."""
    bare = token.rstrip(_IN_ERROR)
    marks = token[len(bare) :]
    digits = bare.removesuffix(_CONVERTED)
    kind = _KINDS.get(digits, Kind.NUMBER)
    value = None
    if kind is Kind.NUMBER:
        if not _NUMBER.fullmatch(digits):
            raise OtherForm(token)
        value = Decimal(digits) if "." in digits else int(digits)
    return Figure(
        kind=kind,
        value=value,
        converted=digits != bare,
        in_error=bool(marks),
        suspect=marks == _SUSPECT,
    )


def token(figure: Figure) -> str:
    """`figure`, the other way."""
    digits = _LETTERS.get(figure.kind)
    if digits is None:
        digits = format(Decimal(figure.value or 0), "f")
    mark = _SUSPECT if figure.suspect else _IN_ERROR if figure.in_error else ""
    return digits + (_CONVERTED if figure.converted else "") + mark


def _line(report: Mapping[str, Any], table: str, marks: Mapping[str, str]) -> str:
    edition = report["edition"].get(table)
    if edition is None:
        return ""
    rows = report[table]
    tokens = []
    for cell in fields(table, edition):
        _, row, column = cell.split(".")
        value = rows.get(row, {}).get(column)
        tokens.append((_written(cell, value) if value else "x") + marks.get(cell, ""))
    return f"{edition};{','.join(tokens)}"


def _written(cell: str, value: Mapping[str, Any]) -> str:
    kind = Kind(value["kind"])
    if kind is not Kind.NUMBER:
        return _LETTERS[kind]
    unit, number = value.get("unit"), value["value"]
    is_money = unit in IN_WAN or unit in _WAN
    if unit is not None and is_money != (cell in _money()):
        # 3 元 of requests, or 3 件 of fees: a figure of something else
        return _LETTERS[Kind.UNREADABLE]
    if unit in IN_WAN:
        in_wan = (Decimal(number) * IN_WAN[unit]).normalize()
        return format(in_wan, "f") + _CONVERTED
    return format(Decimal(number), "f")


@cache
def _money() -> frozenset[str]:
    return frozenset(
        f"{edition.table}.{row.id}.{column.id}"
        for edition in FORM.editions
        for row, column in edition.fields()
        if column.decimal
    )


@cache
def _form() -> str:
    """The same for the same fields in the same order: a token never lands in another field."""
    return _VERSION + format(zlib.crc32("\n".join(_all_fields()).encode()), "08x")


def _all_fields() -> Iterator[str]:
    for edition in FORM.editions:
        yield edition.edition
        yield from fields(edition.table, edition.edition)
