"""A file of pictures → Document."""

from __future__ import annotations

from tasks.model.document import Document, Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.pdf.laid import page_doubts
from tasks.read.scan.laid import lay_out_read
from tasks.read.scan.page import PageReader, ReadPage
from tasks.read.scan.pictures import pages_of


def image_to_document(source: bytes) -> Document:
    reader = PageReader()
    read: dict[int, ReadPage] = {}
    for number, picture in enumerate(pages_of(source), 1):
        read[number] = reader.read(picture)
    scan = lay_out_read([None] * len(read), read)
    _refuse_without_text(read)
    return Document(
        format=Format.IMAGE,
        pages=len(read),
        blocks=scan.laid.blocks,
        doubts=tuple(page_doubts(scan.laid)),
        runs=scan.laid.runs,
        readings=scan.readings,
    )


def _refuse_without_text(read: dict[int, ReadPage]) -> None:
    """Raises Refusal where nothing is written on any of the pages."""
    if not any(line.text for page in read.values() for line in page.lines):
        raise Refusal(
            RefusalCode.EMPTY,
            "图片中没有识别出文字：各页是空白的，或者不是文件的扫描件。请检查后重新上传。",
            "no text was found in the picture: its pages are blank, or it is no scan of a "
            "document: check the file and send it again",
        )
