"""A report's figures packed and unpacked: nothing is lost, and no figure lands in another cell."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported import cells, report_dict

from samples import make_report, render
from samples.report import broken
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Kind
from tasks.render.figures import Figure, OtherForm, fields, figure, pack, token, unpack
from tasks.render.result import done

FEES = "disclosure.fees.amount"
NEW = "requests.new.total"


def drawn(seed: int = 3) -> dict[str, Any]:
    return report_dict(
        make_report(
            seed, year=2023, blanks="mixed", zero_share=0.5, editions={"disclosure": "2021"}
        )
    )


def unpacked(report: dict[str, Any], findings: Any = ()) -> dict[str, Figure]:
    return {
        cell: figure(one)
        for table, (edition, tokens) in unpack(pack(report, findings)).items()
        for cell, one in zip(fields(table, edition), tokens, strict=True)
    }


@pytest.mark.parametrize("seed", range(12))
def test_every_cell_comes_back(seed: int) -> None:
    report = report_dict(make_report(seed, blanks="mixed", zero_share=0.5, big=seed % 2 == 0))
    found, said = unpacked(report), cells(report)
    assert {table: edition for table, (edition, _) in unpack(pack(report)).items()} == report[
        "edition"
    ]
    for cell, one in found.items():
        value = said.get(cell) or {"kind": "absent", "value": None}
        assert (one.kind, one.value) == (value["kind"], value["value"]), cell
    assert set(said) <= set(found)


def test_a_table_that_was_not_found_is_none() -> None:
    report = drawn()
    report["edition"]["disputes"] = None
    assert set(unpack(pack(report))) == {"disclosure", "requests"}


@pytest.mark.parametrize(
    ("cell", "value", "unit", "expected", "converted"),
    [
        (FEES, 251000, "元", Decimal("25.1"), True),
        (FEES, Decimal("0.5"), "亿元", 5000, True),
        (FEES, Decimal("1690.23"), "万元", Decimal("1690.23"), False),
        (FEES, Decimal("12.50"), None, Decimal("12.50"), False),
        (FEES, 3, "件", None, False),
        (NEW, 3, "件", 3, False),
        (NEW, 3, "元", None, False),
    ],
)
def test_amounts_are_in_the_forms_unit(
    cell: str, value: Any, unit: str | None, expected: Any, converted: bool
) -> None:
    report = drawn()
    table, row, column = cell.split(".")
    report[table][row][column] |= {"kind": "number", "value": value, "unit": unit}
    found = unpacked(report)[cell]
    assert (found.value, found.converted) == (expected, converted)
    assert (found.kind is Kind.UNREADABLE) == (expected is None)


def test_what_is_wrong_is_told_as_the_findings_tell_it() -> None:
    report = make_report(5, organ="淮安市洪泽区霁川服务中心", year=2023, zero_share=0.3)
    wrong = broken(report, "requests.new.natural_person", 3)
    told = done({"name": "a"}, examine(render(wrong, Format.HTML, "cms"), "a.html"))
    found = unpacked(told["report"], told["findings"])
    assert [cell for cell, one in found.items() if one.suspect] == ["requests.new.natural_person"]
    assert {cell for cell, one in found.items() if one.in_error} == {
        cell for one in told["findings"] if one["severity"] == "error" for cell in one["cells"]
    }
    assert found["requests.new.natural_person"].value == wrong.amount("requests.new.natural_person")


FIGURES = st.builds(
    lambda said, marks: Figure(
        **said, in_error=marks > 0, suspect=marks == 2
    ),
    st.one_of(
        st.sampled_from([Kind.BLANK, Kind.DASH, Kind.UNREADABLE, Kind.ABSENT]).map(
            lambda kind: {"kind": kind}
        ),
        st.builds(
            lambda value, converted: {"kind": Kind.NUMBER, "value": value, "converted": converted},
            st.integers(-(10**18), 10**18)
            | st.decimals(
                min_value=-(10**9), max_value=10**9, places=4, allow_nan=False
            ),
            st.booleans(),
        ),
    ),
    st.integers(0, 2),
)  # fmt: skip


@given(FIGURES)
def test_a_token_says_the_figure(one: Figure) -> None:
    assert figure(token(one)) == one


def test_tokens_of_another_form_are_not_taken() -> None:
    report = drawn()
    with pytest.raises(OtherForm):
        unpack(pack(report)[:-9])
    with pytest.raises(OtherForm):
        unpack(zlib.compress(b"100000000\n\n\n"))
    with pytest.raises(OtherForm):
        unpack(b"")


@pytest.mark.parametrize(
    ("found", "spoilt"),
    [
        (b"\n2021;", b"\n2022;"),
        (b"\n2021;", b"\n2021;0,"),
        (b"\n2021;", b"\n\n2021;"),
    ],
)
def test_what_is_spoilt_in_a_pack_is_not_taken(found: bytes, spoilt: bytes) -> None:
    text = zlib.decompress(pack(drawn()))
    assert found in text
    with pytest.raises(OtherForm):
        unpack(zlib.compress(text.replace(found, spoilt)))


@pytest.mark.parametrize("spoilt", ["y", "1.2.3", "1e9", "1_0", "--", "1.", "9" * 5000])
def test_what_is_no_token_is_told_as_another_form(spoilt: str) -> None:
    with pytest.raises(OtherForm):
        figure(spoilt)


def test_a_pack_is_small() -> None:
    assert len(pack(drawn())) < 400
