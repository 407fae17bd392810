"""Pages that lie on their side or head, and pages on which nothing can be read."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("rapidocr")

from drawn_page import ROWS, TITLE, drawn, ink_within, picture, texts_of

from tasks.model.box import Box
from tasks.model.document import Table
from tasks.read.pdf.laid import page_doubts
from tasks.read.scan.laid import lay_out_read
from tasks.read.scan.lines import BAND, SPECK, ink_of, outside
from tasks.read.scan.page import PageReader
from tasks.read.scan.pixels import Picture, Pixels
from tasks.read.scan.upright import Way, joined, turned, way_of_turn


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_turned_page_is_read_and_its_places_are_those_of_the_page_as_it_came(
    quarters: int,
) -> None:
    lying = turned(drawn(), quarters)

    scan = lay_out_read([None], {1: PageReader().read(picture(lying))})

    (table,) = [block for block in scan.laid.blocks if isinstance(block, Table)]
    assert texts_of(table) == ROWS
    assert any(line.text == TITLE for line in scan.readings)
    for line in scan.readings:
        assert line.where.box is not None
        assert ink_within(lying, Box(*line.where.box)) > 0.8, line.text


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_place_goes_back_by_the_turn_that_was_made(quarters: int) -> None:
    pixels = np.zeros((40, 70), np.uint8)
    pixels[5:9, 50:62] = 1
    width, height = pixels.shape[1], pixels.shape[0]

    rows, columns = np.nonzero(turned(pixels, 4 - quarters))
    box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)

    assert way_of_turn((4 - quarters) % 4, width, height).back(box) == Box(50, 5, 62, 9)


def test_ways_are_joined_and_scaled_in_their_order() -> None:
    askew = Way(np.array([[1.0, 0.1, 3.0], [0.05, 1.0, -2.0], [1e-4, 2e-4, 1.0]]))
    quarter = way_of_turn(1, 100, 200)
    box = Box(10, 20, 10, 20)

    both = joined(askew, quarter)

    assert both.back(box) == pytest.approx(quarter.back(askew.back(box)))
    half = Box(5, 10, 5, 10)
    assert both.scaled(0.5).back(half) == pytest.approx([one / 2 for one in both.back(box)])


def _noise() -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (500, 400)).astype(np.uint8)


def _specks() -> Pixels:
    page = np.full((600, 500), 255, np.uint8)
    dice = np.random.default_rng(6)
    for row, column in zip(dice.integers(0, 590, 350), dice.integers(0, 490, 350), strict=True):
        page[row : row + 10, column : column + 10] = 0
    return page


@pytest.mark.parametrize("page", [_noise(), _specks()], ids=["noise", "specks"])
def test_a_page_that_makes_no_sense_is_said_to_be_a_picture(page: Pixels) -> None:
    read = PageReader().read(picture(page))

    scan = lay_out_read([None], {1: read})

    assert scan.readings == ()
    assert [doubt.says[0].id for doubt in page_doubts(scan.laid)] == ["pdf.scanned_page"]


def test_nothing_is_said_of_a_blank_page() -> None:
    read = PageReader().read(Picture(np.full((600, 500), 250, np.uint8)))

    scan = lay_out_read([None], {1: read})

    assert scan.readings == ()
    assert scan.laid.blocks == ()
    assert not list(page_doubts(scan.laid))


def test_a_page_of_a_hundred_thousand_specks_is_not_looked_through_for_each() -> None:
    # Each by each that would be ten thousand million comparisons, and no end of it.
    page = np.zeros((2000, 2000), bool)
    page[::8, ::4] = True

    lines = outside(page, [], 3.0)

    assert 0 < len(lines) <= 8000


def test_specks_of_a_long_picture_are_told_where_its_bands_meet() -> None:
    page = np.full((2 * BAND + 50, 420), 255, np.uint8)
    wanted = 0
    column = 5
    for high in (SPECK - 1, SPECK, SPECK + 2):
        for above in range(high + 1):
            for band in (1, 2):
                top = band * BAND - above
                page[top : top + high, column] = 0
                wanted += high if high >= SPECK else 0
                column += 7

    assert int(ink_of(page).sum()) == wanted
