"""What a document seems to be by its name: for the queue, for Flower, for how large it may be.

What it really is, `detect` finds in its bytes.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from tasks.model.document import BATCHES


class Queue(StrEnum):
    """Heavy formats wait for each other, not in front of the light ones."""

    LIGHT = "light"
    PDF = "pdf"
    #: Pictures, and what turned out to be a scan where it was read first.
    OCR = "ocr"


#: Kind of a file by the end of its name.
KINDS: dict[str, str] = {
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".docx": "docx",
    ".odt": "odt",
    ".rtf": "rtf",
    ".doc": "doc",
    ".wps": "doc",
    ".htm": "html",
    ".html": "html",
    ".mht": "html",
    ".mhtml": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".md": "text",
    ".txt": "text",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".et": "xls",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".zip": "archive",
    ".7z": "archive",
    ".rar": "archive",
    ".eml": "mail",
}
#: What turned out to be one, whatever its name said.
SCAN = "scan"
#: Kinds whose pages are drawn, and take as long as those of a PDF.
DRAWN = ("pdf", "ofd")
#: Kinds of which nothing is read but pixels.
PICTURES = ("image",)


def queue_of(key: str, *, has_ocr: bool = True) -> Queue:
    """`has_ocr`: whether anybody serves that queue; else no job may wait in it."""
    kind = kind_of(key)
    if kind in PICTURES and has_ocr:
        return Queue.OCR
    return Queue.PDF if kind in DRAWN else Queue.LIGHT


def holds_others(key: str) -> bool:
    """Whether it seems to be an archive or a mail, which may be larger than one document."""
    return kind_of(key) in BATCHES


def kind_of(key: str) -> str:
    return KINDS.get(PurePosixPath(key).suffix.lower(), "other")
