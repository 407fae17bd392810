"""Pages of a PDF as pixels, by PDFium, for those that are scans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2

from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.opening import open_pdf
from tasks.read.scan.pixels import WORKING, Picture

#: Pixels of a page at the most; larger ones are rendered smaller.
MOST_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class PdfPages:
    """The pages of a PDF as `tasks/read/scan/paged.py` asks for them."""

    source: bytes
    shows_text: bool = True

    def drawn(self) -> Sequence[Drawn | None]:
        return open_pdf(self.source).pages

    def pixels(self, numbers: Iterable[int]) -> Iterator[tuple[int, Picture | None]]:
        return render_pages(self.source, numbers)


def render_pages(source: bytes, numbers: Iterable[int]) -> Iterator[tuple[int, Picture | None]]:
    """Each page by its number, from 1, as it is shown; None where PDFium cannot show it."""
    try:
        pdf = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        for number in numbers:
            yield number, None
        return
    try:
        for number in numbers:
            yield number, _rendered(pdf, number)
    finally:
        pdf.close()


def _rendered(pdf: pypdfium2.PdfDocument, number: int) -> Picture | None:
    try:
        page = pdf[number - 1]
    except (IndexError, pypdfium2.PdfiumError):
        return None
    try:
        width, height = page.get_size()
        scale = WORKING / 72
        scale = min(scale, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=scale, rev_byteorder=True)
        # A copy: the bitmap goes with the page.
        pixels = np.array(bitmap.to_numpy()[:, :, :3])
        bitmap.close()
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()
    return Picture(pixels=pixels, width=width)
