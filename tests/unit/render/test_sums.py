"""Sums over drawn reports beside an independent naive sum; copies, editions, what is left out."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reported import cells, report_dict

from samples import make_report
from samples.report import broken, with_figure
from tasks.check.relations import broken_relations
from tasks.forms.annual_report import FORM
from tasks.render.figures import pack
from tasks.render.layout import sheets
from tasks.render.page import page
from tasks.render.result import report_of
from tasks.render.sums import Field, Sums, TableSum, filled, summed
from tasks.render.sums_workbook import sums_workbook
from tasks.render.workbook import workbook

FEES = "disclosure.fees.amount"
NEW = "requests.new.natural_person"
TOTAL = "requests.new.total"

REPORTS = st.lists(
    st.builds(
        lambda seed, blanks, share, big: report_dict(
            make_report(seed, year=2023, blanks=blanks, zero_share=share, big=big)
        ),
        st.integers(0, 10**6),
        st.sampled_from(["zero", "blank", "dash", "mixed"]),
        st.sampled_from([0.2, 0.7, 1.0]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def of(sums: Sums, table: str, edition: str) -> TableSum:
    return next(one for one in sums.tables if (one.table, one.edition) == (table, edition))


def field(sums: Sums, cell: str, edition: str = "2021") -> Field:
    return of(sums, cell.partition(".")[0], edition).fields[cell]


def put(report: dict[str, Any], cell: str, **said: Any) -> dict[str, Any]:
    table, row, column = cell.split(".")
    report[table][row][column] |= {"value": None, **said}
    return report


def plain(seed: int = 3, **options: Any) -> dict[str, Any]:
    editions = {"disclosure": "2021", "requests": "2021"}
    return report_dict(make_report(seed, year=2023, editions=editions, **options))


def naive(reports: list[dict[str, Any]]) -> dict[tuple[str, str], Fraction]:
    """(edition, cell) -> sum, added up one by one as fractions."""
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for report in reports:
        for cell, value in cells(report).items():
            edition = report["edition"][cell.partition(".")[0]]
            sums[edition, cell] += Fraction(value["value"] or 0)
    return sums


@settings(max_examples=40)
@given(REPORTS, st.randoms(use_true_random=False))
def test_the_sum_of_reports_is_the_naive_sum_in_any_order_and_copies_count_once(
    reports: list[dict[str, Any]], shuffle: random.Random
) -> None:
    packs = [(f"organ {number}", pack(one)) for number, one in enumerate(reports)]
    sums = summed(packs, year=2023)
    expected = naive(reports)
    found = {(one.edition, cell): f for one in sums.tables for cell, f in one.fields.items()}
    for where, total in expected.items():
        assert Fraction(found[where].total) == total, where
    assert {where for where, one in found.items() if one.total} <= set(expected)
    for one in sums.tables:
        assert not one.gaps
        for said in one.fields.values():
            assert said.given + said.empty + said.left_out == one.reports
    copied = packs + shuffle.choices(packs, k=4)
    shuffle.shuffle(copied)
    again = summed(copied, year=2023)
    assert (again.tables, again.counted, again.differing) == (sums.tables, sums.counted, ())
    assert again.reports == len(copied)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_copies_in_any_order_give_the_same(seeds: list[int], shuffle: random.Random) -> None:
    packs = [
        ("one", pack(report_dict(make_report(seed, year=2023, blanks="mixed")))) for seed in seeds
    ]
    there, back = summed(packs), summed(shuffle.sample(packs, len(packs)))
    assert there == back


def test_what_is_unreadable_or_absent_is_left_out_and_counted() -> None:
    reports = [
        put(plain(), TOTAL, kind="number", value=5),
        put(plain(), TOTAL, kind="unreadable"),
        put(plain(), TOTAL, kind="absent"),
        put(plain(), TOTAL, kind="dash"),
        put(plain(), TOTAL, kind="number", value=7, unit="元"),
    ]
    sums = summed((None, pack(one)) for one in reports)
    said = field(sums, TOTAL)
    assert (said.total, said.given, said.empty, said.unread, said.absent) == (5, 1, 1, 2, 1)
    assert (sums.counted, sums.unknown) == (5, 5)
    gaps = {gap.line: gap for gap in of(sums, "requests", "2021").gaps}
    assert gaps["new"].left_out == 3
    assert "3 个数未能计入" in gaps["new"].message
    assert filled(sums, "某市")[0]["findings"][0]["severity"] == "warning"


def test_amounts_are_converted_exactly() -> None:
    reports = [
        put(plain(), FEES, kind="number", value=251000, unit="元"),
        put(plain(), FEES, kind="number", value=Decimal("0.092")),
        put(plain(), FEES, kind="number", value=Decimal("1.5"), unit="亿元"),
        put(plain(), FEES, kind="number", value=Decimal("0.1"), unit="万元"),
    ]
    said = field(summed((None, pack(one)) for one in reports), FEES)
    assert (said.total, said.converted, said.given) == (Decimal("15025.292"), 2, 4)


def test_sums_beyond_any_context_are_exact() -> None:
    reports = [
        put(plain(), FEES, kind="number", value=10**18 - 1),
        put(plain(), FEES, kind="number", value=Decimal("0.00000000000000001")),
    ]
    said = field(summed((None, pack(one)) for one in reports), FEES)
    assert Fraction(said.total) == Fraction(10**18 - 1) + Fraction(1, 10**17)


# Copies


def copies(*reports: dict[str, Any]) -> Sums:
    return summed([("320813:财政局", pack(one)) for one in reports])


def test_a_figure_in_which_copies_differ_is_not_summed_and_told() -> None:
    sums = copies(
        put(plain(), TOTAL, kind="number", value=5), put(plain(), TOTAL, kind="number", value=6)
    )
    said = field(sums, TOTAL)
    assert (said.total, said.given, said.differing, sums.counted) == (0, 0, 1, 1)
    (told,) = sums.differing
    assert (told.organ_key, told.reports, told.cells) == ("320813:财政局", 2, (TOTAL,))


def test_copies_agree_by_what_they_say() -> None:
    sums = copies(
        put(put(plain(), FEES, kind="number", value=251000, unit="元"), TOTAL, kind="blank"),
        put(
            put(plain(), FEES, kind="number", value=Decimal("25.10")),
            TOTAL, kind="number", value=0,
        ),
    )  # fmt: skip
    assert not sums.differing
    assert field(sums, FEES).total == Decimal("25.1")
    assert field(sums, TOTAL).given == 1


def test_what_one_copy_could_not_be_read_for_is_left_out() -> None:
    known = put(plain(), TOTAL, kind="number", value=5)
    sums = copies(known, put(plain(), TOTAL, kind="unreadable"))
    assert (field(sums, TOTAL).unread, sums.differing) == (1, ())


def test_a_copy_without_a_table_says_nothing_about_it() -> None:
    bare = plain()
    bare["edition"] = {**bare["edition"], "requests": None}
    sums = copies(put(plain(), TOTAL, kind="number", value=5), bare)
    assert (field(sums, TOTAL).total, sums.differing) == (5, ())


def test_copies_in_two_editions_are_not_summed() -> None:
    old = report_dict(make_report(3, year=2023, editions={"requests": "2019"}))
    new = report_dict(make_report(3, year=2023, editions={"requests": "2021"}))
    old["disclosure"], old["edition"]["disclosure"] = (
        new["disclosure"],
        new["edition"]["disclosure"],
    )
    sums = copies(old, new)
    assert "requests" not in {one.table for one in sums.tables}
    assert {"requests.other.total", "requests.other_remaining.total"} <= set(
        sums.differing[0].cells
    )


# Do the sums tie


def test_a_wrong_figure_shows_in_the_sums_as_much_as_it_is_off() -> None:
    reports = [make_report(seed, year=2023, editions={"requests": "2021"}) for seed in range(9)]
    wrong = [broken(reports[0], NEW, 3), *reports[1:]]
    packs = []
    for report in wrong:
        told = report_dict(report)
        known = report_of(told_envelope(told))
        assert known is not None
        findings = [
            {
                "severity": one.severity,
                "cells": one.cells,
                "suspects": [{"cell": suspect.cell} for suspect in one.suspects],
            }
            for one in broken_relations(known)
        ]
        packs.append((None, pack(told, findings)))
    sums = summed(packs)
    gaps = of(sums, "requests", "2021").gaps
    assert {(gap.rule, gap.line, gap.by, gap.left_out) for gap in gaps} == {
        ("requests.balance", "natural_person", 3, 0), ("requests.applicants", "new", 3, 0),
    }  # fmt: skip
    assert field(sums, NEW).suspect == 1
    assert (field(sums, TOTAL).in_error, field(sums, TOTAL).suspect) == (1, 0)
    assert {one["severity"] for one in filled(sums, "某市")[0]["findings"]} == {"error"}


def told_envelope(report: dict[str, Any]) -> dict[str, Any]:
    return {"report": report}


# The filled forms


def test_each_edition_is_a_form_of_its_own_and_the_one_of_most_is_first() -> None:
    reports = [
        report_dict(
            make_report(seed, year=2023, editions={"disclosure": "2021", "requests": edition})
        )
        for seed, edition in enumerate(("2019", "2019", "2021"))
    ]
    sums = summed((None, pack(one)) for one in reports)
    first, second = filled(sums, "某市")
    assert first["report"]["edition"] == {
        "disclosure": "2021", "requests": "2019", "disputes": "2021",
    }  # fmt: skip
    assert second["report"]["edition"] == {
        "disclosure": None, "requests": "2021", "disputes": None,
    }  # fmt: skip
    assert [of(sums, "requests", one).reports for one in ("2019", "2021")] == [2, 1]


@pytest.mark.parametrize("seed", range(3))
def test_page_and_workbook_of_a_report_draw_the_sums(seed: int) -> None:
    reports = [report_dict(make_report(seed * 10 + n, year=2023)) for n in range(6)]
    sums = summed((None, pack(one)) for one in reports)
    for told in filled(sums, "某市各机关"):
        drawn = page(told)
        for sheet in sheets(told["report"]):
            for cell in (one.cell for one in sheet.cells if one.cell):
                table, row, column = cell.split(".")
                value = told["report"][table].get(row, {}).get(column)
                if value and value["kind"] == "number":
                    assert f'id="{cell}"' in drawn
        assert openpyxl.load_workbook(io.BytesIO(workbook(told))).sheetnames


def test_of_no_reports_there_is_no_form() -> None:
    assert filled(summed([]), "某市") == ()
    book = openpyxl.load_workbook(io.BytesIO(sums_workbook(summed([]), "某市")))
    assert book.sheetnames == ["汇总", "计数 counts"]


def test_the_workbook_has_every_edition_the_counts_and_who_differs() -> None:
    reports = [
        (f"organ {seed % 8}", pack(report_dict(make_report(seed, year=2023, blanks="mixed"))))
        for seed in range(10)
    ]
    sums = summed(reports, year=2023)
    body = sums_workbook(sums, "=某市", {"organ 0": "某市财政局"})
    assert body == sums_workbook(sums, "=某市", {"organ 0": "某市财政局"})
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book["汇总"]["B1"].value == "=某市"
    assert book["汇总"]["B1"].data_type == "s"
    zh = {"disclosure": "表二", "requests": "表三", "disputes": "表四"}
    for one in sums.tables:
        sheet = book[f"{zh[one.table]}（{one.edition}版）"]
        numbers = sorted(
            cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "n"
            and cell.value is not None
        )  # fmt: skip
        shown = sorted(float(f.total) for f in one.fields.values() if f.is_summed)
        assert numbers == shown
    counts = list(book["计数 counts"].iter_rows(min_row=2, values_only=True))
    assert len(counts) == sum(len(one.fields) for one in sums.tables)
    said = sums.tables[0].fields
    assert [row[5:10] for row in counts[: len(said)]] == [
        (f.given, f.empty, f.unread, f.absent, f.differing) for f in said.values()
    ]
    assert [row[0] for row in book["不一致 differing"].iter_rows(min_row=2, values_only=True)] == [
        "某市财政局", "organ 1",
    ]  # fmt: skip


def test_a_row_that_only_some_reports_have_is_drawn_where_one_has_it() -> None:
    secret = make_report(2, year=2023, editions={"requests": "2021"}, work_secret=True)
    secret = with_figure(secret, "requests.denied_work_secret.total", 4)
    sums = summed(
        (None, pack(report_dict(one)))
        for one in (secret, make_report(3, year=2023, editions={"requests": "2021"}))
    )
    said = field(sums, "requests.denied_work_secret.total")
    assert (said.total, said.absent) == (4, 1)
    assert all(gap.left_out == 0 for gap in of(sums, "requests", "2021").gaps)
    drawn = next(
        one for one in sheets(filled(sums, "某市")[0]["report"]) if one.table == "requests"
    )
    assert "requests.denied_work_secret.total" in {cell.cell for cell in drawn.cells}


def test_tables_are_in_the_order_of_the_form() -> None:
    sums = summed((None, pack(report_dict(make_report(n, year=2023)))) for n in range(9))
    order = [FORM.tables.index(one.table) for one in sums.tables]
    assert order == sorted(order)
