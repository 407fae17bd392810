"""Pages that were photographed askew, on a desk, or bent: read right, or said."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("rapidocr")

from drawn_page import (
    DARK,
    HEIGHT,
    ROWS,
    WIDTH,
    drawn,
    ink_within,
    photographed,
    picture,
    texts_of,
)

from samples.scans import KINDS, scan_of
from tasks.flow import examine
from tasks.model.box import Box
from tasks.model.document import DoubtKind, Table
from tasks.read.pdf.laid import page_doubts
from tasks.read.scan.ground import find_ground
from tasks.read.scan.laid import LaidScan, lay_out_read
from tasks.read.scan.page import PageReader
from tasks.read.scan.perspective import flattened
from tasks.read.scan.pixels import Pixels, layers
from tasks.read.scan.segments import segments
from tasks.render import result

#: Of a page on a desk, and of one that fills the picture and goes beyond it.
ON_A_DESK = ((90, 60), (1080, 85), (1040, 800), (60, 770))
WITHOUT_EDGES = ((-30, -25), (1020, -2), (1005, 790), (-5, 767))


def _read(pixels: Pixels) -> LaidScan:
    return lay_out_read([None], {1: PageReader().read(picture(pixels))})


def _tables(scan: LaidScan) -> list[Table]:
    return [block for block in scan.laid.blocks if isinstance(block, Table)]


@pytest.mark.parametrize(
    ("corners", "size"),
    [(ON_A_DESK, (1150, 860)), (WITHOUT_EDGES, (WIDTH, HEIGHT))],
    ids=["on_a_desk", "without_edges"],
)
def test_a_page_that_was_photographed_askew_is_read_and_its_places_are_those_of_the_photograph(
    corners: tuple[tuple[int, int], ...], size: tuple[int, int]
) -> None:
    photograph = photographed(drawn(), corners, size)

    scan = _read(photograph)

    assert [texts_of(table) for table in _tables(scan)] == [ROWS]
    assert not list(page_doubts(scan.laid))
    for line in scan.readings:
        assert line.where.box is not None
        assert ink_within(photograph, Box(*line.where.box)) > 0.7, line.text


def test_lines_of_a_flattened_page_lie_and_stand() -> None:
    page = layers(photographed(drawn(), WITHOUT_EDGES, (WIDTH, HEIGHT)))
    before = [one.slant for family in segments(page.plain) for one in family]

    flat = flattened(page)

    after = [one.slant for family in segments(flat.page.plain) for one in family]
    assert max(before) > 12
    assert max(after) < 3
    assert len(after) >= len(ROWS) + 1


def test_a_flat_page_is_left_as_it_is() -> None:
    page = layers(drawn())

    assert flattened(page).page is page


def test_the_desk_is_neither_ink_nor_rule() -> None:
    photograph = photographed(drawn(), ON_A_DESK, (1150, 860))
    ground = find_ground(photograph)
    assert ground is not None

    page = ground.painted(layers(photograph))

    assert page.full[:30].min() == page.full[:, :30].min() == 255
    assert page.full[300:500, 300:800].min() < 100
    assert len(ground.edges) == 4


@pytest.mark.parametrize("written", [True, False], ids=["written_on", "plain"])
def test_what_is_written_on_is_no_ground(written: bool) -> None:
    """White letters on a dark page, around a sheet that is let in."""
    page = np.full((1000, 900), DARK, np.uint8)
    page[150:850, 130:770] = 255
    if written:
        for row in range(40, 1000, 60):
            cv2.putText(page, "4512 37", (5, row), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, 3)

    assert (find_ground(page) is None) is written


def test_a_bent_page_is_said_and_no_figure_of_it_is_taken() -> None:
    flat = drawn()
    columns, rows = np.meshgrid(
        np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32)
    )
    bow = 30 * np.sin(np.pi * columns / WIDTH).astype(np.float32)
    bent = np.asarray(
        cv2.remap(flat, columns, rows + bow, cv2.INTER_LINEAR, borderValue=255), np.uint8
    )

    doubts = list(page_doubts(_read(bent).laid))

    assert [(one.says[0].id, one.where.page) for one in doubts if one.kind is DoubtKind.SCAN] == [
        ("scan.bent_page", 1)
    ]


def test_no_figure_of_a_photograph_of_small_type_is_wrong_and_nearly_all_are_right() -> None:
    scan = scan_of(KINDS["photo_tight"], 1)

    report = result.parts(examine(scan.body, scan.name))["report"]

    right = wrong = wanted = 0
    for table in ("disclosure", "requests", "disputes"):
        for row, columns in (scan.truth[table] or {}).items():
            for column, (kind, value) in columns.items():
                if kind != "number":
                    continue
                told = report[table][row][column]["value"]
                wanted += 1
                right += told == value
                wrong += told is not None and told != value
    assert wanted > 80
    assert wrong == 0
    assert right >= 0.97 * wanted
