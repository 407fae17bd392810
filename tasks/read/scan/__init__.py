"""Pixels → Document: scans, faxes, photographs of pages.

pixels of a page
  | pictures.py    files of pictures, page by page (of a PDF: tasks/read/pdf/pixels.py)
  | page.py        one page:
  |   pixels.py      its resolution, its paper made white, without the colours of stamps
  |   turns.py       which side is up, told by a few lines as they are read
  |   seen.py        what follows, up to the lines:
  |   ground.py      the desk that a photographed page lies on, painted white
  |   upright.py     straightened
  |   perspective.py flattened, where its long lines (segments.py) meet that are parallel on paper
  |   rules.py       lines of tables: found, and painted over; cells between them
  |   lines.py       lines of text, in each cell and outside of tables
  |   recogniser.py  what is written there, and how sure that is, by RapidOCR's model
  |   figures/       what a second reader, of other errors, makes of figures
  | paged.py     pages of which some, or parts, are pictures (PDF, OFD)
  | embedded.py  pictures between texts (HTML, DOCX, ODT)
  | laid.py        from here on it goes the way of a PDF: characters and lines on a page
  v
Document: tables and paragraphs; and `readings`, which say what of it is evidence only

Needs the extra `ocr`; nothing here is imported for a document that holds its text.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache

from tasks.model.document import Detection, Document
from tasks.model.refusal import Refusal, RefusalCode
from tasks.model.scans import ScanLeft, Scans, scans_are_off

__all__ = ["available", "read_image", "ready", "warm"]

#: What the extra `ocr` brings.
_NEEDED = ("cv2", "onnxruntime", "rapidocr")


def available(scans: Scans = Scans.READ) -> bool:
    """Whether this program can read pixels, and is to."""
    return scans is not Scans.REFUSE and _is_installed()


@lru_cache(maxsize=1)
def _is_installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


def ready(scans: Scans) -> None:
    """Before pixels are read. Raises ScanLeft, or Refusal where there is nothing to read with."""
    if scans is Scans.LEAVE:
        raise ScanLeft
    if scans is Scans.REFUSE:
        raise scans_are_off()
    if not available():
        raise Refusal(
            RefusalCode.UNSUPPORTED_FORMAT,
            "这是扫描件或图片，读取它需要安装文字识别组件：pip install 'gouji[ocr]'，"
            "安装后重新处理；或者提交由文字处理软件导出的 PDF 或原始文档。",
            "it is a scan or a picture, and reading it needs the extra for it: pip install "
            "'gouji[ocr]', then process it again; or send the PDF exported by the word processor, "
            "or the original document",
        )


def warm() -> None:
    """Load what reading takes, so that a forked process has it."""
    from tasks.read.scan.figures import figure_reader
    from tasks.read.scan.recogniser import recogniser

    recogniser()
    figure_reader()


def read_image(source: bytes, detection: Detection, scans: Scans) -> Document:
    """Raises ScanLeft, Refusal: corrupt, empty, too_complex, unsupported_format."""
    ready(scans)
    from tasks.read.scan.image import image_to_document

    return image_to_document(source[detection.offset :])
