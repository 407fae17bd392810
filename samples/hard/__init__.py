"""The hard corpus: files that readers get wrong, each with what it is hard for.

    shape.py     what a hard file is
    pages.py packages.py sheets.py lines.py programs.py    shapes of each format
    effects.py   text of DOCX that is not seen, and figures that no text says
    prints.py    what fonts, printers, scanners and form programs make of a PDF
    marks.py     signs beside figures, torn heads, lost labels
    torn.py      cells that are gone, figures before labels, rows in two, tables of two years
    forms.py     defects that seldom occur
    habits.py    the form laid out otherwise
    shown.py     pages on which a browser shows something else than their source says
    here         the table of all files: every style, every shape, every defect, and many at once

Never kept as files: each is made from its number. Poison is not in it; see `samples.poison`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from samples.defects import DEFECTS
from samples.hard.effects import EFFECTS
from samples.hard.forms import UNCOMMON
from samples.hard.habits import HABITS
from samples.hard.lines import LATER_LINES, LINES
from samples.hard.marks import MARKS
from samples.hard.packages import LATER_PACKAGES, PACKAGES
from samples.hard.pages import LATER_PAGES, PAGES
from samples.hard.prints import PRINTS
from samples.hard.programs import LATER_PROGRAMS, PROGRAMS
from samples.hard.shape import HardFile, Make, Shape
from samples.hard.sheets import LATER_SHEETS, SHEETS
from samples.hard.shown import SHOWN_PAGES
from samples.hard.torn import TORN
from samples.layout import Draft
from samples.style import Style
from samples.styles import STYLES, SUFFIXES, render
from tasks.model.document import Format

__all__ = ["HARD_FILES", "HardFile", "Shape"]


def _of_style(format: Format, style: Style) -> Shape:
    return Shape(
        name=style.name,
        format=format,
        hard_for=style.about,
        make=_rendering(format, style.name),
        suffix=SUFFIXES[format],
        loses=style.loses,
        outcome=f"refused:{style.refusal}" if style.refusal else "report",
    )


def _rendering(format: Format, style: str) -> Make:
    def make(drafted: Draft, seed: int) -> bytes:
        return render(drafted, format, style, seed)

    return make


_STYLED = {
    f"{format}/{name}": _of_style(format, style)
    for format, styles in STYLES.items()
    for name, style in styles.items()
}
#: The formats that the corpus began with; the styles of later ones come at its end.
_FIRST = (Format.HTML, Format.PDF, Format.DOCX, Format.TEXT)
_SHAPES = {f"{one.format}/{one.name}": one for one in (*PAGES, *PACKAGES, *SHEETS, *LINES)}

#: Every defect of the form, each in a shape that makes it harder.
_SPOILT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("html/wps", ("misspelt",)),
    ("pdf/narrow", ("misspelt",)),
    ("text/pipe_rows", ("shortened",)),
    ("docx/wps", ("shortened",)),
    ("html/word", ("comma",)),
    ("pdf/vertical", ("bracketed",)),
    ("docx/vertical_break", ("circled",)),
    ("text/tab_before_cell", ("unnumbered",)),
    ("html/layout", ("unbracketed",)),
    ("pdf/ruled", ("half_width",)),
    ("html/cms", ("spaces",)),
    ("docx/tracked", ("spaces",)),
    ("html/sloppy", ("breaks",)),
    ("docx/controls", ("breaks",)),
    ("pdf/compact", ("lost_labels",)),
    ("html/pieces", ("lost_labels",)),
    ("text/pipe_after_cell", ("dropped_rows",)),
    ("pdf/repeat_header", ("dropped_rows",)),
    ("docx/pieces", ("swapped_rows",)),
    ("html/pieces_with_header", ("swapped_rows",)),
    ("pdf/cut_row", ("extra_document_row",)),
    ("docx/nested", ("extra_outcome_row",)),
    ("text/markdown", ("extra_outcome_row",)),
    ("html/soup", ("doubled_header",)),
    ("pdf/rectangles", ("doubled_header",)),
    ("text/csv_rows", ("remarks",)),
    ("pdf/landscape", ("remarks",)),
    ("html/entities", ("units",)),
    ("docx/finer_grid", ("thousands",)),
    ("text/pipe_before_row", ("wide_digits",)),
    ("pdf/filled", ("wide_digits",)),
    ("html/wrongly_gbk", ("free_signs",)),
    ("docx/numbered", ("blank_totals",)),
    ("pdf/spaced", ("blank_totals",)),
    ("html/gb18030", ("transposed",)),
    ("pdf/rotated", ("mistyped",)),
    ("text/pipe_rows_without_spanned", ("shifted",)),
    ("html/traditional", ("shifted",)),
    ("html/plain", ("vanished",)),
    ("pdf/ruled", ("vanished",)),
    ("docx/plain", ("merged_applicants",)),
    ("pdf/compact", ("merged_applicants",)),
    ("html/wps", ("merged_applicants",)),
    # Many at once.
    ("html/row_a_table", ("misspelt", "remarks")),
    ("html/layout_three_deep", ("shortened", "unnumbered")),
    ("html/excel", ("thousands", "units")),
    ("html/hidden_rows", ("dropped_rows", "comma")),
    ("html/table_in_cell", ("spaces", "wide_digits")),
    ("html/mhtml", ("bracketed", "extra_document_row")),
    ("html/rowspan_zero", ("swapped_rows", "half_width")),
    ("docx/hmerge", ("misspelt", "circled")),
    ("docx/deleted_rows", ("dropped_rows", "remarks")),
    ("docx/text_boxes", ("unbracketed", "shortened")),
    ("docx/row_a_table", ("extra_outcome_row", "units")),
    ("docx/strict", ("doubled_header", "spaces")),
    ("docx/three_deep", ("mistyped", "misspelt")),
    ("pdf/cut_everywhere", ("shortened", "swapped_rows")),
    ("pdf/running_head", ("dropped_rows", "comma")),
    ("pdf/dashed", ("thousands", "remarks")),
    ("pdf/open_sides", ("unnumbered", "misspelt")),
    ("pdf/rotated_spaced", ("wide_digits", "extra_document_row")),
    ("pdf/low_pages", ("bracketed", "blank_totals")),
    ("pdf/backwards", ("units", "free_signs")),
    ("text/boxes", ("misspelt", "thousands")),
    ("text/tags", ("shortened", "remarks")),
    ("text/pages", ("circled", "units")),
    ("text/halved_labels", ("comma", "extra_outcome_row")),
    ("text/utf16_le", ("unbracketed", "swapped_rows")),
)


#: The form laid out otherwise.
_LAID_OUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("html/plain", ("turned_requests",)),
    ("docx/wps", ("turned_requests",)),
    ("html/word", ("turned_disputes",)),
    ("docx/controls", ("disputes_in_lines",)),
    ("html/wps", ("disputes_in_blocks",)),
    ("docx/plain", ("disputes_in_blocks",)),
    ("html/cms", ("groups_in_labels",)),
    ("docx/vertical_break", ("unmerged_groups",)),
    ("html/layout", ("halved_heads",)),
    ("docx/nested", ("units_in_heads",)),
    ("html/sloppy", ("numbered_columns",)),
    ("docx/finer_grid", ("column_of_units",)),
    ("html/pieces", ("column_of_shares",)),
    ("docx/tracked", ("merged_nothing",)),
    ("html/gb18030", ("only_totals",)),
    ("html/excel", ("turned_requests", "units_in_heads")),
    ("html/row_a_table", ("disputes_in_lines", "units")),
    ("docx/strict", ("groups_in_labels", "disputes_in_blocks")),
    ("docx/no_grid", ("halved_heads", "column_of_shares")),
)


#: Columns that the organ left out.
_LEFT_OUT: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (name, ("left_out_columns",))
    for name in (
        "text/pipe_rows",
        "text/pipe_after_cell",
        "text/markdown",
        "text/cell_a_paragraph",
        "text/tab_before_cell",
        "html/plain",
        "docx/plain",
    )
)

#: Marks in the cells of the form.
_MARKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("text/pipe_rows", ("bare_changes",)),
    ("text/pipe_after_cell", ("bare_changes", "money_in_units")),
    ("html/plain", ("bare_changes", "money_in_units")),
    ("docx/plain", ("money_in_units",)),
    ("pdf/ruled", ("bare_changes",)),
)

#: What text without tables, and grids of numbered rows, make harder.
_LATER_SPOILT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("text/cell_a_line", ("bare_changes",)),
    ("html/plain", ("numbered_rows",)),
    ("docx/plain", ("numbered_rows",)),
    ("text/tab_rows", ("numbered_rows",)),
    ("pdf/unruled_cut", ("misspelt",)),
)

_BOOKS_SPOILT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("xlsx/one_sheet", ("misspelt", "remarks")),
    ("xls/sheets", ("misspelt", "comma")),
    ("xlsx/sheets", ("dropped_rows",)),
    ("xls/bare", ("swapped_rows",)),
    ("xlsx/bare", ("extra_document_row",)),
    ("xlsx/moved", ("numbered_rows",)),
    ("xls/wide", ("blank_totals",)),
    ("xlsx/sums", ("transposed",)),
    ("xls/formats", ("disputes_in_lines",)),
    ("xlsx/wide", ("turned_requests",)),
    ("xls/one_sheet", ("merged_applicants",)),
    ("xlsx/text", ("thousands", "units")),
)


#: Defects in formats that came later.
_OTHER_FORMATS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("odt/office", ("misspelt", "thousands")),
    ("odt/repeated", ("blank_totals",)),
    ("odt/bare", ("merged_applicants",)),
    ("odt/plain", ("turned_requests",)),
    ("odt/pieces", ("lost_labels",)),
    ("rtf/word", ("shortened", "remarks")),
    ("rtf/wps", ("misspelt", "units")),
    ("rtf/across", ("merged_applicants",)),
    ("rtf/plain", ("disputes_in_blocks",)),
    ("rtf/rounded", ("halved_heads",)),
    ("rtf/nested", ("extra_outcome_row",)),
    ("doc/wps", ("misspelt", "units")),
    ("doc/narrow", ("dropped_rows", "comma")),
    ("doc/across", ("merged_applicants",)),
    ("doc/plain", ("turned_requests",)),
    ("doc/hasty", ("wide_digits", "extra_document_row")),
)


def _files() -> Iterator[HardFile]:
    numbers = count(1)
    first = [shape for shape in _STYLED.values() if shape.format in _FIRST]
    for shape in (*first, *_SHAPES.values(), *PROGRAMS):
        yield _plain(next(numbers), shape)
    for name, defects in _SPOILT:
        yield _spoilt(next(numbers), name, defects)
    for shape in (*LATER_PAGES, *LATER_PACKAGES):
        yield _plain(next(numbers), shape)
    for name, defects in _LAID_OUT:
        yield _spoilt(next(numbers), name, defects)
    for shape in (*EFFECTS, *PRINTS, *SHOWN_PAGES, *LATER_LINES, *MARKS):
        yield _plain(next(numbers), shape)
    for name, defects in (*_LEFT_OUT, *_MARKED):
        yield _spoilt(next(numbers), name, defects)
    for shape in (*LATER_PROGRAMS, *TORN):
        yield _plain(next(numbers), shape)
    for name, defects in _LATER_SPOILT:
        yield _spoilt(next(numbers), name, defects)
    for shape in LATER_SHEETS:
        yield _plain(next(numbers), shape)
    yield from _of_later_formats(numbers)


def _of_later_formats(numbers: Iterator[int]) -> Iterator[HardFile]:
    for shape in _of(Format.OFD, Format.ODT, Format.RTF, Format.XLSX, Format.XLS):
        yield _plain(next(numbers), shape)
    for name, defects in _BOOKS_SPOILT:
        yield _spoilt(next(numbers), name, defects)
    for shape in _of(Format.DOC):
        yield _plain(next(numbers), shape)
    for name, defects in _OTHER_FORMATS:
        yield _spoilt(next(numbers), name, defects)


def _of(*formats: Format) -> Iterator[Shape]:
    """The styles of formats, in the order in which they are named."""
    return (_STYLED[f"{format}/{style}"] for format in formats for style in STYLES[format])


def _plain(number: int, shape: Shape) -> HardFile:
    return HardFile(number=number, shape=shape, hard_for=shape.hard_for)


def _spoilt(number: int, name: str, defects: tuple[str, ...]) -> HardFile:
    shape = _SHAPES.get(name) or _STYLED[name]
    reasons = [{**DEFECTS, **UNCOMMON, **HABITS}[one].about for one in defects]
    return HardFile(
        number=number,
        shape=shape,
        defects=defects,
        hard_for="; ".join((shape.hard_for, *reasons)),
    )


#: In a fixed order; a new file goes to the end, so that the others keep their numbers.
HARD_FILES: tuple[HardFile, ...] = tuple(_files())
