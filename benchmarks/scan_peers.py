"""What other programs read from scans, put on our way: the peers of `benchmarks.scans`.

Each peer gets the pages as pictures, as most scripts would give them to it: those of a PDF drawn at
200 dots an inch, those of a TIFF, an OFD, a DOCX or an HTML page as they lie in the file. Each
character that it reads is put where it says it stands, on a page without any lines, and from there
on the page goes the way of a PDF without rules: columns by the white between them, then our
recogniser and our relations. So a peer is held to what it reads and where, and not to its lack of
a table reader.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageSequence

from tasks.flow import conclude
from tasks.model.box import Box
from tasks.model.document import Document, Format
from tasks.model.report import Outcome
from tasks.read.pdf.drawn import Drawn, DrawnCharacter
from tasks.read.pdf.laid import lay_out

DPI = 200
TESSDATA = "/usr/share/tesseract-ocr/5/tessdata"
#: One character, and the pixels around it.
Sign = tuple[str, Box]
Peer = Callable[[Image.Image], list[Sign]]


def examined_by(peer: Peer, body: bytes, name: str) -> Outcome:
    """Raises `Refusal`."""
    pages = deque[Drawn | None](
        _drawn(peer(picture), picture) for picture in pictures_in(body, name)
    )
    laid = lay_out(pages)
    return conclude(Document(format=Format.IMAGE, blocks=laid.blocks, runs=laid.runs))


def _drawn(signs: list[Sign], picture: Image.Image) -> Drawn:
    """As large as the page would be at the resolution that the picture is taken to have."""
    scale = 595 / picture.width if picture.width < picture.height else 842 / picture.width
    characters = []
    for text, box in signs:
        placed = Box(*(edge * scale for edge in box))
        size = max(placed.height, 1.0)
        characters.append(
            DrawnCharacter(text, placed, size, (placed.x0, placed.bottom), (1.0, 0.0))
        )
    return Drawn(picture.width * scale, picture.height * scale, characters=tuple(characters))


# --- the pages of a file ------------------------------------------------------------------


def pictures_in(body: bytes, name: str) -> Iterator[Image.Image]:
    match name.rpartition(".")[2]:
        case "pdf":
            document = pypdfium2.PdfDocument(body)
            for page in document:
                yield page.render(scale=DPI / 72).to_pil().convert("RGB")
            document.close()
        case "ofd" | "docx":
            with zipfile.ZipFile(io.BytesIO(body)) as package:
                for member in package.namelist():
                    if member.endswith((".png", ".jpg")) and "thumbnail" not in member:
                        yield Image.open(io.BytesIO(package.read(member))).convert("RGB")
        case "html":
            for inner in re.findall(rb"base64,([^\"]+)", body):
                yield Image.open(io.BytesIO(b64decode(inner))).convert("RGB")
        case _:
            with Image.open(io.BytesIO(body)) as whole:
                for frame in ImageSequence.Iterator(whole):
                    yield frame.convert("RGB")


# --- the peers ----------------------------------------------------------------------------


@cache
def _rapidocr() -> Any:
    from rapidocr import RapidOCR

    told = {
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return RapidOCR(params=told)


def rapidocr(picture: Image.Image) -> list[Sign]:
    """The whole page at once, with its own detector."""
    # It takes arrays as OpenCV has them.
    found = _rapidocr()(np.asarray(picture)[:, :, ::-1])
    if found.boxes is None:
        return []
    signs: list[Sign] = []
    for corners, text in zip(found.boxes, found.txts, strict=True):
        xs, ys = [point[0] for point in corners], [point[1] for point in corners]
        signs += _spread(text, Box(float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))))
    return signs


def _spread(text: str, box: Box) -> Iterator[Sign]:
    """The characters of a line, each as broad as it is beside the others."""
    breadths = [2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text]
    step = box.width / max(1, sum(breadths))
    left = box.x0
    for one, breadth in zip(text, breadths, strict=True):
        yield one, Box(left, box.top, left + breadth * step, box.bottom)
        left += breadth * step


@cache
def _tesseract(psm: int) -> Any:
    import tesserocr

    return tesserocr.PyTessBaseAPI(path=TESSDATA, lang="chi_sim+eng", psm=psm)


def tesseract(psm: int) -> Peer:
    """By its way of parting the page: 6, one block of text; 11, as much text as there is."""

    def read(picture: Image.Image) -> list[Sign]:
        import tesserocr

        api = _tesseract(psm)
        api.SetImage(picture)
        api.Recognize()
        signs: list[Sign] = []
        level = tesserocr.RIL.SYMBOL
        for sign in tesserocr.iterate_level(api.GetIterator(), level):
            box, line = sign.BoundingBox(level), sign.BoundingBox(tesserocr.RIL.TEXTLINE)
            # Where it has found nothing the iterator holds one sign without a place.
            if box and line:
                # Signs of one line are as high as the line, or a comma were a line of its own.
                placed = Box(float(box[0]), float(line[1]), float(box[2]), float(line[3]))
                signs += [(one, placed) for one in sign.GetUTF8Text(level).strip()[:1]]
        return signs

    return read


PEERS: dict[str, Peer] = {
    "rapidocr": rapidocr,
    "tesseract 6": tesseract(6),
    "tesseract 11": tesseract(11),
}
