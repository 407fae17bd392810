"""Where text stands on a page of pixels, and what its ink alone says."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from samples.fonts import FILE
from tasks.model.box import Box
from tasks.read.scan.lines import TextLine, in_cell, ink_of, outside, size_of_type
from tasks.read.scan.pixels import Picture, Pixels, Span, layers, on_white, resized
from tasks.read.scan.recogniser import Line, Sign
from tasks.read.scan.seals import find_seals, without_seals
from tasks.read.scan.shapes import is_rest_of_rule, told_by_ink
from tasks.read.scan.upright import straightened, turned, way_of_turn

SIZE = 28


def written(*texts: tuple[int, int, str], width: int = 900, height: int = 500) -> Pixels:
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    for x, y, text in texts:
        pen.text((x, y), text, font=ImageFont.truetype(str(FILE), SIZE), fill=0)
    return np.array(image)


PROSE = tuple((40, y, "政府信息公开工作年度报告") for y in range(300, 460, 40))


def lines_of(text: str, cell: Span) -> list[TextLine]:
    drawn = written((cell.left + 20, cell.top + 10, text), *PROSE)
    return in_cell(ink_of(drawn), cell, SIZE)


def test_a_cell_has_a_line_for_each_of_its_rows() -> None:
    cell = Span(40, 40, 400, 150)
    assert len(lines_of("三、本年度\n办理结果", cell)) == 2
    assert len(lines_of("二三", cell)) == 1
    assert lines_of("", cell) == []


def test_what_stands_apart_in_a_cell_is_parted() -> None:
    cell = Span(40, 40, 600, 100)
    assert len(lines_of("12        34", cell)) == 2
    assert len(lines_of("1 234", cell)) == 1


def test_lines_outside_of_cells_are_found_and_those_in_them_left() -> None:
    drawn = written((60, 50, "规章"), *PROSE)
    found = outside(ink_of(drawn), [Span(40, 40, 400, 150)], SIZE)
    assert len(found) == len(PROSE)
    assert all(line.span.top >= 290 for line in found)


def test_the_size_of_type_is_that_of_most_characters() -> None:
    assert 0.8 * SIZE <= size_of_type(ink_of(written(*PROSE))) <= 1.1 * SIZE


def told(text: str, read: str) -> Line:
    drawn = written((100, 60, text))
    ink = ink_of(drawn)
    (line,) = in_cell(ink, Span(40, 40, 300, 120), SIZE)
    return told_by_ink(Line(tuple(Sign(one, 0.9, 0.5) for one in read)), line, ink, SIZE)


@pytest.mark.parametrize(
    ("text", "read", "meant"),
    [
        ("—", "一", "—"),
        ("——", "1一", "—"),
        ("-", "•", "—"),
        ("/", "1", "/"),
        ("1", "1", "1"),
        ("1", "l", "1"),
        ("1", "/", "1"),
        ("0", "o", "0"),
        ("10", "1O", "10"),
        ("一、", "一、", "一、"),
        ("规章", "规章", "规章"),
    ],
)
def test_lone_signs_are_decided_by_their_ink(text: str, read: str, meant: str) -> None:
    assert told(text, read).text == meant


def test_a_seven_without_its_top_is_no_slash_for_sure() -> None:
    ink = ink_of(written((100, 60, "7")))
    ink[: int(np.flatnonzero(ink.any(axis=1))[0]) + 5] = False
    top = int(np.flatnonzero(ink.any(axis=1))[0])
    sure = {}
    for above in (3, 20):
        (line,) = in_cell(ink, Span(40, top - above, 300, 120), SIZE)
        said = told_by_ink(Line((Sign("/", 0.99, 0.5),)), line, ink, SIZE)
        assert said.text == "/"
        sure[above] = said.confidence
    assert sure[3] <= 0.7
    assert sure[20] >= 0.9


@pytest.mark.parametrize("at_edge", [True, False])
def test_a_figure_that_touches_its_rule_is_not_sure(at_edge: bool) -> None:
    """Without its left side, an eight is read as a three."""
    ink = ink_of(written((100, 60, "82")))
    ink[:, : int(np.flatnonzero(ink.any(axis=0))[0]) + 5] = False
    left = int(np.flatnonzero(ink.any(axis=0))[0]) - (3 if at_edge else 20)
    (line,) = in_cell(ink, Span(left, 40, 300, 120), SIZE)
    said = told_by_ink(Line((Sign("3", 0.99, 0.3), Sign("2", 0.99, 0.7))), line, ink, SIZE)
    assert said.text == "32"
    assert (said.confidence <= 0.7) is at_edge


def test_a_thin_stroke_at_the_edge_of_a_cell_is_left_of_a_rule() -> None:
    cell = Span(100, 100, 300, 150)
    assert is_rest_of_rule(TextLine(Span(104, 105, 107, 145), cell), SIZE)
    assert is_rest_of_rule(TextLine(Span(120, 104, 260, 107), cell), SIZE)
    assert not is_rest_of_rule(TextLine(Span(180, 112, 190, 138), cell), SIZE)
    assert not is_rest_of_rule(TextLine(Span(180, 124, 220, 127), cell), SIZE)


FIGURES = [(100 + 90 * x, 60 + 45 * y, str(10 * x + y)) for x in range(8) for y in range(9)]


def sealed(level: int) -> Pixels:
    image = Image.fromarray(written(*FIGURES))
    ImageDraw.Draw(image).ellipse((250, 100, 570, 420), outline=level, width=8)
    return np.minimum(np.array(image), written(*FIGURES))


def test_the_ring_of_a_dark_seal_is_taken_off_and_what_stands_beside_it_is_not() -> None:
    drawn = sealed(0)
    (seal,) = seals = find_seals(drawn, ink_of(drawn), SIZE)
    bare = without_seals(drawn, seals)
    apart = [(x, y, text) for x, y, text in FIGURES if not seal.crosses(Span(x, y, x + 40, y + 40))]
    assert (ink_of(bare) & ~ink_of(written(*FIGURES))).sum() < 400  # of 7,800
    assert not (ink_of(written(*apart)) & ~ink_of(bare)).any()


@pytest.mark.parametrize("level", [0, 130])
def test_a_round_seal_is_found(level: int) -> None:
    drawn = sealed(level)
    (seal,) = find_seals(drawn, ink_of(drawn), SIZE)
    assert abs(seal.x - 410) < 4
    assert abs(seal.y - 260) < 4
    assert abs(seal.radius - 156) < 8
    assert seal.light == (level > 0)
    assert seal.touches(Span(400, 250, 420, 270))
    assert not seal.touches(Span(700, 60, 720, 90))


def test_a_seal_that_is_lighter_than_print_is_taken_off_it() -> None:
    drawn = sealed(130)
    bare = without_seals(drawn, find_seals(drawn, ink_of(drawn), SIZE))
    without = written(*FIGURES)
    differing = ink_of(bare) ^ ink_of(without)
    assert differing.sum() < 0.12 * ink_of(without).sum()


def test_text_without_a_seal_has_none() -> None:
    drawn = written(*((40, y, "政府信息公开工作年度报告0123456789") for y in range(20, 460, 40)))
    assert find_seals(drawn, ink_of(drawn), SIZE) == []


def test_a_page_that_lies_askew_is_straightened_and_places_come_back() -> None:
    drawn = written(*((60, y, "政府信息公开工作年度报告及其他") for y in range(20, 460, 40)))
    askew = np.array(Image.fromarray(drawn).rotate(2.3, expand=True, fillcolor=255))
    page, way = straightened(layers(askew))
    rows = (page.full < 128).any(axis=1)
    assert np.count_nonzero(np.diff(rows.astype(int)) == 1) == 11
    ys, xs = np.nonzero(page.full < 128)
    x, y = float(xs[0]), float(ys[0])
    back = way.back(Box(x - 3, y - 3, x + 3, y + 3))
    left, top, right, bottom = (round(one) for one in back)
    assert askew[top : bottom + 1, left : right + 1].min() < 128


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_places_come_back_from_a_turned_page(quarters: int) -> None:
    drawn = written((40, 300, "报告"))
    upright = turned(drawn, quarters)
    way = way_of_turn(quarters, drawn.shape[1], drawn.shape[0])
    ys, xs = np.nonzero(upright < 128)
    back = way.back(Box(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    there_y, there_x = np.nonzero(drawn < 128)
    seen = (there_x.min(), there_y.min(), there_x.max() + 1, there_y.max() + 1)
    assert tuple(round(one) for one in back) == tuple(int(one) for one in seen)


def test_uneven_light_leaves_white_paper() -> None:
    drawn = written(*PROSE).astype(np.float32)
    shade = np.linspace(0.5, 1.0, drawn.shape[1])[None, :]
    lit = on_white((drawn * shade).astype(np.uint8))
    assert np.median(lit[:, :200]) > 245
    assert lit.min() < 60


def test_coloured_ink_is_taken_off_one_layer() -> None:
    pixels = np.stack([written(*PROSE)] * 3, axis=2)
    pixels[50:150, 50:400] = (220, 40, 40)
    page = layers(pixels)
    assert page.plain[60:140, 60:390].min() > 200
    assert page.full[60:140, 60:390].max() < 160
    assert (page.plain[300:, :] < 128).sum() == (page.full[300:, :] < 128).sum()


def test_what_is_small_is_enlarged_to_the_working_resolution() -> None:
    pixels, scale = resized(Picture(pixels=np.full((1100, 850), 255, np.uint8), width=612.0))
    assert pixels.shape[1] == 1700
    assert scale == pytest.approx(0.36)
