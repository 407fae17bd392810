"""Reports in all kinds of PDF, all their figures: the frame on the drawn page is around the ink of
the figure, and what PDFium says stands there is what was read."""

from __future__ import annotations

import ctypes
import io
import unicodedata
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from samples import make_report, render
from samples.pdf import PDF_STYLES
from tasks.detect import detect
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render import result
from workers.site.originals import PageImage, Place, original
from workers.site.originals.originals import _image_of
from workers.site.originals.pdf import draw_page

#: Of the middle of a glyph's strokes, at two pixels a point.
DARK = 160
#: `where` is rounded to a tenth of a point.
ROUNDED = 0.1
STYLES = [name for name, style in PDF_STYLES.items() if not style.refusal and name != "scan"]

Page = pypdfium2.PdfPage


def _lying(degrees: int) -> Callable[[Page], None]:
    return lambda page: page.set_rotation((page.get_rotation() + degrees) % 360)


def _around(page: Page) -> None:
    """A sheet that begins elsewhere than at 0, 0, its corners the wrong way round."""
    x0, y0, x1, y1 = page.get_mediabox()
    page.set_mediabox(x1 + 17, y1 + 31, x0 - 40, y0 - 55)


def _cropped(page: Page) -> None:
    x0, y0, x1, y1 = page.get_mediabox()
    page.set_cropbox(x0 + 30, y0 + 11, x1 - 13, y1 - 21)


def _cropped_and_lying(page: Page) -> None:
    _around(page)
    _cropped(page)
    _lying(270)(page)


def _larger_crop(page: Page) -> None:
    x0, y0, x1, y1 = page.get_mediabox()
    page.set_cropbox(x0 - 100, y0 + 20, x1 + 100, y1 + 300)


GEOMETRIES: dict[str, Callable[[Page], None]] = {
    "turned by 90": _lying(90),
    "turned by 180": _lying(180),
    "turned by 270": _lying(270),
    "begins elsewhere": _around,
    "cropped": _cropped,
    "cropped, elsewhere and turned": _cropped_and_lying,
    "crop box beyond the sheet": _larger_crop,
}


def changed(body: bytes, change: Callable[[Page], None]) -> bytes:
    pdf = pypdfium2.PdfDocument(body)
    for page in pdf:
        change(page)
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    return out.getvalue()


def with_user_unit(body: bytes) -> bytes:
    """Twice as large on paper; its coordinates are the same."""
    return changed(body.replace(b"/MediaBox", b"/UserUnit 2 /MediaBox"), lambda page: None)


def placed(body: bytes) -> Iterator[Place]:
    """All figures of the report that stand in a cell."""
    envelope = result.parts(examine(body, "a.pdf"))
    assert envelope["report"], "no report found"
    for table in envelope["report"]["edition"]:
        for row, figures in envelope["report"][table].items():
            for column in figures:
                place = original(envelope, f"{table}.{row}.{column}")
                if place.exact:
                    yield place


def in_page(
    page: Page, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """From the page as it is shown to its own coordinates, as PDFium has it."""
    width, height = (round(1000 * side) for side in page.get_size())
    corners = []
    for x, y in (box[:2], box[2:]):
        at = ctypes.c_double(), ctypes.c_double()
        raw.FPDF_DeviceToPage(
            page, 0, 0, width, height, 0, round(1000 * x), round(1000 * y), *map(ctypes.byref, at)
        )
        corners.append((at[0].value, at[1].value))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def check_frames(body: bytes, *, has_font: bool = True) -> int:
    pdf = pypdfium2.PdfDocument(body)
    drawn: dict[int, tuple[PageImage, Image.Image, Page, pypdfium2.PdfTextPage]] = {}
    detection = detect(body, "a.pdf")
    cells = 0
    for place in placed(body):
        number, box = place.where.page, place.where.box
        assert number is not None
        assert box is not None
        if number not in drawn:
            image = _image_of(draw_page(body, detection, number))
            assert isinstance(image, PageImage)
            page = pdf[number - 1]
            picture = Image.open(io.BytesIO(image.png)).convert("L")
            drawn[number] = image, picture, page, page.get_textpage()
        image, picture, page, text = drawn[number]
        left, bottom, right, top = in_page(page, box)
        said = text.get_text_bounded(
            left - ROUNDED, bottom - ROUNDED, right + ROUNDED, top + ROUNDED
        )
        assert plain(said) == plain(place.text), place
        frame = image.frame(box)
        x, y = frame.left / 100 * picture.width, frame.top / 100 * picture.height
        framed = picture.crop(
            (
                round(x) + 2,
                round(y) + 2,
                round(x + frame.width / 100 * picture.width) - 2,
                round(y + frame.height / 100 * picture.height) - 2,
            )
        )
        has_ink = framed.getextrema()[0] < DARK
        if has_font:
            assert has_ink == bool(plain(place.text)), place
        cells += 1
    assert cells > 100
    return cells


@pytest.mark.parametrize("style", STYLES)
def test_the_frame_is_around_the_figure(style: str, count: Callable[..., None]) -> None:
    body = render(make_report(11, editions={"requests": "2021"}), Format.PDF, style)
    cells = check_frames(body, has_font=style != "not_embedded")
    count("frames on drawn pages", documents=1, cells=cells)


#: All of them of one style, and of others those that turn or move most.
LIES = [
    *(("ruled", geometry) for geometry in GEOMETRIES),
    ("rotated", "turned by 90"),
    ("rotated", "cropped, elsewhere and turned"),
    ("unruled_low", "cropped, elsewhere and turned"),
]


@pytest.mark.parametrize(("style", "geometry"), LIES)
def test_however_the_page_lies(style: str, geometry: str, count: Callable[..., None]) -> None:
    body = render(make_report(12, editions={"requests": "2021"}), Format.PDF, style)
    cells = check_frames(changed(body, GEOMETRIES[geometry]))
    count("frames on drawn pages", documents=1, cells=cells)


def test_with_a_unit_of_its_own() -> None:
    body = with_user_unit(render(make_report(12), Format.PDF, "ruled"))
    assert b"/UserUnit" in body
    check_frames(body)


def test_behind_other_bytes() -> None:
    body = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + render(make_report(12), Format.PDF, "ruled")
    detection = detect(body, "a.pdf")
    assert detection.offset
    image = _image_of(draw_page(body, detection, 1))
    assert isinstance(image, PageImage)
