"""What was read from pixels where a cell stands: how sure its figure is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from samples.readings import Seen, as_scanned
from samples.report import make_report, with_figure
from tasks.check.relations import cell_value
from tasks.model.document import Document, Format, Reading, Where
from tasks.model.report import Kind, Value
from tasks.recognise import recognise
from tasks.render.wording import told

REPORT = make_report(
    11, year=2023, editions={"disclosure": "2021", "requests": "2021"}, zero_share=0.3
)
TOTAL, FEES = "requests.new.total", "disclosure.fees.amount"
TRUE = int(REPORT.amount(TOTAL))


def value_of(document: Document, cell: str = TOTAL) -> Value:
    _, report, _ = recognise(document)
    assert report is not None
    return cell_value(report, cell)


def reading_of(document: Document, cell: str = TOTAL) -> Reading:
    """The one that stands in the cell."""
    at = value_of(document, cell).at
    [box] = [c.where.box for t in document.tables() for c in t.cells if t.at(c) == at]
    [page] = [c.where.page for t in document.tables() for c in t.cells if t.at(c) == at]
    [found] = [
        one
        for one in document.readings
        if one.where.page == page
        and one.where.box
        and box
        and box[0] < one.where.box[0] < box[2]
        and box[1] < one.where.box[1] < box[3]
    ]
    return found


def with_readings(document: Document, *instead: Reading) -> Document:
    """Others in place of what was read in the cell."""
    old = reading_of(document)
    readings = tuple(one for one in document.readings if one is not old)
    return replace(document, readings=(*readings, *instead))


def test_what_stood_as_text_has_no_confidence() -> None:
    document = replace(as_scanned(REPORT, {}), readings=())
    _, report, findings = recognise(document)

    assert report is not None
    values = [v for rows in report.values.values() for row in rows.values() for v in row.values()]
    assert {(v.confidence, v.second, v.confirmed, v.is_unsure) for v in values} == {
        (None, None, False, False)
    }
    assert not any(f.rule == "extraction.read_by_ocr" for f in findings)


def test_what_was_read_from_pixels_has_that_of_its_own_cell() -> None:
    document = as_scanned(REPORT, {TOTAL: Seen(confidence=0.7)})
    _, report, _ = recognise(document)

    assert report is not None
    seen = {
        f"{table}.{row}.{column}": value.confidence
        for table, rows in report.values.items()
        for row, columns in rows.items()
        for column, value in columns.items()
    }
    assert seen.pop(TOTAL) == 0.7
    assert set(seen.values()) == {0.99}


def test_a_blank_cell_without_ink_has_none() -> None:
    cell = "requests.new.research"
    report = with_figure(REPORT, cell, None)
    value = value_of(as_scanned(report, {}), cell)

    assert (value.kind, value.confidence) == (Kind.BLANK, None)


def test_ink_that_nothing_was_made_of_is_no_blank() -> None:
    document = as_scanned(REPORT, {TOTAL: Seen(first="\ufffd", confidence=0.2)})
    value = value_of(with_readings(document, replace(reading_of(document), text="")))

    assert (value.kind, value.confidence) == (Kind.UNREADABLE, 0.2)


def test_ink_beside_a_figure_is_no_lost_space() -> None:
    """In a text that was converted it would be one, where it stands so more than once."""
    cells = [TOTAL, "requests.carried_over.total", "requests.granted.total"]
    for written in ("1 \ufffd", "1\n\ufffd", "? 1"):
        document = as_scanned(REPORT, {cell: Seen(first=written) for cell in cells})
        for cell in cells:
            assert value_of(document, cell).kind is Kind.UNREADABLE
        as_text = replace(document, readings=())
        assert value_of(as_text).value == 1


@pytest.mark.parametrize(
    ("first", "second", "other", "confirmed"),
    [
        (None, str(TRUE), None, True),
        (None, None, None, False),
        (None, str(TRUE + 1), TRUE + 1, False),
        ("1,203", "1203", None, True),
        ("1203件", "1208", 1208, False),
        ("—", "7", 7, False),
        ("—", "0", None, True),
        ("1", "/", 0, False),
        ("0", "/", None, True),
        ("12", "1.2", Decimal("1.2"), False),
        ("12", "1-2", None, False),
    ],
)
def test_the_second_reader(
    first: str | None, second: str | None, other: object, confirmed: bool
) -> None:
    value = value_of(as_scanned(REPORT, {TOTAL: Seen(first=first, second=second)}))

    assert (value.second, value.confirmed) == (other, confirmed)
    assert value.is_unsure == (other is not None)
    assert (value.doubt > 0.5) == (other is not None)


def test_amounts_of_money_are_read_as_such() -> None:
    seen = Seen(first="12.50", second="12.80")
    assert value_of(as_scanned(REPORT, {FEES: seen}), FEES).second == Decimal("12.80")
    assert value_of(as_scanned(REPORT, {FEES: replace(seen, second="12.5")}), FEES).confirmed


def test_of_a_cell_of_several_lines_the_least_sure_counts() -> None:
    document = as_scanned(REPORT, {TOTAL: Seen(first="22\n（其中修订16件）")})
    one = reading_of(document)
    assert one.where.box
    x0, top, x1, bottom = one.where.box
    middle = (top + bottom) / 2
    upper = replace(
        one, text="22", second="27", where=replace(one.where, box=(x0, top, x1, middle))
    )
    lower = replace(
        one,
        text="（其中修订16件）",
        confidence=0.8,
        where=replace(one.where, box=(x0, middle, x1, bottom)),
    )

    value = value_of(with_readings(document, lower, upper))

    assert (value.value, value.note) == (22, "其中修订16件")
    assert (value.confidence, value.second) == (0.8, 27)


def test_a_line_over_several_cells_makes_all_of_them_as_sure_as_it_is() -> None:
    document = as_scanned(REPORT, {})
    one = reading_of(document)
    assert one.where.box
    _, top, x1, bottom = one.where.box
    row = replace(
        one,
        text=f"一、本年新收政府信息公开申请数量 1 2 3 {TRUE}",
        confidence=0.6,
        where=replace(one.where, box=(0.0, top, x1, bottom)),
    )

    value = value_of(with_readings(document, row))

    assert (value.value, value.confidence, value.second) == (TRUE, 0.6, None)


def test_where_a_place_is_a_page_its_readings_with_this_text_count() -> None:
    document = as_scanned(REPORT, {TOTAL: Seen(confidence=0.6)})
    at = value_of(document).at
    blocks = tuple(
        replace(
            table,
            cells=tuple(
                replace(c, where=Where(page=c.where.page)) if table.at(c) == at else c
                for c in table.cells
            ),
        )
        for table in document.tables()
    )
    document = replace(document, blocks=blocks)

    assert value_of(document).confidence == 0.6


@pytest.mark.parametrize(
    ("format", "pages", "read", "said"),
    [
        (Format.PDF, 3, (1, 2, 3), "读自扫描件"),
        (Format.PDF, 9, (1, 2, 3, 5), "第 1–3, 5 页的图像读自扫描件"),
        (Format.IMAGE, None, (1,), "读自扫描件"),
        (Format.DOCX, None, (None,), "文中的图片读自扫描件"),
    ],
)
def test_which_pages_were_read_from_a_scan(
    format: Format, pages: int | None, read: tuple[int | None, ...], said: str
) -> None:
    document = as_scanned(REPORT, {})
    readings = tuple(
        Reading(where=Where(page=page, box=(0, 0, 9, 9)), text="一", confidence=0.9)
        for page in read
    )
    _, _, findings = recognise(replace(document, format=format, pages=pages, readings=readings))

    [finding] = [f for f in findings if f.rule == "extraction.read_by_ocr"]
    assert told(finding.says, "zh").partition("：")[0] == said
