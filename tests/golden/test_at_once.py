"""PDFs that are read at once are drawn as pdfminer draws them step by step, to the last digit.

`tests/unit/read/test_pdf_tokens.py` draws bytes; here are whole files, one of each way of making
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1

from samples.hard import HARD_FILES
from samples.hard.programs import is_here
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.read.pdf.content import contents_to_program
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.objects import FileDocument
from tasks.read.pdf.opening import open_pdf

SAMPLES = Path(__file__).parents[3] / "shared"
#: Of those that programs make.
BY_PROGRAMS = ("office_from_page", "browser_word")


def sources() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """A file of each shape, and the files that came with the project."""
    shapes = set()
    for file in HARD_FILES:
        shape = file.shape
        made = shape.name in BY_PROGRAMS and is_here(shape.needs) if shape.needs else True
        if shape.format is Format.PDF and shape.name not in shapes and made:
            shapes.add(shape.name)
            yield file.name, file.body
    for path in sorted(SAMPLES.rglob("*.pdf")):
        yield path.name, path.read_bytes


SOURCES = dict(sources())


def plain(drawn: Drawn | None) -> Any:
    """What can be compared: fonts are others each time, by their place among the page's."""
    if drawn is None:
        return None
    fonts: list[Any] = []
    ghosts = []
    for ghost in drawn.ghosts:
        if ghost.font not in fonts:
            fonts.append(ghost.font)
        ghosts.append(replace(ghost, font=fonts.index(ghost.font)))
    digits = sorted(sorted(shown) for shown in drawn.digits.values())
    return replace(drawn, ghosts=(), digits={}), ghosts, digits


def opened(source: bytes, *, at_once: bool) -> Any:
    try:
        file = open_pdf(source, at_once=at_once)
    except Refusal as refusal:
        return refusal.code
    return [plain(page) for page in file.pages], file.title, file.shell


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_drawn_is_the_same(name):
    source = SOURCES[name]()
    assert opened(source, at_once=True) == opened(source, at_once=False)


@pytest.mark.parametrize("shape", ["ruled", "unruled", "browser_word"])
def test_nothing_of_what_programs_write_is_left(shape):
    """Else the test above holds because both ways are one."""
    file = next(file for file in HARD_FILES if file.shape.name == shape)
    if file.shape.needs and not is_here(file.shape.needs):
        pytest.skip(f"{file.shape.needs} is not here")
    for page in PDFPage.create_pages(FileDocument(file.body())):
        parts = [resolve1(part).get_data() for part in page.contents]
        assert contents_to_program(parts), page.pageid
