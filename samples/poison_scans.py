"""Pictures that must not be read as reports, and pictures that must not be read at all.

Small on disk, made on demand; what they would need when unpacked is said beside each.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from random import Random

from PIL import Image, ImageDraw, ImageFont

from samples.fonts import FILE
from samples.layout import draft
from samples.pdf import PdfStyle
from samples.poison import Poison, pdf_of, stream_of
from samples.prose import paper
from samples.report import make_report
from samples.scans import containers
from samples.scans.manner import Manner, Shot, shots_of
from samples.scans.pages import brief, pages_of

#: Pixels across and down: 600 million.
_BROAD, _HIGH = 30_000, 20_000
_PAGES = 501
#: Points of a page of A4, and its pixels at 150 dots an inch.
_A4 = (595, 842)
_A4_PIXELS = (1240, 1754)

# --- too large ----------------------------------------------------------------------------


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png(bits: int, colour: int, packed: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", _BROAD, _HIGH, bits, colour, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _huge_png() -> bytes:
    """All of it is there: 75 MB of black and white, 600 MB once a byte stands for a pixel."""
    packer = zlib.compressobj(9)
    rows = (b"\0" + b"\xff" * (_BROAD // 8)) * 200
    packed = b"".join(packer.compress(rows) for _ in range(_HIGH // 200)) + packer.flush()
    return _png(1, 0, packed)


def _lying_png() -> bytes:
    """The head promises 1.8 GB of colours, and a few lines follow."""
    return _png(8, 2, zlib.compress((b"\0" + b"\xff" * 3 * _BROAD) * 3, 9))


def _white_fax(rows: int) -> bytes:
    """White lines in CCITT G4: a bit each, then the two marks of the end."""
    bits = "1" * rows + "000000000001" * 2
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _tiff(fax: bytes, width: int, height: int, pages: int) -> bytes:
    """Pages that all show one picture."""
    strip = fax + b"\0" * (len(fax) % 2)
    tags = (
        (256, width), (257, height), (258, 1), (259, 4), (262, 0), (273, 8), (277, 1),
        (278, height), (279, len(fax)),
    )  # fmt: skip
    listed = struct.pack("<H", len(tags))
    listed += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    first = 8 + len(strip)
    size = len(listed) + 4
    after = [first + size * number for number in range(1, pages)]
    directories = b"".join(listed + struct.pack("<I", at) for at in (*after, 0))
    return struct.pack("<2sHI", b"II", 42, first) + strip + directories


def _huge_tiff() -> bytes:
    """The same number of pixels in 2.5 KB."""
    return _tiff(_white_fax(_HIGH), _BROAD, _HIGH, 1)


def _shown(image: bytes, pages: int) -> bytes:
    """A PDF whose pages all show one picture."""
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 3 0 R"
        b"/Resources<</XObject<</I 4 0 R>>>>>>" % _A4
    )
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
            stream_of(b"q %d 0 0 %d 0 0 cm /I Do Q" % _A4, b""),
            image,
            *[page] * pages,
        ]
    )


def _huge_pdf() -> bytes:
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 1" % (_BROAD, _HIGH)
    head += b"/ColorSpace/DeviceGray/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns %d>>" % _BROAD
    return _shown(stream_of(_white_fax(_HIGH), head), 1)


# --- too many -----------------------------------------------------------------------------


def _report(manner: Manner, dpi: int) -> list[Shot]:
    written = brief(paper(draft(make_report(7, year=2023))))
    style = PdfStyle(name="scanned", about="for a scan", paged=True, song=True)
    return shots_of(pages_of(written, style, dpi), manner, written.organ, Random(7))


def _many_pages() -> bytes:
    shot = _report(Manner(quality=40), 100)[0]
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % shot.picture.size
    head += b"/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode"
    return _shown(stream_of(containers.jpeg(shot), head), _PAGES)


def _many_frames() -> bytes:
    picture = _report(Manner(threshold=160), 100)[0].picture
    return _tiff(containers.fax(picture), *picture.size, _PAGES)


# --- nothing to read ----------------------------------------------------------------------


def _saved(picture: Image.Image, format: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, dpi=(150, 150))
    return out.getvalue()


def _noise() -> bytes:
    width, height = _A4_PIXELS
    return _saved(
        Image.frombytes("1", (width, height), Random(7).randbytes((width + 7) // 8 * height)), "PNG"
    )


def _blank() -> bytes:
    return _saved(Image.new("L", _A4_PIXELS, 252), "PNG")


def _landscape() -> bytes:
    """Hills under an evening sky, the sun and its light on a lake."""
    width, height = 1600, 1067
    sky = Image.linear_gradient("L").resize((width, height))
    bands = [sky.point([round(low + (high - low) * grey / 255) for grey in range(256)])
             for low, high in ((60, 250), (90, 180), (170, 120))]  # fmt: skip
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((1050, 330, 1190, 470), fill=(255, 226, 150))
    random = Random(7)
    for far, colour in enumerate(((104, 96, 128), (70, 78, 92), (38, 56, 50))):
        draw.polygon(
            [(0, height), *_ridge(random, width, 480 + 110 * far), (width, height)], colour
        )
    for row in range(900, height, 14):
        draw.line((980 - row // 9, row, 1260 + row // 9, row), (214, 170, 120), 3)
    return _saved(picture, "JPEG")


def _ridge(random: Random, width: int, height: int) -> Iterator[tuple[int, int]]:
    for x in range(0, width + 1, 40):
        yield x, height + random.randint(-60, 60)


def _bar_chart() -> bytes:
    """Bars with their figures between ruled lines, and labels of the form below them."""
    picture = Image.new("RGB", (1200, 800), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FILE), 26)
    draw.text((600, 50), "政府信息公开申请办理情况", (40, 40, 40), font, anchor="mm")
    for step in range(6):
        y = 680 - 110 * step
        draw.line((120, y, 1140, y), (190, 190, 190), 2)
        draw.text((100, y), str(50 * step), (80, 80, 80), font, anchor="rm")
    bars = zip(
        ("予以公开", "部分公开", "不予公开", "无法提供", "其他处理"),
        (231, 87, 46, 120, 18),
        strict=True,
    )
    for number, (label, height) in enumerate(bars):
        left = 160 + 200 * number
        top = 680 - round(height * 2.2)
        draw.rectangle((left, top, left + 110, 680), (52, 108, 176))
        draw.text((left + 55, top - 20), str(height), (40, 40, 40), font, anchor="mm")
        draw.text((left + 55, 715), label, (40, 40, 40), font, anchor="mm")
    return _saved(picture, "PNG")


# --- a report all the same, or half of it ---------------------------------------------------


def _upside_down() -> bytes:
    return containers.pdf(_report(Manner(turns=(180,)), 150))


def _half(format: str) -> bytes:
    shot = _report(Manner(), 100)[0]
    body = containers.jpeg(shot) if format == "JPEG" else containers.png(shot)
    return body[: len(body) // 2]


_TOO_LARGE = ("refused:too_complex",)
_NOTHING = ("no report", "refused:empty")

SCAN_POISON: dict[str, Poison] = {
    poison.name: poison
    for poison in (
        Poison(
            name="huge.png",
            about="600 million white pixels",
            outcomes=_TOO_LARGE,
            make=_huge_png,
        ),
        Poison(
            name="lying.png",
            about="a head that promises 600 million pixels in colours",
            outcomes=("refused:too_complex", "refused:corrupt"),
            make=_lying_png,
        ),
        Poison(
            name="huge.tif",
            about="600 million white pixels in 2.5 KB of G4",
            outcomes=_TOO_LARGE,
            make=_huge_tiff,
        ),
        Poison(
            name="huge.pdf",
            about="a page that shows 600 million white pixels",
            outcomes=("refused:too_complex", *_NOTHING),
            make=_huge_pdf,
        ),
        Poison(
            name="scanned_pages.pdf",
            about="501 scanned pages",
            outcomes=_TOO_LARGE,
            make=_many_pages,
        ),
        Poison(
            name="scanned_pages.tif",
            about="a TIFF of 501 pages",
            outcomes=_TOO_LARGE,
            make=_many_frames,
        ),
        Poison(
            name="page_of_noise.png",
            about="each pixel black or white by chance",
            outcomes=_NOTHING,
            make=_noise,
        ),
        Poison(name="blank.png", about="a blank page", outcomes=_NOTHING, make=_blank),
        Poison(
            name="landscape.jpg",
            about="hills, the sun and a lake",
            outcomes=_NOTHING,
            make=_landscape,
        ),
        Poison(
            name="bar_chart.png",
            about="a chart with labels of the form",
            outcomes=("no report",),
            make=_bar_chart,
        ),
        Poison(
            name="upside_down.pdf",
            about="a report whose pages lie on their head",
            outcomes=("report",),
            make=_upside_down,
        ),
        Poison(
            name="half.jpg",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=partial(_half, "JPEG"),
        ),
        Poison(
            name="half.png",
            about="an upload that broke off",
            outcomes=("refused:corrupt",),
            make=partial(_half, "PNG"),
        ),
    )
}
