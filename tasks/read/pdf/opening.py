"""bytes → the pages of a PDF, or the Refusal that says why there are none.

pdfminer raises anything at all on broken bytes. What our lexer cannot follow pdfplumber reads, and
some files that it cannot follow are repaired by PDFium saving them anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice

import pypdfium2
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage

from tasks.model.refusal import Refusal, RefusalCode
from tasks.read.pdf.canvas import TooMuchOnPage, draw_page
from tasks.read.pdf.drawn import Drawn
from tasks.read.pdf.fonts import Resources
from tasks.read.pdf.ink import with_ghosts_told
from tasks.read.pdf.notes import to_text
from tasks.read.pdf.objects import FileDocument
from tasks.read.pdf.refused import corrupt
from tasks.read.pdf.shells import Shell, catalog_to_shell
from tasks.read.pdf.streams import TooLarge, check_inflated
from tasks.read.pdf.titles import title_of

#: A yearly report has 5 to 20 pages.
MOST_PAGES = 500
#: Characters and paths on all pages.
MOST_MARKS = 3_000_000

# pdfminer warns about each oddity of a font; a room does not log.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


class Unreadable(Exception):
    """pdfminer could not follow the bytes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The pages as drawn; None where a page could not be followed."""

    pages: tuple[Drawn | None, ...]
    title: str
    shell: Shell = Shell.NONE


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read a file; `source`: its bytes, as they came or as PDFium saved them."""

    source: bytes
    at_once: bool

    def document(self) -> PDFDocument:
        """Raises anything at all on broken bytes."""
        if self.at_once:
            return FileDocument(self.source)
        # Imported for a file that the other way could not follow to its end.
        from pdfplumber.pdf import PDF

        return PDF(BytesIO(self.source)).doc


def open_pdf(source: bytes, *, at_once: bool = True) -> Opened:
    """Where a page cannot be followed, pdfplumber reads the file step by step, to the same end
    unless our lexer is at fault; and then as PDFium saves it. Without `at_once` nothing goes
    through our lexer. Raises Refusal: encrypted, corrupt, empty, too_complex."""
    try:
        check_inflated(source)
    except TooLarge as fault:
        raise _bomb() from fault
    found: list[Opened] = []
    for way in _ways(source, at_once=at_once):
        with suppress(Unreadable):
            found.append(_draw_all(way))
            if found[-1].pages and all(found[-1].pages):
                break
    best = max((opened for opened in found if any(opened.pages)), key=_followed, default=None)
    if best is None:
        raise corrupt()
    return replace(best, title=next((one.title for one in (best, *found) if one.title), ""))


def _ways(source: bytes, *, at_once: bool) -> Iterator[_Way]:
    if at_once:
        yield _Way(source, at_once=True)
    yield _Way(source, at_once=False)
    if repaired := _resave(source):
        yield _Way(repaired, at_once=at_once)


def _followed(opened: Opened) -> int:
    """How many pages could be followed."""
    return sum(page is not None for page in opened.pages)


def _draw_all(way: _Way) -> Opened:
    try:
        document = way.document()
        title = _title(document.info)
        shell = catalog_to_shell(document.catalog)
        pages = list(islice(PDFPage.create_pages(document), MOST_PAGES + 1))
    except MemoryError:
        raise
    except Exception as fault:
        # Whatever is raised, the bytes are at fault: the only code run is pdfminer's.
        if _is_encryption(fault):
            raise _encrypted() from fault
        raise Unreadable from fault
    if len(pages) > MOST_PAGES:
        raise _too_complex(
            f"页数超过{MOST_PAGES}页。请只上传年度报告本身。",
            f"more than {MOST_PAGES} pages: send the annual report alone",
        )
    drawn = with_ghosts_told(way.source, list(_draw_pages(pages, at_once=way.at_once)))
    return Opened(tuple(drawn), title, shell)


def _draw_pages(pages: list[PDFPage], *, at_once: bool) -> Iterator[Drawn | None]:
    marks = 0
    resources = Resources(at_once=at_once)
    for number, page in enumerate(pages, 1):
        try:
            drawn = draw_page(page, resources, at_once=at_once)
        except (TooLarge, TooMuchOnPage) as fault:
            raise _too_complex(
                f"第{number}页的文字或图形过多。请去掉图形后再上传。",
                f"page {number} holds too many characters or drawings: remove the drawings",
            ) from fault
        except MemoryError:
            raise  # the whole document is refused for it, not this page lost
        except Exception:  # noqa: BLE001 - pdfminer raises anything on broken pages
            yield None
            continue
        marks += len(drawn.characters) + len(drawn.paths)
        if marks > MOST_MARKS:
            raise _too_complex(
                "文字和图形总数过多。请只上传年度报告本身。",
                "too many characters and drawings in all: send the annual report alone",
            )
        yield drawn


def _is_encryption(fault: BaseException) -> bool:
    """Whether the fault, or the one that pdfplumber wrapped in it, is about a password."""
    wrapped = fault.args[0] if fault.args else None
    return any(
        isinstance(one, (PDFPasswordIncorrect, PDFEncryptionError)) for one in (fault, wrapped)
    )


def _resave(source: bytes) -> bytes | None:
    """The file as PDFium understands it, with a new cross-reference table."""
    try:
        pdf = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise _encrypted() from fault
        return None
    try:
        if not 0 < len(pdf) <= MOST_PAGES:
            return None
        saved = BytesIO()
        pdf.save(saved)
        return saved.getvalue()
    except pypdfium2.PdfiumError:
        return None
    finally:
        pdf.close()


def _title(infos: list[dict[str, object]]) -> str:
    for info in infos:
        raw = info.get("Title")
        if isinstance(raw, bytes):
            title = title_of(to_text(raw))
            if title:
                return title
    return ""


def _encrypted() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "文件设有打开密码，无法读取。请去掉密码后重新上传。",
        "the PDF needs a password to open: remove the password and send it again",
    )


def _bomb() -> Refusal:
    return _too_complex(
        "压缩内容展开后过大。请重新导出后再上传。",
        "a compressed part grows beyond the limit when inflated: export the file again",
    )


def _too_complex(message: str, message_en: str) -> Refusal:
    return Refusal(RefusalCode.TOO_COMPLEX, message, message_en)
