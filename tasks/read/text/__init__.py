"""Plain text -> Document: tables drawn, tabbed, piped, and reports flattened from tables.

    bytes
      | lines.py       lines without page numbers, line numbers and invisible signs
      | regions        runs of lines that one grammar reads, tried in this order:
      |   drawn.py     ┌──┬──┐ or +---+---+
      |   pipes.py     pipes between cells
      |   tabs.py      tabs between or before cells
      |   commas.py    commas or semicolons, quoted cells
      |   spaces.py    columns kept by spaces
      | pieces.py      -> paragraphs and tables
      v
    Document

The grammar of flattened tables that this reader assumes:

    text      = { prose line | region }
    region    = lines with the mark of one grammar; a few short lines without it, and empty
                lines, are allowed inside; a section heading or a long line ends it
    drawn     a cell is what lines enclose, its line breaks included; where the bars do not
              stand under each other only the order of cells is taken. With rules around the
              head only, a line is a row, but one whose first cell is empty goes on above.
    pipes     a cell is what stands between two pipes. Most lines that hold a text hold several:
              a line is a row, but two that only together are as long as the others are one;
              outer pipes and rulers are no cells; a line without a pipe parts two tables.
              Else a line is a cell, or part of one: a row is then the one number of pipes at
              whose multiples lines end and every run of pipes ends (`|||`: cells that a span
              swallowed). Where there is no such number, or more than one, the rows are lost.
              Marks of Markdown and HTML (`**`, `<br>`, `&nbsp;`, `\\|`) are read; columns and
              names that a program made up (`Unnamed: 1`, `nan`) are left out.
    tabs      a tab between the cells of a line, a line a row; or a tab before each cell, an
              empty line between rows, text without a tab continuing the cell above; or a tab
              alone in a line between two cells of a row, and none between two rows.
    commas    at least three records with equally many commas or semicolons and short cells.
    spaces    gutters of two spaces and more run through all lines, one line fills all columns.

Spans are lost in all of these but the drawn and the spaced, so the columns of such a table
are only an order (`columns_sure` is False). What closes a row of pipes, tabs or commas may
stand for a blank cell that was dropped from among the others (`blanks_sure` is False, but where
blanks look other than what closes rows). Text that has lost its rows too is left as
paragraphs, one a cell, an empty one for a cell that was blank; text in columns that are not
plain keeps its spaces. Restoring the form from both is for the recogniser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tasks.detect.encoding import decode
from tasks.model.document import Block, Detection, Document, Doubt, DoubtKind, Format, Paragraph
from tasks.model.saying import say
from tasks.read.text.commas import comma_rows, record_at
from tasks.read.text.drawn import begins_drawing, drawing_end, read_drawing
from tasks.read.text.lines import Line, text_to_lines
from tasks.read.text.pieces import Found, Placed, laid_out, paragraph, to_blocks
from tasks.read.text.pipes import is_pipe_line, pipe_region_end, read_pipes
from tasks.read.text.spaces import begins_columns, columns_end, is_long_ruler, read_columns
from tasks.read.text.tabs import (
    TabsAlone,
    is_tab_line,
    read_tabs,
    read_tabs_alone,
    tab_region_end,
)


def read_text(source: bytes, detection: Detection) -> Document:
    """Read text in the encoding that was detected. Raises Refusal `too_complex`."""
    text, doubts = decode(source, detection)
    lines = text_to_lines(text)
    if _repeats_removed(lines):
        doubts += (_LOST_LINES,)
    return Document(
        format=Format.TEXT,
        encoding=detection.encoding or "utf-8",
        blocks=tuple(lines_to_blocks(lines)),
        doubts=doubts,
    )


def lines_to_blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines to paragraphs and tables. Raises Refusal `too_complex`."""
    return to_blocks(_settled(_regions(lines)))


_LOST_LINES = Doubt(
    kind=DoubtKind.LOST_LINES,
    says=(say("lost_lines"),),
)


def _repeats_removed(lines: Sequence[Line]) -> bool:
    """Many short lines and none of them twice. Cells a line apart always repeat: zeros,
    headers, totals."""
    short = [said for line in lines if 0 < len(said := line.text.strip(" |\t\u3000")) <= 40]
    figures = [said for said in short if said.isdigit()]
    return len(short) >= 30 and len(figures) >= 5 and len(set(short)) == len(short)


@dataclass(frozen=True, slots=True)
class _Laid:
    """Lines laid out by spaces, and the table that they are, if the columns are plain."""

    lines: Sequence[Line]
    columns: Placed | None


#: A line of so many signs may stand in a table, as part of a cell or as a title of rows.
_SHORT = 40


def _settled(found: Iterable[Found | _Laid]) -> Iterator[Found]:
    """Lines laid out by spaces that follow each other, but for short ones, are tables, or all
    of them text: what is plain on one page and not on the next may be one table."""
    together: list[Paragraph | _Laid] = []
    for one in found:
        if isinstance(one, _Laid) or (isinstance(one, Paragraph) and len(one.text) <= _SHORT):
            together.append(one)
            continue
        yield from _tables_or_text(together)
        together = []
        yield one
    yield from _tables_or_text(together)


def _tables_or_text(together: Sequence[Paragraph | _Laid]) -> Iterator[Found]:
    plain = all(one.columns is not None for one in together if isinstance(one, _Laid))
    for one in together:
        if isinstance(one, Paragraph):
            yield one
        elif plain and one.columns is not None:
            yield one.columns
        else:
            yield from (laid_out(line) for line in one.lines)


def _regions(lines: Sequence[Line]) -> Iterator[Found | _Laid]:
    """Cut the lines into regions and read each by its own grammar."""
    at = 0
    alone = TabsAlone(lines)
    while at < len(lines):
        line = lines[at]
        if line.blank and "\t" not in line.text:
            at += 1
            continue
        end, found = _drawn(lines, at) or _marked(lines, at, alone) or _unmarked(lines, at)
        yield from found
        at = end


_Region = tuple[int, Sequence[Found | _Laid]]


def _drawn(lines: Sequence[Line], at: int) -> _Region | None:
    end = drawing_end(lines, at) if begins_drawing(lines[at]) else 0
    return (end, [read_drawing(lines[at:end])]) if end else None


def _marked(lines: Sequence[Line], at: int, alone: TabsAlone) -> _Region | None:
    """A region of pipes or tabs."""
    if is_pipe_line(lines[at]):
        end = pipe_region_end(lines, at)
        return end, list(read_pipes(lines[at:end], at_end=end == len(lines)))
    if "\t" in lines[at].text and (end := alone.end(at)):
        return end, list(read_tabs_alone(lines[at:end], goes_on=alone.goes_on(end)))
    if is_tab_line(Line(lines[at].number, record_at(lines, at)[1])):
        end = tab_region_end(lines, at)
        return end, list(read_tabs(lines[at:end]))
    return None


def _unmarked(lines: Sequence[Line], at: int) -> _Region:
    """A region of commas or spaces, else one line of text."""
    commas = comma_rows(lines, at)
    if commas is not None:
        return commas[0], [commas[1]]
    line = lines[at]
    if begins_columns(line):
        end = columns_end(lines, at)
        texts = [one for one in lines[at:end] if not one.blank and not is_long_ruler(one)]
        return end, [_Laid(texts, read_columns(lines[at:end]))]
    return at + 1, [paragraph(line.text, line.number, line.number)]
