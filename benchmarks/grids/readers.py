"""Path of a PDF → its grids: our reader, and its peers as their documentation calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.grids.measure import Grid, GridCell

Reader = Callable[[Path], list[Grid]]


def from_rows(rows: Iterable[Iterable[str | None]]) -> Grid:
    return [
        GridCell(row, column, text or "")
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]


def ours(path: Path) -> list[Grid]:
    from tasks.model.document import Detection, Format
    from tasks.read.pdf import read_pdf

    document = read_pdf(path.read_bytes(), Detection(format=Format.PDF))
    return [
        [GridCell(c.row, c.column, c.text, c.rowspan, c.colspan) for c in table.cells]
        for table in document.tables()
    ]


def pdfplumber_with(settings: dict[str, str]) -> Reader:
    def read(path: Path) -> list[Grid]:
        import pdfplumber

        with pdfplumber.open(path) as pdf:
            return [from_rows(t) for page in pdf.pages for t in page.extract_tables(settings)]

    return read


def tablers(path: Path) -> list[Grid]:
    import tablers as library

    grids: list[Grid] = []
    with library.Document(str(path)) as document:
        for page in document.pages():
            for table in library.find_tables(page, extract_text=True):
                grids.append(from_rows([c.text if c else "" for c in r.cells] for r in table.rows))
    return grids


def camelot_with(flavor: str) -> Reader:
    def read(path: Path) -> list[Grid]:
        import camelot

        found = camelot.read_pdf(str(path), pages="all", flavor=flavor, suppress_stdout=True)
        return [from_rows(table.df.values.tolist()) for table in found]

    return read


TEXT = {"vertical_strategy": "text", "horizontal_strategy": "text"}
#: name -> the package it needs, and the reader
READERS: dict[str, tuple[str, Reader]] = {
    "ours": ("tasks", ours),
    "pdfplumber": ("pdfplumber", pdfplumber_with({})),
    "pdfplumber text": ("pdfplumber", pdfplumber_with(TEXT)),
    "tablers": ("tablers", tablers),
    "camelot lattice": ("camelot", camelot_with("lattice")),
    "camelot stream": ("camelot", camelot_with("stream")),
    "camelot network": ("camelot", camelot_with("network")),
    "camelot hybrid": ("camelot", camelot_with("hybrid")),
}
