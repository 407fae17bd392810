"""Pictures of pages -> files, as scanners, offices and portals write them."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from enum import StrEnum
from html import escape
from random import Random
from typing import Any

from PIL import Image, TiffImagePlugin
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples.docx import with_pictures
from samples.fonts import drawable, registered
from samples.ofd import MILLIMETRE, Picture, of_pictures
from samples.poison import pdf_of, stream_of
from samples.prose import Paper, Passage
from samples.scans.manner import Shot


class Container(StrEnum):
    #: A picture a page: JPEG, or CCITT G4 where it is black and white.
    PDF = "pdf"
    #: The same, with what a program read of it lying unseen over it.
    LAYERED_PDF = "layered_pdf"
    PNG = "png"
    JPEG = "jpeg"
    #: Several pages: G4 of black and white, else LZW.
    TIFF = "tiff"
    #: The same, its pages as JPEG.
    TIFF_JPEG = "tiff_jpeg"
    OFD = "ofd"
    #: The text is text, the tables are pictures.
    DOCX = "docx"
    HTML = "html"


SUFFIXES = {
    Container.PDF: "pdf",
    Container.LAYERED_PDF: "pdf",
    Container.PNG: "png",
    Container.JPEG: "jpg",
    Container.TIFF: "tif",
    Container.TIFF_JPEG: "tif",
    Container.OFD: "ofd",
    Container.DOCX: "docx",
    Container.HTML: "html",
}
#: These hold one picture.
SINGLE = frozenset({Container.PNG, Container.JPEG})
#: These hold pictures of the tables, a list of pictures each.
OF_TABLES = frozenset({Container.DOCX, Container.HTML})
#: A JPEG can be no longer, in pixels.
_LONGEST_JPEG = 65_500

# --- pictures -----------------------------------------------------------------------------


def jpeg(shot: Shot) -> bytes:
    picture = shot.picture.convert("L") if shot.picture.mode == "1" else shot.picture
    return _saved(picture, "JPEG", quality=shot.quality, dpi=(shot.dpi, shot.dpi))


def png(shot: Shot, *, says_dpi: bool = True) -> bytes:
    said = {"dpi": (shot.dpi, shot.dpi)} if says_dpi else {}
    return _saved(shot.picture, "PNG", **said)


def tiff(shots: Sequence[Shot], compression: str) -> bytes:
    first, *others = (shot.picture for shot in shots)
    dpi = shots[0].dpi
    more: dict[str, Any] = {"quality": shots[0].quality} if compression == "jpeg" else {}
    return _saved(
        first, "TIFF", save_all=True, append_images=others, compression=compression,
        dpi=(dpi, dpi), **more,
    )  # fmt: skip


def _saved(picture: Image.Image, format: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **how)
    return out.getvalue()


# --- PDF ----------------------------------------------------------------------------------


def pdf(shots: Sequence[Shot]) -> bytes:
    """Nothing but the pictures, in the streams that they would have as files of their own."""
    kids = b" ".join(b"%d 0 R" % (3 + 3 * number) for number in range(len(shots)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(shots)),
    ]
    for number, shot in enumerate(shots):
        width, height = shot.size
        at = 4 + 3 * number
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R"
            b"/Resources<</XObject<</I %d 0 R>>>>>>" % (width, height, at, at + 1),
            stream_of(b"q %.2f 0 0 %.2f 0 0 cm /I Do Q" % (width, height), b""),
            _image(shot),
        ]
    return pdf_of(objects)


def _image(shot: Shot) -> bytes:
    width, height = shot.picture.size
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height)
    if shot.picture.mode == "1":
        decoding = b"/DecodeParms<</K -1/Columns %d/Rows %d>>" % (width, height)
        head += b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode" + decoding
        return stream_of(fax(shot.picture), head)
    space = b"/DeviceRGB" if shot.picture.mode == "RGB" else b"/DeviceGray"
    head += b"/BitsPerComponent 8/ColorSpace%s/Filter/DCTDecode" % space
    return stream_of(jpeg(shot), head)


def fax(picture: Image.Image) -> bytes:
    """The lines in CCITT G4, in one piece: a TIFF's only strip, in which 1 is black."""
    whole = {
        TiffImagePlugin.ROWSPERSTRIP: picture.height,
        TiffImagePlugin.PHOTOMETRIC_INTERPRETATION: 0,
    }
    body = _saved(picture, "TIFF", compression="group4", tiffinfo=whole)
    with TiffImagePlugin.TiffImageFile(io.BytesIO(body)) as told:
        (at,) = told.tag_v2[TiffImagePlugin.STRIPOFFSETS]
        (length,) = told.tag_v2[TiffImagePlugin.STRIPBYTECOUNTS]
    return body[at : at + length]


def layered_pdf(shots: Sequence[Shot], title: str, *, song: bool, random: Random) -> bytes:
    """The text lies where the ink is, as far as a program that reads scans finds it."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setTitle(title)
    font = registered(song=song)
    share = random.uniform(0.01, 0.04)
    for shot in shots:
        canvas.setPageSize(shot.size)
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(shot))), 0, 0, *shot.size)
        canvas.translate(shot.size[0] / 2, shot.size[1] / 2)
        canvas.rotate(shot.skew)
        canvas.translate(-shot.size[0] / 2, -shot.size[1] / 2)
        for text in shot.page.drawn.texts:
            line = canvas.beginText(text.xs[0] * MILLIMETRE, shot.size[1] - text.y * MILLIMETRE)
            line.setTextRenderMode(3)
            line.setFont(font, text.size * MILLIMETRE)
            line.textOut(misread(text.text, share, random))
            canvas.drawText(line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


#: What the one is taken for.
_ALIKE = dict(zip("0123456789-.日目已己人入未末", "O171S6b183一,目日己已入人末未", strict=True))


def misread(text: str, share: float, random: Random) -> str:
    """Some characters are others now: those that look like them, or any."""
    others = sorted(one for one in drawable() if "一" <= one <= "鿿")
    return "".join(
        one if random.random() >= share else _ALIKE.get(one) or random.choice(others)
        for one in text
    )


# --- the others ---------------------------------------------------------------------------


def ofd(shots: Sequence[Shot], title: str) -> bytes:
    pictures = []
    for shot in shots:
        as_png = shot.picture.mode == "1"
        width, height = shot.size
        pictures.append(
            Picture(
                body=png(shot) if as_png else jpeg(shot),
                format="PNG" if as_png else "JPEG",
                size=(width / MILLIMETRE, height / MILLIMETRE),
            )
        )
    return of_pictures(title, pictures)


def docx(paper: Paper, tables: Sequence[Sequence[Shot]]) -> bytes:
    shown = [[(png(shot), min(shot.size[0], 430.0)) for shot in shots] for shots in tables]
    return with_pictures(paper, shown)


def html(paper: Paper, tables: Sequence[Sequence[Shot]]) -> bytes:
    pictures = iter(tables)
    body = []
    for part in paper.parts:
        if isinstance(part, Passage):
            body.append(f"<p>{escape(part.text)}</p>")
        else:
            body += [
                f'<p><img src="data:image/png;base64,{b64encode(png(shot)).decode()}" '
                f'width="{shot.picture.width}" alt=""></p>'
                for shot in next(pictures)
            ]
    head = f'<meta charset="utf-8"><title>{escape(paper.title)}</title>'
    shown = "\n".join(body)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head>\n<body>\n{shown}\n'
        "</body></html>\n"
    ).encode()


def contained(
    container: Container, paper: Paper, shots: Sequence[Shot], *, song: bool, random: Random
) -> bytes:
    """The file of these pages; of `SINGLE` containers the first is all."""
    match container:
        case Container.PDF:
            return pdf(shots)
        case Container.LAYERED_PDF:
            return layered_pdf(shots, paper.title, song=song, random=random)
        case Container.PNG:
            return png(shots[0], says_dpi=random.random() < 0.5)
        case Container.JPEG:
            return jpeg(shots[0])
        case Container.TIFF:
            return tiff(shots, "group4" if shots[0].picture.mode == "1" else "tiff_lzw")
        case Container.TIFF_JPEG:
            return tiff(shots, "jpeg")
        case Container.OFD:
            return ofd(shots, paper.title)
    raise ValueError(f"{container} holds no pages")
