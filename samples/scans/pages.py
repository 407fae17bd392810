"""Report -> its printed pages as pixels, and what stands where on them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
from PIL import Image

from samples.ofd import MILLIMETRE, Drawn, OfdCanvas, OfdStyle, Text
from samples.pdf import PdfStyle, Pen, render_pdf
from samples.prose import Paper, Passage

#: Enough beside a table that its outer rules are whole, in millimetres.
_AROUND = 2.0
_IN_FIGURES = frozenset("0123456789.-+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, upright."""

    #: In colours, with nothing done to it.
    picture: Image.Image
    dpi: int
    #: Width and height in points.
    size: tuple[float, float]
    #: In millimetres from the upper left corner.
    drawn: Drawn

    def pixels(self, millimetres: float) -> float:
        return millimetres / 25.4 * self.dpi


def pages_of(paper: Paper, style: PdfStyle, dpi: int) -> list[Page]:
    drawn = _drawn(paper, style)
    document = pypdfium2.PdfDocument(render_pdf(paper, style, 0))
    pages = [
        Page(
            picture=page.render(scale=dpi / 72).to_pil().convert("RGB"),
            dpi=dpi,
            size=page.get_size(),
            drawn=drawn[number],
        )
        for number, page in enumerate(document)
    ]
    document.close()
    return pages


def n_pages(paper: Paper, style: PdfStyle) -> int:
    return len(_drawn(paper, style))


def brief(paper: Paper) -> Paper:
    """The tables with their headings and no running text."""
    parts = list(paper.parts)
    kept = [
        part
        for part, after in zip(parts, [*parts[1:], None], strict=True)
        if not isinstance(part, Passage)
        or part.kind == "title"
        or (part.kind == "heading" and not isinstance(after, Passage))
    ]
    return replace(paper, parts=tuple(kept))


def figures_on(page: Page) -> list[Text]:
    """The figures of its tables, from top to bottom."""
    return [text for text in page.drawn.texts if set(text.text) <= _IN_FIGURES]


def tables_on(paper: Paper, style: PdfStyle, dpi: int) -> list[list[Page]]:
    """Each table by itself, cut out of the page, or pages, that it stands on."""
    return [
        [_cut_out(page) for page in pages_of(replace(paper, parts=(part,)), style, dpi)]
        for part in paper.parts
        if not isinstance(part, Passage)
    ]


def _cut_out(page: Page) -> Page:
    left = min(path.x for path in page.drawn.paths) - _AROUND
    top = min(path.y for path in page.drawn.paths) - _AROUND
    right = max(path.x + path.width for path in page.drawn.paths) + _AROUND
    low = max(path.y + path.height for path in page.drawn.paths) + _AROUND
    x0, y0, x1, y1 = (round(page.pixels(edge)) for edge in (left, top, right, low))
    moved = Drawn(
        width=right - left,
        height=low - top,
        texts=[
            replace(text, xs=tuple(x - left for x in text.xs), y=text.y - top)
            for text in page.drawn.texts
            if text.y < low
        ],
        paths=[replace(path, x=path.x - left, y=path.y - top) for path in page.drawn.paths],
    )
    return replace(
        page,
        picture=page.picture.crop((x0, y0, x1, y1)),
        size=(moved.width * MILLIMETRE, moved.height * MILLIMETRE),
        drawn=moved,
    )


def one_below_the_other(pages: Sequence[Page]) -> Page:
    """As a program shows them that takes a picture of all it has rolled by."""
    gap = 12
    width = max(page.picture.width for page in pages)
    height = sum(page.picture.height + gap for page in pages) - gap
    whole = Image.new("RGB", (width, height), (128, 128, 128))
    texts, paths = list[Text](), []
    at = 0
    for page in pages:
        whole.paste(page.picture, (0, at))
        down = at / page.dpi * 25.4
        texts += [replace(text, y=text.y + down) for text in page.drawn.texts]
        paths += [replace(path, y=path.y + down) for path in page.drawn.paths]
        at += page.picture.height + gap
    points = 72 / pages[0].dpi
    size = (width * points, height * points)
    drawn = Drawn(size[0] / MILLIMETRE, size[1] / MILLIMETRE, texts, paths)
    return Page(picture=whole, dpi=pages[0].dpi, size=size, drawn=drawn)


# --- what stands where --------------------------------------------------------------------


def _drawn(paper: Paper, style: PdfStyle) -> list[Drawn]:
    pen = _Watched(style, paper.title)
    for part in paper.parts:
        if isinstance(part, Passage):
            pen.passage(part)
        else:
            pen.table(part)
    pen.finished()
    drawn: list[Drawn] = pen.canvas.drawn
    return drawn


class _Watched(Pen):
    def _canvas(self) -> Any:
        return _Canvas(self.buffer, self.width, self.height)


class _Canvas(OfdCanvas):
    """Keeps what is drawn, and writes nothing."""

    def __init__(self, out: io.BytesIO, width: float, height: float) -> None:
        super().__init__(out, width, height, OfdStyle(name="kept", about="never written"))
        self.drawn: list[Drawn] = self._pages

    def setStrokeGray(self, grey: float) -> None:  # noqa: N802 - as reportlab calls it
        """How dark a rule is does not matter here."""

    def save(self) -> None:
        """Nothing is written."""
