"""Crops of figures from invented reports, printed and put through each kind of machine.

Pages are left upright (no skew, no turn, no camera), so that the place of each figure is known from
the PDF that was printed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np
import pypdfium2
from PIL import Image

from benchmarks.figures.draw import Grey
from samples import draft, make_report
from samples.pdf import PdfStyle, render_pdf
from samples.prose import paper
from samples.scans import Kind
from samples.scans.manner import Shot, shots_of
from samples.scans.pages import brief, pages_of

_FIGURE = re.compile(r"-?\d[\d,]*(\.\d+)?")
#: Inches of paper around the ink.
_MARGIN = 0.022
Box = tuple[float, float, float, float]


def crops(kind: Kind, dpi: int, seed: int, *, song: bool) -> Iterator[tuple[Grey, str]]:
    """Each figure that stands alone in its cell, with what is written there."""
    style = PdfStyle(
        name=kind.name, about=kind.about, paged=True, song=song,
        rule=kind.rule, faint=kind.faint, tight=kind.tight,
    )  # fmt: skip
    written = brief(paper(draft(make_report(seed, big=seed % 2 == 0, zero_share=0.3))))
    manner = replace(kind.manner, skew=0.0, turns=(0,), perspective=0.0)
    shots = shots_of(pages_of(written, style, dpi), manner, "临溪区统计局", Random(seed))
    printed = pypdfium2.PdfDocument(io.BytesIO(render_pdf(written, style, 0)))
    for page, shot in zip(printed, shots, strict=True):
        picture = np.asarray(_kept(shot))
        for text, (left, bottom, right, top) in _words(page):
            if _FIGURE.fullmatch(text):
                height, scale, more = page.get_height(), dpi / 72, _MARGIN * dpi
                x0, x1 = round(left * scale - more), round(right * scale + more)
                y0, y1 = (
                    round((height - top) * scale - more),
                    round((height - bottom) * scale + more),
                )
                yield np.ascontiguousarray(picture[y0:y1, x0:x1]), text


def _kept(shot: Shot) -> Image.Image:
    """As it comes out of the file again: grey pages are kept as JPEG."""
    if shot.picture.mode == "1":
        return shot.picture.convert("L")
    packed = io.BytesIO()
    shot.picture.save(packed, "JPEG", quality=shot.quality)
    return Image.open(packed).convert("L")


def _words(page: pypdfium2.PdfPage) -> Iterator[tuple[str, Box]]:
    """Each word with the box of its ink in points from the lower left: left, bottom, right, top."""
    lines = page.get_textpage()
    text = lines.get_text_range()
    for word in re.finditer(r"\S+", text):
        boxes = [lines.get_charbox(index) for index in range(*word.span())]
        left, bottom, right, top = zip(*boxes, strict=True)
        yield word.group(), (min(left), min(bottom), max(right), max(top))
