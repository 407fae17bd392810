"""Format + bytes -> Document. No reader knows another; each is imported when first needed."""

from __future__ import annotations

from typing import assert_never

from tasks.model.document import Detection, Document, Format
from tasks.model.scans import Scans
from tasks.read.embedded import Marks


def read(source: bytes, detection: Detection, *, scans: Scans = Scans.READ) -> Document:
    """Hand the bytes to the reader of their format. Raises `Refusal`, and `ScanLeft`."""
    match detection.format:
        case Format.HTML:
            from tasks.read.html import read_html
            from tasks.read.written import with_written_tables

            return with_written_tables(read_html(source, detection))
        case Format.PDF:
            from tasks.read.pdf import read_pdf

            return read_pdf(source, detection, scans)
        case Format.DOCX:
            from tasks.read.docx import read_docx
            from tasks.read.written import with_written_tables

            return with_written_tables(read_docx(source, detection))
        case Format.TEXT:
            from tasks.read.text import read_text

            return read_text(source, detection)
        case Format.OFD:
            from tasks.read.ofd import read_ofd

            return read_ofd(source, detection, scans)
        case Format.ODT:
            from tasks.read.odt import read_odt
            from tasks.read.written import with_written_tables

            return with_written_tables(read_odt(source, detection))
        case Format.RTF:
            from tasks.read.rtf import read_rtf
            from tasks.read.written import with_written_tables

            return with_written_tables(read_rtf(source, detection))
        case Format.XLSX | Format.XLS:
            from tasks.read.workbook import read_workbook

            return read_workbook(source, detection)
        case Format.DOC:
            from tasks.read.doc import read_doc
            from tasks.read.written import with_written_tables

            return with_written_tables(read_doc(source, detection))
        case Format.IMAGE:
            from tasks.read.scan import read_image

            return read_image(source, detection, scans)
        case Format.ARCHIVE | Format.MAIL:
            from tasks.unpack import unpack

            # What cannot be taken apart at all is refused; else its members are documents.
            next(unpack(source, detection))
            return Document(format=detection.format)
        case other:
            assert_never(other)


def read_with_pictures(source: bytes, detection: Detection) -> Document:
    """The document with what its pictures say in their places (those of `Document.pictures`).
    Needs the extra `ocr`. Raises `Refusal`."""
    match detection.format:
        case Format.PDF:
            from tasks.read.pdf import read_pdf

            return read_pdf(source, detection, pictured=True)
        case Format.OFD:
            from tasks.read.ofd import read_ofd

            return read_ofd(source, detection, pictured=True)
        case Format.HTML:
            from tasks.read.html import read_html

            marks = Marks()
            return _with_pictures(read_html(source, detection, marks), marks)
        case Format.DOCX:
            from tasks.read.docx import read_docx

            marks = Marks()
            return _with_pictures(read_docx(source, detection, marks), marks)
        case Format.ODT:
            from tasks.read.odt import read_odt

            marks = Marks()
            return _with_pictures(read_odt(source, detection, marks), marks)
        case _:
            return read(source, detection)


def _with_pictures(document: Document, marks: Marks) -> Document:
    from tasks.read.scan.embedded import with_pictures_read
    from tasks.read.written import with_written_tables

    return with_pictures_read(with_written_tables(document), marks.pictures)
