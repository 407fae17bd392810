"""Envelopes -> rows of a data set, and these in files: nothing is lost, nothing made up."""

from __future__ import annotations

import io
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from calc import needs_calc

from samples import STYLES, make_report, render
from samples.report import LogicalReport, broken
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render import dataset_files
from tasks.render.dataset import LONG, Scalar, long_rows, wide_columns, wide_row
from tasks.render.dataset_files import TooManyRows, dictionary, write
from tasks.render.result import Envelope, done

NAMES = [column.name for column in LONG]
WIDE = [column.name for column in wide_columns()]
SOURCE = {"name": "a.html", "key": "inbox/2023/a.html", "sha256": "ab" * 32}


def envelope(report: LogicalReport) -> Envelope:
    body = render(report, Format.HTML, next(iter(STYLES[Format.HTML])))
    return done(SOURCE, examine(body, "a.html"))


def drawn(seed: int, **options: Any) -> Envelope:
    return envelope(make_report(seed, year=2023, **options))


def long(told: Envelope) -> list[dict[str, Scalar]]:
    return [dict(zip(NAMES, row, strict=True)) for row in long_rows(told, 1)]


def wide(told: Envelope) -> dict[str, Scalar]:
    row = wide_row(told, 1)
    assert row is not None
    return dict(zip(WIDE, row, strict=True))


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(4))
def test_every_value_of_an_envelope_has_its_row(seed: int, edition: str) -> None:
    told = drawn(
        seed, blanks="mixed", zero_share=0.5,
        editions={"disclosure": edition, "requests": edition},
    )  # fmt: skip
    report, found, across = told["report"], long(told), wide(told)
    cells = {f"{row['table']}.{row['row']}.{row['column']}": row for row in found}
    expected = {
        f"{table}.{row}.{column}": value
        for table in report["edition"]
        for row, columns in report[table].items()
        for column, value in columns.items()
    }
    assert set(cells) == set(expected)
    for cell, value in expected.items():
        row = cells[cell]
        assert (row["kind"], row["raw"], row["place"]) == (value["kind"], value["raw"], value["at"])
        exact = value["value"]
        assert row["value"] == (None if exact is None else float(exact)), cell
        assert row["value_text"] == (None if exact is None else format(Decimal(exact), "f"))
        assert across[cell] == row["value"]
        assert (row["file"], row["year"], row["edition"]) == (
            SOURCE["key"], 2023, report["edition"][row["table"]],
        )  # fmt: skip
        assert row["row_label"] != row["row"]
    assert across["unreadable"] == sum(value["kind"] == "unreadable" for value in expected.values())


def test_the_wrong_cell_and_those_beside_it_are_marked() -> None:
    report = make_report(5, organ="淮安市洪泽区霁川服务中心", year=2023, zero_share=0.3)
    cell = "requests.new.natural_person"
    told = envelope(broken(report, cell, 3))
    marked = {f"{row['table']}.{row['row']}.{row['column']}": row for row in long(told)}
    assert marked[cell]["suspect"] is True
    assert marked[cell]["should_be"] == str(report.amount(cell))
    assert marked["requests.new.total"]["in_error"] is True
    assert marked["requests.new.total"]["suspect"] is False
    assert marked["disputes.review.total"]["in_error"] is False
    across = wide(told)
    assert across["suspects"] == cell
    assert cell in str(across["cells_in_error"])
    assert (across["region_code"], across["level"], across["organ_key"]) == (
        "320813", "county", "320813:霁川服务中心",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "value", "number", "text"),
    [
        (None, Decimal("1690.23"), 1690.23, "1690.23"),
        ("万元", 12, 12.0, "12"),
        ("元", 251000, 25.1, "25.1"),
        ("亿元", Decimal("0.5"), 5000.0, "5000"),
        (None, 12345678901234567, None, "12345678901234567"),
    ],
)
def test_amounts_in_the_forms_unit(
    unit: str | None, value: Decimal | int, number: float | None, text: str
) -> None:
    told = drawn(3, editions={"disclosure": "2021"})
    fees = told["report"]["disclosure"]["fees"]["amount"]
    fees |= {"value": value, "kind": "number", "unit": unit}
    row = next(row for row in long(told) if row["row"] == "fees")
    assert (row["value"], row["value_text"]) == (number, text)


def test_a_count_in_a_unit_of_money_is_no_count() -> None:
    told = drawn(3)
    told["report"]["requests"]["new"]["total"] |= {"value": 3, "kind": "number", "unit": "元"}
    row = next(row for row in long(told) if (row["row"], row["column"]) == ("new", "total"))
    assert (row["value"], row["value_text"], row["raw"] is not None) == (None, None, True)


def test_rows_that_the_form_lacks_are_there_with_their_text() -> None:
    told = drawn(4)
    told["report"]["left_over"] = [
        {"table": "requests", "label": "9.其他法定情形", "values": ["7", ""], "at": "t2/r20c2"}
    ]
    found = [row for row in long(told) if row["kind"] == "left_over"]
    assert [(row["row"], row["row_label"], row["raw"]) for row in found] == [
        (None, "9.其他法定情形", "7"), (None, "9.其他法定情形", ""),
    ]  # fmt: skip
    assert all(row["value"] is None for row in found)
    assert wide(told)["left_over"] == 1


def test_what_is_no_report_has_no_row() -> None:
    told = done(SOURCE, examine(b"<p>\xe9\x80\x9a\xe7\x9f\xa5</p>", "a.html"))
    assert list(long_rows(told, None)) == []
    assert wide_row(told, None) is None


def test_columns_are_named_once_and_explained_in_both_languages() -> None:
    for columns in (LONG, wide_columns()):
        lines = list(dictionary(columns))[1:]
        names = [line[0] for line in lines]
        assert len(names) == len(set(names))
        assert all(all(line) for line in lines)
    assert next(name for name in WIDE if "disputes.r" in name) == "disputes.review.upheld"


# Files

ROWS = [row for seed in range(3) for row in long_rows(drawn(seed, blanks="mixed"), seed + 1)]


def as_frame(ending: str, rows: list[tuple[Scalar, ...]]) -> pd.DataFrame:
    file = io.BytesIO()
    assert write(file, ending, LONG, iter(rows)) == len(rows)
    file.seek(0)
    texts = {column.name: str for column in LONG if column.type == "text"}
    if ending == ".csv":
        return pd.read_csv(file, dtype=texts, keep_default_na=False, na_values=[""])
    if ending == ".xlsx":
        return pd.read_excel(file, dtype=texts, keep_default_na=False, na_values=[""])
    return pd.read_parquet(file)


@pytest.mark.parametrize("ending", dataset_files.ENDINGS)
def test_the_file_read_back_is_the_rows(ending: str) -> None:
    frame = as_frame(ending, ROWS)
    assert list(frame.columns) == NAMES
    expected = pd.DataFrame(ROWS, columns=NAMES)
    for name in NAMES:
        read = [None if pd.isna(one) else one for one in frame[name]]
        wanted = [None if pd.isna(one) or one == "" else one for one in expected[name]]
        if ending == ".parquet":
            read = [None if one == "" else one for one in read]
        assert read == wanted, name


def test_the_same_rows_give_the_same_bytes() -> None:
    for ending in (".csv", ".parquet"):
        bodies = []
        for _ in range(2):
            file = io.BytesIO()
            write(file, ending, LONG, iter(ROWS))
            bodies.append(file.getvalue())
        assert bodies[0] == bodies[1]


def with_raw(raw: str) -> tuple[Scalar, ...]:
    return tuple(raw if name == "raw" else one for name, one in zip(NAMES, ROWS[0], strict=True))


@pytest.mark.parametrize("raw", ["=1+2", "+HYPERLINK()", "@a", "-1+2", "＝1", "\t=1"])
def test_what_would_be_computed_stays_text(raw: str) -> None:
    assert as_frame(".csv", [with_raw(raw)])["raw"][0] == f"'{raw}"
    file = io.BytesIO()
    write(file, ".xlsx", LONG, [with_raw(raw)])
    cell = openpyxl.load_workbook(file)["data"].cell(2, NAMES.index("raw") + 1)
    assert (cell.data_type, str(cell.value).strip()) == ("s", raw.strip())


@pytest.mark.parametrize("raw", ["-", "——", "-5", "+3", "/", "1,234", "−"])
def test_dashes_and_numbers_stand_as_they_stood(raw: str) -> None:
    assert as_frame(".csv", [with_raw(raw)])["raw"][0] == raw


@pytest.mark.parametrize("raw", ["a\x00b", "\ud800", "a\x0bb", "x" * 40_000])
@pytest.mark.parametrize("ending", dataset_files.ENDINGS)
def test_hostile_text_breaks_no_file(ending: str, raw: str) -> None:
    assert len(as_frame(ending, [with_raw(raw), ROWS[1]])) == 2


@pytest.mark.parametrize("raw", ["长" * 32_767, "=" + "长" * 32_767])
def test_a_cell_is_no_longer_than_a_spreadsheet_takes_it(raw: str) -> None:
    assert len(as_frame(".csv", [with_raw(raw)])["raw"][0]) == 32_767
    assert as_frame(".parquet", [with_raw(raw)])["raw"][0] == raw


def test_more_rows_than_a_sheet_has_are_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_files, "MOST_ROWS", 100)
    with pytest.raises(TooManyRows):
        write(io.BytesIO(), ".xlsx", LONG, iter(ROWS))


def test_parquet_says_what_its_columns_mean_and_others_read_it(tmp_path: Any) -> None:
    path = tmp_path / "a.parquet"
    with path.open("wb") as file:
        write(file, ".parquet", LONG, iter(ROWS))
    field = pq.read_schema(path).field("value")
    assert field.metadata[b"en"].startswith(b"the figure in the form's unit")
    read = duckdb.read_parquet(str(path)).fetchall()
    assert read == ROWS


@pytest.mark.slow
@needs_calc
def test_libreoffice_reads_the_wide_export_as_it_was_written(tmp_path: Path) -> None:
    rows = [row for seed in range(4) if (row := wide_row(drawn(seed, blanks="mixed"), seed))]
    with (tmp_path / "wide.xlsx").open("wb") as file:
        write(file, ".xlsx", wide_columns(), iter(rows))
    command = [
        "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
        "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path),
        str(tmp_path / "wide.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    read = pd.read_csv(tmp_path / "wide.csv", keep_default_na=False, dtype=str)
    assert list(read.columns) == WIDE
    for row, told in zip(rows, read.itertuples(index=False), strict=True):
        for name, one, text in zip(WIDE, row, told, strict=True):
            expected = one if isinstance(one, str) else "" if one is None else float(one)
            assert (float(text) if isinstance(expected, float) else text) == expected, name
