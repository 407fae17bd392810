"""Lines of tables on a page of pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from samples.fonts import FILE
from tasks.read.scan.lines import ink_of
from tasks.read.scan.pixels import Pixels, Span
from tasks.read.scan.rules import cells_of, find_rules, has_arcs, is_touched
from tasks.read.scan.seals import find_seals

WIDTH, HEIGHT = 1000, 700
XS, YS = (100, 300, 420, 640, 900), (80, 130, 180, 260, 420)


def page(*, level: int = 0, thick: int = 2, noise: float = 0.0, seed: int = 1) -> Pixels:
    drawn = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in YS:
        cv2.line(drawn, (XS[0], y), (XS[-1], y), level, thick)
    for x in XS:
        cv2.line(drawn, (x, YS[0]), (x, YS[-1]), level, thick)
    if noise:
        grain = np.random.default_rng(seed).normal(0, noise, drawn.shape)
        drawn = np.clip(drawn + grain, 0, 255).astype(np.uint8)
    return drawn


def written(drawn: Pixels, *texts: tuple[int, int, str], size: int = 28) -> Pixels:
    image = Image.fromarray(drawn)
    pen = ImageDraw.Draw(image)
    for x, y, text in texts:
        pen.text((x, y), text, font=ImageFont.truetype(str(FILE), size), fill=0)
    return np.array(image)


def boxes(drawn: Pixels) -> list[tuple[int, int]]:
    """Columns and rows of the corners of each cell, as places in `XS` and `YS`."""
    found = []
    for cell in cells_of(find_rules(drawn), drawn.shape):
        middle_x, middle_y = (cell.left + cell.right) / 2, (cell.top + cell.bottom) / 2
        found.append((int(np.searchsorted(XS, middle_x)), int(np.searchsorted(YS, middle_y))))
    return sorted(found)


ALL = sorted((x, y) for x in range(1, len(XS)) for y in range(1, len(YS)))


@pytest.mark.parametrize(
    ("level", "thick", "noise"),
    [(0, 1, 0.0), (0, 5, 0.0), (190, 2, 0.0), (150, 2, 12.0), (0, 2, 25.0)],
)
def test_a_grid_is_found_however_faint_or_noisy(level: int, thick: int, noise: float) -> None:
    assert boxes(page(level=level, thick=thick, noise=noise)) == ALL


def test_a_rule_with_gaps_is_one() -> None:
    drawn = page()
    drawn[:, 500:512] = 255
    drawn[300:312, :] = 255
    assert boxes(drawn) == ALL


def test_spans_are_cells() -> None:
    drawn = page()
    drawn[YS[0] + 3 : YS[1] - 2, XS[1] - 3 : XS[1] + 4] = 255
    assert len(boxes(drawn)) == len(ALL) - 1


@pytest.mark.parametrize("text", ["中国川申国", "一二三十王", "11111111", "————", "口日目田"])
def test_strokes_of_characters_are_no_rules(text: str) -> None:
    drawn = written(page(), *((x + 12, y + 8, text[:4]) for x in XS[:-1] for y in YS[:-1]))
    assert boxes(drawn) == ALL


def framed(drawn: Pixels, place: tuple[int, int, int, int], thick: int) -> Pixels:
    left, top, right, bottom = place
    cv2.rectangle(drawn, (left, top), (right, bottom), 0, thick)
    return drawn


@pytest.mark.parametrize(
    ("place", "thick"),
    [
        ((340, 150, 540, 350), 3),  # within the table
        ((340, 150, 540, 350), 10),
        ((520, 220, 740, 440), 3),  # over its lower edge
        ((520, 220, 740, 440), 10),
        ((340, 180, 540, 380), 10),  # a side along a rule
        ((420, 150, 620, 350), 10),
    ],
)
def test_the_frame_of_a_square_seal_is_no_rule(
    place: tuple[int, int, int, int], thick: int
) -> None:
    drawn = framed(page(), place, thick)
    ruled = find_rules(drawn)
    assert boxes(drawn) == ALL
    assert len(ruled.frames) == 1
    frame = ruled.frames[0]
    assert frame.touches(Span(place[0] + 20, place[1] + 20, place[0] + 40, place[1] + 40))
    assert not frame.touches(Span(0, 0, place[0] - 40, place[1] - 40))


@pytest.mark.parametrize("thick", [3, 8, 11])
def test_the_frame_of_a_table_is_no_seal(thick: int) -> None:
    drawn = framed(page(), (XS[0], YS[0], XS[-1], YS[-1]), thick)
    # A square table within the cell of another one.
    for x in (120, 200, 280):
        cv2.line(drawn, (x, 450), (x, 610), 0, thick)
        cv2.line(drawn, (120, x + 330), (280, x + 330), 0, thick)
    cv2.rectangle(drawn, (60, 40), (960, 660), 0, 2)
    assert find_rules(drawn).frames == ()


def test_lines_of_text_are_no_rules() -> None:
    drawn = np.full((HEIGHT, WIDTH), 255, np.uint8)
    drawn = written(
        drawn,
        *((40, y, "本年度办理结果其他法律行政法规禁止公开第三方") for y in range(40, 600, 34)),
    )
    ruled = find_rules(drawn)
    assert not ruled.lying
    assert not ruled.standing


def test_text_upon_a_page_of_rules_is_left_and_the_rules_are_not() -> None:
    drawn = written(page(), (120, 200, "规章"), (320, 200, "12"))
    bare = find_rules(drawn).without(drawn)
    assert bare[90:125, XS[0] - 1 : XS[0] + 2].min() == 255
    assert bare[200:240, 120:190].min() == 0
    assert bare[YS[2] - 1 : YS[2] + 2, 150:290].min() == 255


NARROW = [100 + 120 * x for x in range(7)]
LOW = [60 + 50 * y for y in range(12)]


def sealed(*places: tuple[int, int]) -> Pixels:
    """A table with round seals of the blackness of print on them."""
    drawn = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in LOW:
        cv2.line(drawn, (NARROW[0], y), (NARROW[-1], y), 0, 2)
    for x in NARROW:
        cv2.line(drawn, (x, LOW[0]), (x, LOW[-1]), 0, 2)
    figures = ((x + 50, y + 8, str(x + y)[:2]) for x in NARROW[:-1] for y in LOW[:-1])
    drawn = written(drawn, *figures)
    for place in places:
        cv2.circle(drawn, place, 140, 0, 7, cv2.LINE_AA)
    return drawn


def test_the_sides_of_seals_are_no_uprights_of_a_table_and_each_seal_is_found() -> None:
    places = [(280, 285), (640, 285)]
    drawn = sealed(*places)
    found = find_rules(drawn)
    bare = found.without(drawn)
    seals = find_seals(bare, ink_of(bare), 28)
    assert len(seals) == len(places)
    for seal, (x, y) in zip(sorted(seals, key=lambda one: one.x), places, strict=True):
        assert np.hypot(seal.x - x, seal.y - y) < 10
    assert has_arcs(found, seals)
    again = find_rules(drawn, seals)
    assert not has_arcs(again, seals)
    assert sorted({round(one.at, -1) for one in again.standing}) == NARROW
    assert len(cells_of(again, drawn.shape)) == 6 * 11


def test_figures_in_a_column_beside_a_rule_are_not_painted_over_with_it() -> None:
    drawn = np.full((HEIGHT, WIDTH), 255, np.uint8)
    rows = range(60, 680, 22)
    for y in rows:
        cv2.line(drawn, (100, y), (400, y), 0, 2)
    for x in (100, 400):
        cv2.line(drawn, (x, 60), (x, rows[-1]), 0, 2)
    figures = written(drawn, *((389, y - 2, "1") for y in rows[:-1]), size=18)
    # As a page of small type is once it was enlarged.
    drawn, figures = (cv2.GaussianBlur(one, (0, 0), 1.0) for one in (drawn, figures))
    ink = ink_of(figures) & ~ink_of(drawn)
    left = ink_of(find_rules(figures).without(figures))
    assert (ink & left)[:, 380:396].sum() > 0.7 * ink[:, 380:396].sum()


@pytest.mark.parametrize(
    ("stroke", "is_one"), [((391, 18), True), ((391, 4), False), (None, False)]
)
@pytest.mark.parametrize("blurred", [0.0, 1.0])
@pytest.mark.parametrize("low", [0, 6])
def test_a_stroke_that_may_have_gone_with_a_rule_is_told(
    stroke: tuple[int, int] | None, is_one: bool, blurred: float, low: int
) -> None:
    """In a cell that it all but fills from top to bottom as well."""
    drawn = np.full((60, 420), 255, np.uint8)
    cv2.rectangle(drawn, (100, 10 + low), (400, 50 - low), 0, 2)
    if stroke:
        x, high = stroke
        cv2.line(drawn, (x, 30 - high // 2), (x, 30 + high // 2), 0, 2)
    if blurred:
        drawn = cv2.GaussianBlur(drawn, (0, 0), blurred)
    assert is_touched(drawn, Span(102, 12 + low, 399, 49 - low), 28, 12) is is_one
