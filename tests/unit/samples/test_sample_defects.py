"""A defect changes what it says, and its truth is what the document says afterwards."""

import re

import pytest

from samples.defects import DEFECTS, spoil
from samples.layout import Draft, draft
from samples.report import make_report

NEW = {"disclosure": "2021", "requests": "2021"}
#: Those that need figures, or an edition, that one report alone may not offer.
DRAFTS = [
    draft(make_report(1, zero_share=0.4, big=True, editions=NEW, year=2023)),
    draft(make_report(2, zero_share=0.4, big=True, year=2020)),
]


def printed(drafted: Draft) -> dict[str, str]:
    return {cell.field: cell.text for table in drafted.tables for cell in table.cells if cell.field}


def true_number(drafted: Draft, field: str):
    table, row, column = field.split(".")
    return drafted.truth[table][row][column]


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_changes_the_document(name):
    spoilt = [spoil(drafted, name, 1) for drafted in DRAFTS]

    assert any(new.tables != old.tables for new, old in zip(spoilt, DRAFTS, strict=True))
    assert spoilt[0].changes == (DEFECTS[name].about,)
    assert spoilt[0] == spoil(DRAFTS[0], name, 1)


@pytest.mark.parametrize("name", DEFECTS)
def test_the_truth_is_what_stands_in_the_cells(name):
    for drafted in DRAFTS:
        spoilt = spoil(drafted, name, 2)
        for field, text in printed(spoilt).items():
            kind, value = true_number(spoilt, field)
            digits = re.sub(r"[^0-9０-９.,]", "", re.sub(r"[（(].*", "", text)).replace(",", "")
            if kind == "number":
                assert abs(value) == type(value)(digits), (name, field)
            else:
                assert (kind, digits) in {("blank", ""), ("dash", "")}


@pytest.mark.parametrize("name", [name for name in DEFECTS if DEFECTS[name].relations_hold])
def test_harmless_defects_leave_the_figures(name):
    drafted = DRAFTS[0]
    spoilt = spoil(drafted, name, 3)
    lost = {
        f"requests.{row}"
        for row, line in spoilt.truth["requests"].items()
        if ("absent", None) in line.values()
    }

    for field in printed(drafted):
        if field.rpartition(".")[0] not in lost:
            assert true_number(spoilt, field) == true_number(drafted, field)
    assert all(drafted.report.amount(f"{row}.total") == 0 for row in lost)


def test_extra_rows_are_left_over():
    spoilt = spoil(DRAFTS[0], "extra_document_row")

    assert spoilt.left_over == ("其他主动公开文件",)
    assert spoilt.table("disclosure").n_rows == DRAFTS[0].table("disclosure").n_rows + 1


def test_a_doubled_header_is_printed_twice():
    texts = [cell.text for cell in spoil(DRAFTS[0], "doubled_header").table("requests").cells]

    assert texts.count("自然人") == texts.count("申请人情况") == 2


def test_defects_add_up():
    both = spoil(spoil(DRAFTS[0], "circled"), "remarks")

    assert both.changes == ("① for 1.", "remarks in cells")
    assert any("①" in cell.text for cell in both.table("requests").cells)
