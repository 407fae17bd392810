"""Scans show what their truth says, are alike for one seed, and open in other programs."""

import io
import re
import zipfile
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageSequence

from samples.fonts import drawable
from samples.layout import draft
from samples.pdf import PdfStyle
from samples.poison_scans import SCAN_POISON
from samples.prose import paper
from samples.report import make_report
from samples.scans import KINDS, corpus, drawn_scan, kinds_of, scan_of
from samples.scans.containers import Container, misread, pdf
from samples.scans.kinds import printed
from samples.scans.manner import Manner, shots_of
from samples.scans.pages import Page, brief, figures_on, one_below_the_other, pages_of, tables_on
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Severity

STYLE = PdfStyle(name="plain", about="for scans", paged=True, song=True)
REPORT = make_report(3, year=2023, zero_share=0.4)
PAPER = brief(paper(draft(REPORT)))


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return pages_of(PAPER, STYLE, 80)


def coarse(name: str, seed: int):
    """As coarse as can be: what is drawn is the same, sooner."""
    return scan_of(replace(KINDS[name], dpis=(60,)), seed)


def pictures_in(name: str, body: bytes) -> list[Image.Image]:
    match name.rpartition(".")[2]:
        case "pdf":
            with pypdfium2.PdfDocument(body) as document:
                return [page.render().to_pil() for page in document]
        case "ofd" | "docx":
            with zipfile.ZipFile(io.BytesIO(body)) as package:
                assert package.testzip() is None
                inner = [
                    package.read(one)
                    for one in package.namelist()
                    if "page_" in one or "/media/" in one
                ]
        case "html":
            inner = [b64decode(one) for one in re.findall(rb"base64,([^\"]+)", body)]
        case _:
            with Image.open(io.BytesIO(body)) as whole:
                return [frame.copy() for frame in ImageSequence.Iterator(whole)]
    return [Image.open(io.BytesIO(one)) for one in inner]


@pytest.mark.parametrize("name", {kind.container: name for name, kind in KINDS.items()}.values())
def test_a_scan_is_alike_for_a_seed(name):
    assert coarse(name, 2) == coarse(name, 2)


def test_another_seed_gives_another_scan():
    assert len({coarse("fax", seed).body for seed in (2, 5)}) == 2


@pytest.mark.parametrize("name", KINDS)
def test_a_scan_opens(name):
    scan = coarse(name, 1)

    pictures = pictures_in(scan.name, scan.body)
    assert len(pictures) == scan.pictures >= 1
    for picture in pictures:
        grey = np.asarray(picture.convert("L"))
        # Ink, and more paper than ink.
        assert grey.min() < 110 < np.median(grey)


def test_by_its_name_a_scan_is_bytes_a_name_and_what_is_true():
    body, name, truth = drawn_scan("screenshot", 4)
    scan = scan_of(KINDS["screenshot"], 4)

    assert (body, truth) == (scan.body, scan.truth)
    assert name == "screenshot-4.png"


def as_printed(figures: list[str]) -> list[str]:
    return [text for text in figures if text and set(text) <= set("0123456789.-+")]


@pytest.mark.parametrize("apart", [False, True], ids=["pages", "tables"])
def test_the_pages_show_each_figure_where_they_say_it_is(apart):
    drafted = draft(REPORT)
    true = [cell.text for table in drafted.tables for cell in table.cells if cell.field]
    tables = tables_on(PAPER, STYLE, 80) if apart else [pages_of(PAPER, STYLE, 80)]
    shown = [page for table in tables for page in table]
    figures = [(page, text) for page in shown for text in figures_on(page)]

    assert Counter(text.text for _, text in figures) == Counter(as_printed(true))
    for page, text in figures:
        left, right = page.pixels(text.xs[0]), page.pixels(text.xs[0] + text.width)
        low, top = page.pixels(text.y), page.pixels(text.y - 0.75 * text.size)
        box = (int(left), int(top), int(right) + 1, int(low) + 1)
        assert np.asarray(page.picture.convert("L").crop(box)).min() < 150, text


def test_one_below_the_other_everything_keeps_its_place(pages):
    long = one_below_the_other(pages)

    assert len(figures_on(long)) == sum(len(figures_on(page)) for page in pages)
    assert long.picture.height > 2 * pages[0].picture.height
    last = figures_on(long)[-1]
    x, y = round(long.pixels(last.xs[0])), round(long.pixels(last.y))
    around = long.picture.convert("L").crop((x - 2, y - 8, x + 8, y + 2))
    assert np.asarray(around).min() < 150


def test_a_third_has_a_fault_that_the_relations_see():
    scans = [coarse("html", seed) for seed in range(9)]
    wrong = [scan for scan in scans if scan.fault]

    assert len(wrong) == 3
    for scan in scans:
        outcome = examine(render(scan.draft, Format.HTML, "cms"), "a.html")
        errors = [one for one in outcome.findings if one.severity is Severity.ERROR]
        assert bool(errors) == bool(scan.fault)
        assert not scan.fault or any(scan.fault in one.cells for one in errors)


def test_kinds_are_spread_over_a_corpus():
    counts = Counter(kind.name for kind in kinds_of(300))

    assert counts.keys() == {name for name, kind in KINDS.items() if kind.weight}
    assert sum(counts.values()) == 300
    assert {kind.container for kind in kinds_of(300)} == set(Container)
    drawn = {printed(KINDS[name], seed) for name, count in counts.items() for seed in range(count)}
    assert drawn == {(dpi, song) for dpi in (80, 100, 120, 150, 200, 300) for song in (True, False)}
    # A small one has many kinds as well, and is the beginning of a large one.
    assert len({kind.name for kind in kinds_of(25)}) > 18
    assert kinds_of(25) == kinds_of(300)[:25]


def test_kinds_without_a_weight_are_drawn_where_they_are_asked_for():
    assert [(one.kind.name, one.seed) for one in corpus(2, ["touching"])] == [
        ("touching", 0),
        ("touching", 1),
    ]


def test_both_faces_have_the_same_characters():
    assert drawable(song=True) == drawable()


# --- what is done to the pages ------------------------------------------------------------


def shots(pages: list[Page], **manner) -> list[Image.Image]:
    drawn = shots_of(pages, Manner(**manner), "霁川县财政局", Random(5))
    return [shot.picture for shot in drawn]


def corner(picture: Image.Image) -> np.ndarray:
    """A piece of the page with nothing on it."""
    return np.asarray(picture.crop((2, 2, 60, 40)), dtype=float)


def test_noise_is_as_strong_as_said(pages):
    grey = [page.picture.point([value // 2 for value in range(256)] * 3) for page in pages]
    middle = [replace(page, picture=picture) for page, picture in zip(pages, grey, strict=True)]

    assert corner(shots(pages)[0]).std() == 0
    assert 11 < corner(shots(middle, noise=12.0)[0]).std() < 13


def test_specks_are_as_many_as_said(pages):
    black = (corner(shots(pages, specks=0.2)[0]) == 0).mean()

    assert 0.07 < black < 0.13


def test_black_and_white_is_nothing_else(pages):
    picture = shots(pages, threshold=160)[0]

    assert picture.mode == "1"
    assert len(pdf(shots_of(pages, Manner(threshold=160), "", Random(1)))) < 60_000


def test_a_turned_page_is_the_page_turned(pages):
    upright = np.asarray(shots(pages)[0])

    for turn, times in ((90, 3), (180, 2), (270, 1)):
        assert np.array_equal(np.asarray(shots(pages, turns=(turn,))[0]), np.rot90(upright, times))


def test_a_skewed_page_is_as_large_and_not_the_same(pages):
    plain, askew = shots(pages)[0], shots(pages, skew=3.0)[0]
    drawn = shots_of(pages, Manner(skew=3.0), "", Random(5))

    assert askew.size == plain.size
    assert all(1.5 <= abs(shot.skew) <= 3.0 for shot in drawn)
    assert not np.array_equal(np.asarray(plain), np.asarray(askew))


def test_shade_falls_from_one_side(pages):
    picture = shots(pages, shade=0.6)[0]
    width, height = picture.size
    corners = [picture.getpixel((x, y)) for x in (2, width - 3) for y in (2, height - 3)]

    assert max(corners) > 245
    assert 100 < min(corners) < 180


def test_a_seal_is_red_and_lies_over_figures(pages):
    sealed = max(range(len(pages)), key=lambda at: len(figures_on(pages[at])))
    colours = [np.asarray(one, dtype=int) for one in shots(pages, colour=True, seal=0.8)]
    red = [(one[:, :, 0] - one[:, :, 2]) > 80 for one in colours]

    assert [bool(one.any()) for one in red] == [at == sealed for at in range(len(pages))]
    page = pages[sealed]
    places = [
        (round(page.pixels(text.y)), round(page.pixels(text.xs[0]))) for text in figures_on(page)
    ]
    assert any(red[sealed][y - 12 : y + 4, x - 4 : x + 12].any() for y, x in places)


def test_a_photograph_shows_the_desk_and_the_page_askew(pages):
    picture = shots(pages, colour=True, perspective=0.04)[0]

    assert picture.width > pages[0].picture.width
    assert picture.getpixel((1, 1)) == (92, 78, 66)
    assert picture.getpixel((picture.width // 2, picture.height // 20 + 30)) == (255, 255, 255)


# --- a text over the scan -----------------------------------------------------------------


def test_few_characters_of_a_layer_are_misread():
    read = misread("0123456789" * 500, 0.02, Random(1))

    wrong = sum(one != other for one, other in zip(read, "0123456789" * 500, strict=True))
    assert 60 < wrong < 140
    assert misread("信息公开", 0.0, Random(1)) == "信息公开"


@pytest.mark.parametrize("name", ["layer", "grey"])
def test_only_a_layer_has_a_text(name):
    scan = coarse(name, 1)
    with pypdfium2.PdfDocument(scan.body) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)

    assert (len(text) > 500) == (name == "layer")
    # Not all of it, for some characters are others.
    labels = {cell.text for table in scan.draft.tables for cell in table.cells if cell.text}
    kept = sum(one in text for one in labels)
    assert (0.5 * len(labels) < kept < len(labels)) == (name == "layer")


# --- poison -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCAN_POISON)
def test_poison_of_pixels_is_small_and_always_the_same(name):
    poison = SCAN_POISON[name]
    body = poison.make()

    assert len(body) < 3_000_000
    assert poison.outcomes
    assert body == poison.make()


@pytest.mark.parametrize("name", ["huge.png", "lying.png", "huge.tif"])
def test_the_head_tells_how_large_a_picture_is(name, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)

    with Image.open(io.BytesIO(SCAN_POISON[name].make())) as picture:
        assert picture.width * picture.height == 600_000_000


@pytest.mark.parametrize("name", ["scanned_pages.pdf", "scanned_pages.tif"])
def test_there_are_501_pages(name):
    body = SCAN_POISON[name].make()

    if name.endswith("pdf"):
        with pypdfium2.PdfDocument(body) as document:
            assert len(document) == 501
            assert document[500].render(scale=0.2).to_pil().convert("L").getextrema()[0] < 200
    else:
        with Image.open(io.BytesIO(body)) as picture:
            assert picture.n_frames == 501
