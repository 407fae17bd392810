"""Workbooks to Document. One reader of those behind `tasks/read`; takes what `detect` decided.

xlsx, xls      bytes -> Book: what the file has, each format by itself
  looks          number formats, fonts, lines, by number
  records        the records of XLS, whose stream is taken by detect/compound
seen           Book -> what a person sees of each cell
  shown          a number and its format
  sums           formulas without a result
  unseen         what is left out, and said
blocks         a sheet -> paragraphs and tables
"""

from __future__ import annotations

from tasks.model.document import Detection, Document, Format
from tasks.read.workbook.blocks import Making
from tasks.read.workbook.book import Book


def read_workbook(source: bytes, detection: Detection) -> Document:
    """Raises Refusal `corrupt`, `encrypted`, `too_complex`, `unsupported_format`."""
    book = _book(source, detection.format)
    making = Making(book)
    for sheet in book.sheets:
        making.add(sheet)
    return Document(
        format=detection.format,
        title=book.title,
        blocks=tuple(making.blocks),
        doubts=tuple(making.doubts()),
    )


def _book(source: bytes, format: Format) -> Book:
    match format:
        case Format.XLSX:
            from tasks.read.workbook.xlsx import read_xlsx

            return read_xlsx(source)
        case Format.XLS:
            from tasks.read.workbook.xls import read_xls

            return read_xls(source)
        case _:
            raise AssertionError(f"{format} is no workbook")
