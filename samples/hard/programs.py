"""Files made by the programs that offices use, where these are installed: their own habits."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from samples.hard.shape import Make, Shape
from samples.layout import Draft
from samples.style import Lost
from samples.styles import SUFFIXES, render
from tasks.model.document import Format

OFFICE, BROWSER, PDF_TO_TEXT = "soffice", "chromium", "pdftotext"
_SECONDS = 120


def is_here(program: str) -> bool:
    return not program or shutil.which(program) is not None


def converted_by_office(body: bytes, suffix: str, target: str) -> bytes:
    """LibreOffice's way from one format to another; `target` as its `--convert-to` takes it.

    Raises `CalledProcessError`, `TimeoutExpired`.
    """
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        given = folder / f"report.{suffix}"
        given.write_bytes(body)
        made = folder / "made"
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [OFFICE, "--headless", profile, "--convert-to", target]
        _run([*command, "--outdir", str(made), str(given)])
        return next(made.iterdir()).read_bytes()


def printed_by_browser(body: bytes) -> bytes:
    """A page printed to PDF by Chromium. Raises `CalledProcessError`, `TimeoutExpired`."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        page, printed = folder / "report.html", folder / "report.pdf"
        page.write_bytes(body)
        profile = f"--user-data-dir={folder / 'profile'}"
        command = [BROWSER, "--headless", "--disable-gpu", "--no-sandbox", profile]
        _run([*command, f"--print-to-pdf={printed}", page.as_uri()])
        return printed.read_bytes()


def _by_office(source: Format, style: str, target: str) -> Make:
    def make(drafted: Draft, seed: int) -> bytes:
        given = render(drafted, source, style, seed)
        return converted_by_office(given, SUFFIXES[source], target)

    return make


def _by_browser(style: str) -> Make:
    return lambda drafted, seed: printed_by_browser(render(drafted, Format.HTML, style, seed))


def _by_pdf_to_text(style: str, *options: str) -> Make:
    """The text of a PDF as poppler gives it. A Han character takes one place of a line there, and
    each page has a scale of its own, so that heads seldom stand over their figures."""

    def make(drafted: Draft, seed: int) -> bytes:
        with TemporaryDirectory() as scratch:
            given, made = Path(scratch, "report.pdf"), Path(scratch, "report.txt")
            given.write_bytes(render(drafted, Format.PDF, style, seed))
            _run([PDF_TO_TEXT, *options, "-enc", "UTF-8", str(given), str(made)])
            return made.read_bytes()

    return make


def _run(command: list[str]) -> None:
    """Raises `CalledProcessError`, `TimeoutExpired`."""
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603


CUT = frozenset({Lost.CUT_CELLS})


def _shape(
    format: Format,
    name: str,
    hard_for: str,
    make: Make,
    needs: str,
    loses: frozenset[Lost] = frozenset(),
    suffix: str = "",
) -> Shape:
    return Shape(
        name=name,
        format=format,
        hard_for=hard_for,
        make=make,
        suffix=suffix or SUFFIXES[format],
        loses=loses,
        needs=needs,
    )


_OF_WORD = "docx:MS Word 2007 XML"
PROGRAMS: tuple[Shape, ...] = (
    _shape(
        Format.PDF, "office_from_docx", "LibreOffice: PDF of a letter by WPS",
        _by_office(Format.DOCX, "wps", "pdf"), OFFICE, CUT,
    ),
    _shape(
        Format.PDF, "office_from_turned", "LibreOffice: PDF with a label set vertically",
        _by_office(Format.DOCX, "turned", "pdf"), OFFICE, CUT,
    ),
    _shape(
        Format.PDF, "office_from_page", "LibreOffice: PDF of a page",
        _by_office(Format.HTML, "cms", "pdf"), OFFICE, CUT | {Lost.SPANS},
    ),
    _shape(
        Format.DOCX, "office_from_page", "LibreOffice: DOCX of a page",
        _by_office(Format.HTML, "word", _OF_WORD), OFFICE,
    ),
    _shape(
        Format.DOCX, "office_saved_again", "LibreOffice: DOCX saved again, revisions kept",
        _by_office(Format.DOCX, "tracked", _OF_WORD), OFFICE,
    ),
    _shape(
        Format.HTML, "office_from_docx", "LibreOffice: page of a letter",
        _by_office(Format.DOCX, "wps", "html"), OFFICE,
    ),
    _shape(
        Format.TEXT, "office_from_docx", "LibreOffice: text of a letter, a cell a line",
        _by_office(Format.DOCX, "plain", "txt:Text (encoded):UTF8"), OFFICE,
        frozenset({Lost.SPANS, Lost.ROWS}),
    ),
    _shape(
        Format.PDF, "browser_cms", "Chromium: a portal's page printed",
        _by_browser("cms"), BROWSER, CUT,
    ),
    _shape(
        Format.PDF, "browser_word", "Chromium: a page by Word printed, Kangxi radicals",
        _by_browser("word"), BROWSER, CUT,
    ),
    _shape(
        Format.PDF, "browser_unruled", "Chromium: a page without rules printed",
        _by_browser("plain"), BROWSER, CUT | {Lost.SPANS},
    ),
)  # fmt: skip


_LAYOUT, _RAW = "-layout", "-raw"
#: A blank cell is a gap in its line, and other texts of the line may have been pushed along.
_AS_TEXT = frozenset({Lost.SPANS, Lost.ROWS, Lost.BLANK_CELLS})


def _texts(option: str, about: str, *styles: str) -> tuple[Shape, ...]:
    """A PDF of each style as text."""
    return tuple(
        _shape(
            Format.TEXT, f"pdftotext_{option.strip('-')}_{style}", f"poppler: {about}: {style}",
            _by_pdf_to_text(style, option), PDF_TO_TEXT, _AS_TEXT,
        )
        for style in styles
    )  # fmt: skip


#: Not among `PROGRAMS`, so that the files behind these keep their numbers.
LATER_PROGRAMS: tuple[Shape, ...] = (
    *_texts(
        _LAYOUT, "text of a PDF, laid out as its pages are",
        "ruled", "compact", "repeat_header", "narrow", "cut_row", "vertical", "horizontal", "outer",
        "unruled", "unruled_low", "unruled_narrow", "unruled_left", "unruled_cut", "spaced",
        "landscape", "rotated",
    ),
    *_texts(
        _RAW, "text of a PDF, in the order in which it was written",
        "ruled", "compact", "narrow", "unruled",
    ),
)  # fmt: skip
