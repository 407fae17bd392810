"""A workbook on its way into a file: where that cannot be written, there is an OSError and
nothing else.

xlsxwriter tells of a full disk by an exception of its own, and leaves a ZIP that tries to end
itself when it is taken away, which complains once more at the end of the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

#: A text is a text, whatever it looks like.
AS_IT_IS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def book_in(file: BinaryIO, **options: Any) -> Iterator[xlsxwriter.Workbook]:
    """A book that is written into the file when the block ends well. `options` of xlsxwriter."""
    out = _Out(file)
    try:
        # Closing a book writes it, and what is not closed leaves its parts where they were kept.
        with TemporaryDirectory() as kept:
            book = xlsxwriter.Workbook(out, {**AS_IT_IS, **options, "tmpdir": kept})
            yield book
            book.close()
    except FileCreateError as error:
        (cause,) = error.args
        raise cause from None
    finally:
        out.is_over = True


class _Out:
    """The file, as far as a ZIP asks for it; when the book is done it only seems to be one."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._place = 0
        self.is_over = False

    def write(self, part: bytes) -> int:
        if self.is_over:
            self._place += len(part)
            return len(part)
        return self._file.write(part)

    def seek(self, place: int, whence: int = 0) -> int:
        if self.is_over:
            self._place = place
            return place
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._place if self.is_over else self._file.tell()

    def flush(self) -> None:
        if not self.is_over:
            self._file.flush()
