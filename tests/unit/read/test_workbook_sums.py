"""Formulas without a result: sums are added up, nothing else is."""

from __future__ import annotations

import struct
from decimal import Decimal

import pytest

from tasks.read.workbook.book import Area, Formula, Kept, Ref, Stored
from tasks.read.workbook.sums import Sums, written_formula
from tasks.read.workbook.tokens import token_terms


def number(row: int, column: int, text: str) -> Kept:
    return Kept(row=row, column=column, stored=Stored.NUMBER, text=text)


def formula(row: int, column: int, text: str) -> Kept:
    return Kept(
        row=row,
        column=column,
        stored=Stored.NOTHING,
        text="",
        formula=written_formula(text, is_stale=False),
    )


def total(text: str, *cells: Kept) -> Decimal | None:
    asked = formula(50, 50, text)
    return Sums({(cell.row, cell.column): cell for cell in (*cells, asked)}).of(asked)


A1, B1, C1 = number(0, 0, "3"), number(0, 1, "4"), number(0, 2, "0.1")
TEXT = Kept(row=1, column=0, stored=Stored.TEXT, text="规章")
WRITTEN = Kept(row=2, column=0, stored=Stored.TEXT, text="12")
FAILED = Kept(row=3, column=0, stored=Stored.ERROR, text="#REF!")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("SUM(A1:C1)", "7.1"), ("=SUM(A1:B1)", "7"), ("A1+B1", "7"), ("$A$1-B1", "-1"),
        ("SUM(A1,B1)", "7"), ("SUM(A1:B1)+A1", "10"), ("SUM( A1 : B1 )", None),
        ("-(A1-B1)", "1"), ("A1-(B1-C1)", "-0.9"), ("SUM(A1:B1)-SUM(C1)", "6.9"), ("A1+2", "5"),
        ("sum(a1:b1)", "7"), ("SUM(C1:A1)", "7.1"), ("SUM(A1:A2)", "3"), ("A1+D9", "3"),
        # more than a sum
        ("A1*B1", None), ("SUM(A1:B1)/2", None), ("AVERAGE(A1:B1)", None), ("A1:B1", None),
        ("Sheet2!A1+A1", None), ("SUM(Sheet2!A1:B1)", None), ("[1]Sheet1!A1", None),
        ("A1&B1", None), ("IF(A1=0,0,B1)", None), ("12", None), ("", None), ("SUM(A:A)", None),
        ("A1+", None), ("(A1", None), ("A1)", None), ("A1 B1", None), ("SUM()", None),
        ("A1,B1", None), ("A1+" * 400 + "A1", None), ("A1(B1)", None), ("ABC1D+A1", None),
        # cells that are no figures
        ("A1+A2", None), ("SUM(A1:A3)", None), ("SUM(A1:A4)", None), ("A4+A1", None),
    ],
)  # fmt: skip
def test_what_a_formula_gives(text: str, result: str | None) -> None:
    found = total(text, A1, B1, C1, TEXT, WRITTEN, FAILED)
    assert found == (None if result is None else Decimal(result))


def test_sums_of_sums_and_circles() -> None:
    chain = [formula(0, 1, "A1"), formula(0, 2, "A1+B1")]
    assert total("SUM(A1:C1)", A1, *chain) == 12
    circle = [formula(0, 1, "C1"), formula(0, 2, "B1+A1")]
    assert total("SUM(A1:C1)", A1, *circle) is None
    assert total("SUM(A1:ZZ60)", A1) is None, "it adds up itself"


def test_a_long_chain_ends() -> None:
    chain = [formula(row, 0, f"A{row}+B{row}") for row in range(1, 5_000)]
    assert total("A5000", A1, *chain) is None


def test_a_range_of_a_million_rows_costs_what_is_in_it() -> None:
    assert total("SUM(A1:XFC1048576)-AY51", A1, B1) is None
    assert total("SUM(A1:B1048576)", A1, B1) == 7


def test_very_many_sums_of_very_much_end() -> None:
    cells = {(row, 0): number(row, 0, "1") for row in range(3_000)}
    sums = [formula(row, 2, "SUM(A1:A3000)") for row in range(3_000)]
    found = Sums(cells | {(cell.row, cell.column): cell for cell in sums})
    results = [found.of(cell) for cell in sums]
    assert results[0] == 3_000
    assert results[-1] is None


# As XLS has them.

_A1 = struct.pack("<B2H", 0x44, 0, 0xC000)
_B1 = struct.pack("<B2H", 0x24, 0, 0xC001)
_RANGE = struct.pack("<B4H", 0x25, 0, 0, 0xC000, 0xC002)
_SUM, _SUM_OF_1 = bytes((0x19, 0x10, 0, 0)), bytes((0x42, 1, 4, 0))


@pytest.mark.parametrize(
    ("tokens", "terms"),
    [
        (_RANGE + _SUM, ((1, Area(0, 0, 0, 2)),)),
        (_RANGE + _SUM_OF_1, ((1, Area(0, 0, 0, 2)),)),
        (_A1 + _B1 + b"\x03", ((1, Ref(0, 0)), (1, Ref(0, 1)))),
        (_A1 + _B1 + b"\x04\x15\x13", ((-1, Ref(0, 0)), (1, Ref(0, 1)))),
        (_A1 + b"\x1e\x02\x00\x04", ((1, Ref(0, 0)), (-1, 2.0))),
        (_A1 + bytes((0x19, 0x40, 0, 1)), ((1, Ref(0, 0)),)),
        (_A1 + _B1 + b"\x05", None),  # times
        (_RANGE, None),
        (_RANGE + _RANGE + b"\x03", None),
        (_RANGE + bytes((0x42, 1, 5, 0)), None),  # average
        (_A1 + _B1, None),
        (b"\x1e\x02\x00", None),
        (b"\x03", None),
        (_A1[:3], None),
        (b"", None),
        (b"\x01\x00\x00\x00\x00", None),
    ],
)
def test_the_terms_of_a_formula_in_reversed_order(tokens: bytes, terms: object) -> None:
    assert token_terms(tokens, (0, 5)) == terms


def test_a_shared_formula_counts_from_its_cell() -> None:
    tokens = struct.pack("<B4H", 0x2D, 0, 0, 0xC0FA, 0xC0FF) + _SUM
    assert token_terms(tokens, (7, 9)) == ((1, Area(7, 3, 7, 8)),)
    written = written_formula("SUM(D7:I7)+$A$1", is_stale=False, moved=(3, 0))
    assert written == Formula(terms=((1, Area(9, 3, 9, 8)), (1, Ref(0, 0))))
