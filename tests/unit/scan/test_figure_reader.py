"""The second reader answers rightly or not at all. Lines are drawn in the sample font, worn."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.figures.draw import Wear, drawn, some_figure
from benchmarks.figures.faces import Face
from samples.fonts import FILE, NAME
from tasks.read.scan.figures import FigureReader

FACE = Face(FILE, NAME)
#: Pixels that a digit of 9 points is high at so many dots per inch.
AT = {300: 26.0, 200: 17.5, 150: 13.0, 100: 8.8, 80: 7.0}
CLEAN = Wear(height=AT[200])


@pytest.fixture(scope="module")
def reader():
    return FigureReader()


def crop(text, wear=CLEAN, seed=0):
    return drawn(np.random.default_rng(seed), FACE, text, wear).picture


def figures(count, seed=7):
    rng = np.random.default_rng(seed)
    return [some_figure(rng) for _ in range(count)]


def score(reader, wear, texts):
    read = reader.read([crop(text, wear, seed) for seed, text in enumerate(texts)])
    wrong = [
        (said, text) for said, text in zip(read, texts, strict=True) if said not in (None, text)
    ]
    return wrong, sum(said is not None for said in read)


@pytest.mark.parametrize(
    "text",
    ["0", "7", "10", "111", "1111111", "888888", "1000000", "12.50", "1,234,567.89", "-42", "-0.5"],
)
def test_what_is_written_is_read(reader, text):
    assert reader.read([crop(text)]) == [text]


@pytest.mark.parametrize("dpi", [300, 200, 150])
def test_clean_scans_are_read_and_none_wrongly(reader, dpi):
    texts = figures(60)
    wrong, answered = score(reader, replace(CLEAN, height=AT[dpi]), texts)
    assert wrong == []
    assert answered >= 0.97 * len(texts)


@pytest.mark.parametrize(
    "wear",
    [
        replace(CLEAN, noise=20.0),
        replace(CLEAN, jpeg=25),
        replace(CLEAN, bilevel=True),
        replace(CLEAN, skew=1.8),
        replace(CLEAN, blur=1.3),
        replace(CLEAN, ink=130, paper=220, noise=5.0),
        replace(CLEAN, stamp=140),
        replace(CLEAN, stroke=3),
        replace(CLEAN, height=AT[100], noise=8.0),
        replace(CLEAN, height=AT[80]),
    ],
    ids=["noise", "jpeg", "bilevel", "skew", "blur", "faint", "stamp", "bold", "100dpi", "80dpi"],
)
def test_of_worn_scans_none_is_read_wrongly(reader, wear):
    texts = figures(30, seed=11)
    wrong, answered = score(reader, wear, texts)
    assert wrong == []
    assert answered >= 0.5 * len(texts)


@pytest.mark.parametrize("sides", ["l", "r", "t", "b", "lt", "lrtb"])
def test_rules_at_the_edge_are_no_ones(reader, sides):
    wear = replace(CLEAN, rules=sides)
    assert reader.read([crop("307", wear), crop("1", wear)]) == ["307", "1"]


@pytest.mark.parametrize("sides", ["", "l", "lr", "b"])
def test_nothing_written_is_no_figure(reader, sides):
    blank = crop("1", replace(CLEAN, ink=244, rules=""))
    for side in sides:
        blank[:, 0 if side == "l" else -1] = 10
        if side == "b":
            blank[-1, :] = 10
    assert reader.read([blank]) == [None]


@pytest.mark.parametrize(
    "text",
    ["/", "—", "-", "无", "合计", "3年", "1/2", "（12）", "不适用", "N", "12+5", "10%", "1,23"],
)
def test_what_is_no_figure_is_not_read(reader, text):
    for dpi in (300, 200, 100):
        assert reader.read([crop(text, replace(CLEAN, height=AT[dpi]))]) == [None]


def test_a_character_cut_by_the_edge_is_not_read(reader):
    whole = crop("4806")
    assert reader.read([whole]) == ["4806"]
    middle = whole.shape[1] // 2
    # The cut goes through a digit wherever it goes through ink.
    cuts = [
        whole[:, :end] for end in range(middle - 8, middle + 8) if whole[:, end - 1].min() < 100
    ]
    assert cuts
    assert reader.read(cuts) == [None] * len(cuts)


def test_a_point_that_the_scan_lost_is_missed(reader):
    line = drawn(np.random.default_rng(0), FACE, "87.25", CLEAN)
    left, top, right, bottom = (round(side) for side in line.boxes[2])
    lost = line.picture.copy()
    lost[top - 1 : bottom + 2, left - 1 : right + 2] = 245
    assert reader.read([line.picture, lost]) == ["87.25", None]


def test_dirt_between_two_digits_is_no_point(reader):
    line = drawn(np.random.default_rng(0), FACE, "8725", CLEAN)
    foot = round(line.boxes[1][3])
    between = round((line.boxes[1][2] + line.boxes[2][0]) / 2)
    spoilt = line.picture.copy()
    spoilt[foot - 2 : foot, between - 1 : between + 1] = 20
    assert reader.read([spoilt])[0] in (None, "8725")


def test_two_figures_are_not_one(reader):
    one = crop("12")
    assert reader.read([np.hstack([one, one])]) == [None]


def test_touching_digits_are_parted_or_left(reader):
    texts = figures(30, seed=3)
    wrong, answered = score(reader, replace(CLEAN, height=AT[300], spacing=-0.14), texts)
    assert wrong == []
    assert answered >= 0.3 * len(texts)


def test_glyphs_are_counted_though_a_digit_is_not_told(reader):
    line = drawn(np.random.default_rng(0), FACE, "1001", replace(CLEAN, height=AT[300]))
    left, top, right, bottom = (round(side) for side in line.boxes[1])
    spoilt = line.picture.copy()
    cv2.line(spoilt, (left + 1, bottom - 2), (right - 2, top + 1), 20, 3)
    cv2.line(spoilt, (left + 1, top + 1), (right - 2, bottom - 2), 20, 3)
    assert reader.look(line.picture).glyphs == 4
    seen = reader.look(spoilt)
    assert seen.figure is None
    assert seen.glyphs == 4


def test_strange_crops_are_no_figures(reader):
    rng = np.random.default_rng(5)
    noise = rng.integers(0, 256, (40, 160)).astype(np.uint8)
    empty = [np.full(shape, 255, np.uint8) for shape in ((1, 1), (40, 2), (5, 400), (80, 3000))]
    black = np.zeros((30, 90), np.uint8)
    assert reader.read([noise, black, *empty]) == [None] * 6
    assert reader.read([]) == []
