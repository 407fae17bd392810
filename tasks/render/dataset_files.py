"""Rows of a data set -> a CSV, XLSX or Parquet file, a part at a time. Pure but for the file.

CSV is what Excel opens with two clicks, so a text that it would compute has a `'` before it;
XLSX and Parquet have it as it stood. A text that a cell has no place for is cut in CSV and XLSX.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from tasks.model.patterns import regex
from tasks.render.book_file import book_in
from tasks.render.dataset import Column, Scalar, Type
from tasks.render.sheet import BYTE_ORDER_MARK
from tasks.render.xml_text import clean, fitting

ENDINGS = (".csv", ".xlsx", ".parquet")
EXAMPLE = "data.parquet"
#: Rows that are held at a time.
_PART = 20_000
#: Likewise, of CSV.
_LINES = 1_000
#: Of one sheet. Source: Excel specifications and limits.
MOST_ROWS = 1_048_576
#: A lone dash is a dash, and `-5` a number.
_COMPUTED = regex(r"(?=[=+\-@\t\r＝＋－＠])(?![-+－＋]*[\d.,]*$)")


class TooManyRows(Exception):
    """More than a sheet has."""


def write(
    file: BinaryIO, ending: str, columns: Sequence[Column], rows: Iterable[tuple[Scalar, ...]]
) -> int:
    """How many rows were written. Raises `TooManyRows`, and OSError where the disk is full."""
    return {".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet}[ending](
        file, columns, rows
    )


def _parts(
    rows: Iterable[tuple[Scalar, ...]], most: int = _PART
) -> Iterator[list[tuple[Scalar, ...]]]:
    rows = iter(rows)
    while part := list(islice(rows, most)):
        yield part


# --- CSV -------------------------------------------------------------------------------------


def _write_csv(
    file: BinaryIO, columns: Sequence[Column], rows: Iterable[tuple[Scalar, ...]]
) -> int:
    written = 0
    file.write(_csv_head(columns))
    for part in _parts(rows, _LINES):
        file.write(_csv_lines(part))
        written += len(part)
    return written


def csv_parts(columns: Sequence[Column], rows: Iterable[tuple[Scalar, ...]]) -> Iterator[bytes]:
    """The same file, some lines at a time, for who passes it on as it is made."""
    yield _csv_head(columns)
    yield from map(_csv_lines, _parts(rows, _LINES))


def _csv_head(columns: Sequence[Column]) -> bytes:
    return BYTE_ORDER_MARK.encode() + _csv_lines([tuple(column.name for column in columns)])


def _csv_lines(rows: Iterable[tuple[Scalar, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_as_csv(one) for one in row] for row in rows])
    return text.getvalue().encode("utf-8", "replace")


def _as_csv(one: Scalar) -> str | int:
    if one is None:
        return ""
    if isinstance(one, bool):
        return int(one)
    if isinstance(one, float):
        return _shortest(one)
    if isinstance(one, str):
        one = one.replace("\0", "\ufffd")
        return fitting(f"'{one}" if _COMPUTED.match(one) else one)
    return one


def _shortest(number: float) -> str:
    """`12`, `1690.23`: never an exponent, which Excel shows and people misread."""
    return str(int(number)) if number.is_integer() else format(number, ".15g")


# --- XLSX ------------------------------------------------------------------------------------


def _write_xlsx(
    file: BinaryIO, columns: Sequence[Column], rows: Iterable[tuple[Scalar, ...]]
) -> int:
    with book_in(file, constant_memory=True) as book:
        bold = book.add_format({"bold": True})
        written = _fill(book.add_worksheet("data"), columns, rows, bold)
        told = book.add_worksheet("dictionary")
        told.set_column(0, 0, 40)
        told.set_column(2, 3, 70)
        for number, line in enumerate(dictionary(columns)):
            for place, text in enumerate(line):
                told.write_string(number, place, text, *([bold] if not number else []))
    return written


def _fill(
    sheet: Any, columns: Sequence[Column], rows: Iterable[tuple[Scalar, ...]], bold: Any
) -> int:
    written = 0
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, bold)
    for row in rows:
        written += 1
        if written >= MOST_ROWS:
            raise TooManyRows
        for place, one in enumerate(row):
            if isinstance(one, str):
                sheet.write_string(written, place, clean(one))
            elif isinstance(one, bool):
                sheet.write_boolean(written, place, one)
            elif one is not None:
                sheet.write_number(written, place, one)
    sheet.autofilter(0, 0, max(1, written), len(columns) - 1)
    return written


# --- Parquet ---------------------------------------------------------------------------------


def _write_parquet(
    file: BinaryIO, columns: Sequence[Column], rows: Iterable[tuple[Scalar, ...]]
) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        Type.TEXT: pa.string(),
        Type.INTEGER: pa.int32(),
        Type.NUMBER: pa.float64(),
        Type.BOOLEAN: pa.bool_(),
    }
    schema = pa.schema(
        [
            pa.field(one.name, types[one.type], metadata={"zh": one.zh, "en": one.en})
            for one in columns
        ]
    )
    texts = [place for place, one in enumerate(columns) if one.type is Type.TEXT]
    written = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for part in _parts(rows):
            across: list[Sequence[Scalar]] = list(zip(*part, strict=True))
            for place in texts:
                across[place] = [_as_utf8(one) for one in across[place]]
            arrays = [
                pa.array(list(values), type=field.type)
                for values, field in zip(across, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            written += len(part)
    return written


def _as_utf8(one: Scalar) -> Scalar:
    return one.encode("utf-8", "replace").decode() if isinstance(one, str) else one


# --- what the columns mean -------------------------------------------------------------------


def dictionary(columns: Sequence[Column]) -> Iterator[tuple[str, str, str, str]]:
    """A line a column, the heads first."""
    yield "column", "type", "说明", "meaning"
    for column in columns:
        yield column.name, str(column.type), column.zh, column.en


def write_dictionary(file: BinaryIO, columns: Sequence[Column]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(dictionary(columns))
    file.write((BYTE_ORDER_MARK + text.getvalue()).encode())
