"""A file's bytes → its objects: pdfminer's document, which takes objects in at once that are
written plainly (`tokens.py`), and all others as pdfminer does.

Source: ISO 32000-1, 7.3.8, 7.3.10, 7.5.7.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import KWD

from tasks.model.patterns import regex
from tasks.read.pdf.tokens import SIGNS, Nested, Sign, Unknown

#: A stream of objects of more bytes is left to pdfminer.
LARGEST = 16 * 2**20

WORDS = {**SIGNS, b"R": Sign.REFERENCE, b"null": Sign.NULL}
#: In a stream of objects pdfminer takes this word for itself.
IN_STREAM = {**WORDS, b"null": KWD(b"null")}

_HEAD = regex(rb"\s*+([0-9]{1,10})\s++[0-9]{1,10}\s++obj(?![^\s\[(<>/%])")
_END = regex(rb"(?<![^\s\])>])(?:endobj(?![^\s\#/%\[\]()<>{}])|stream)")
_LINE = regex(rb"stream(?:\r\n|\n|\r(?!\n))")
_END_OF_STREAM = regex(rb"\s*+endstream\s++endobj(?![^\s%])")


class Parser(PDFParser):
    """pdfminer's, which knows the bytes it reads."""

    def __init__(self, source: bytes) -> None:
        super().__init__(BytesIO(source))
        self.source = source


class FileDocument(PDFDocument):
    """pdfminer's document of a file. Raises anything at all on broken bytes."""

    _parser: Parser

    def __init__(self, source: bytes) -> None:
        super().__init__(Parser(source), password="")

    def _getobj_parse(self, pos: int, objid: int) -> object:
        if not self._parser.fallback:
            try:
                return self._at_once(pos, objid)
            except Unknown:
                pass
        return super()._getobj_parse(pos, objid)

    def _at_once(self, place: int, number: int) -> object:
        """The object at a place of the file. Raises Unknown."""
        source = self._parser.source
        head = _HEAD.match(source, place)
        end = _END.search(source, head.end()) if head is not None else None
        if head is None or end is None or int(head[1]) != number:
            raise Unknown
        nested = Nested(WORDS, of=self)
        nested.read(source, head.end(), end.start())
        if nested.is_open or len(nested.things) != 1:
            raise Unknown
        (thing,) = nested.things
        return thing if end[0] == b"endobj" else self._stream(thing, end.start())

    def _stream(self, entries: Any, place: int) -> PDFStream:
        """The stream with these entries whose keyword is at a place. Raises Unknown."""
        source = self._parser.source
        line = _LINE.match(source, place)
        length = resolve1(entries.get("Length")) if isinstance(entries, dict) else None
        if line is None or type(length) is not int or not 0 <= length <= len(source):
            raise Unknown
        start, end = line.end(), line.end() + length
        if not _END_OF_STREAM.match(source, end):
            raise Unknown
        return PDFStream(entries, source[start:end], self.decipher)

    def _get_objects(self, stream: PDFStream) -> tuple[list[object], int]:
        n = stream.get("N")
        source = stream.get_data()
        if type(n) is int and len(source) <= LARGEST:
            nested = Nested(IN_STREAM, of=self)
            try:
                nested.read(source)
            except Unknown:
                return super()._get_objects(stream)
            # A reference that is in nothing makes pdfminer give up.
            refers = any(one.__class__ is PDFObjRef for one in nested.things)
            if not nested.is_open and not refers:
                return nested.things, n
        return super()._get_objects(stream)
