"""Hard shapes of text: tables that were drawn, wrapped, paged or encoded on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from html import escape
from random import Random
from typing import Any

from samples.hard.lossy import CLOSED, OPEN, without_blanks
from samples.hard.shape import Make, Shape
from samples.layout import Draft, LogicalTable
from samples.prose import paper
from samples.style import Lost
from samples.text import (
    TextStyle,
    cell_a_line,
    in_place,
    markdown,
    pipe_after_cell,
    pipe_rows,
    render_text,
    spaced_rows,
    tab_before_cell,
    tab_rows,
    traditional,
    with_radicals,
)
from tasks.model.document import Format

_SPANS = frozenset({Lost.SPANS})
_ROWS = _SPANS | {Lost.ROWS}


def _styled(
    shape: Callable[[LogicalTable], list[str]],
    *,
    bytes_: Callable[[bytes], bytes] | None = None,
    **looks: Any,
) -> Make:
    style = TextStyle(name="", about="", shape=shape, **looks)

    def make(drafted: Draft, seed: int) -> bytes:
        body = render_text(paper(drafted), style, seed)
        return bytes_(body) if bytes_ else body

    return make


# --- drawn --------------------------------------------------------------------------------


def boxes(table: LogicalTable) -> list[str]:
    """A row a line between box-drawing characters, rules of them between rows."""
    rule = "├" + "┼".join(["────"] * table.n_columns) + "┤"
    lines = [rule.replace("├", "┌").replace("┼", "┬").replace("┤", "┐")]
    for row in in_place(table):
        lines += ["│" + "│".join(f" {text} ".replace("\n", "") for text in row) + "│", rule]
    lines[-1] = rule.replace("├", "└").replace("┼", "┴").replace("┤", "┘")
    return lines


def plus_rules(table: LogicalTable) -> list[str]:
    """`+---+---+` between rows, as reStructuredText and database shells write."""
    rule = "+" + "+".join(["----"] * table.n_columns) + "+"
    lines = ["", rule]
    for row in in_place(table):
        lines += ["|" + "|".join(f" {text} ".replace("\n", "") for text in row) + "|", rule]
    return [*lines, ""]


def wide_pipes(table: LogicalTable) -> list[str]:
    return [line.replace("|", "｜") for line in pipe_rows(table)]


def broken_in_cells(table: LogicalTable) -> list[str]:
    """Markdown with rulers that align, `<br>` inside of labels and bold heads."""
    rows = []
    for number, row in enumerate(in_place(table)):
        texts = [
            f"**{text}**" if number == 0 and text
            else text[:6] + "<br>" + text[6:] if len(text) > 9
            else text
            for text in row
        ]  # fmt: skip
        rows.append(f"| {' | '.join(texts)} |")
    return ["", rows[0], "|" + ":---:|" * table.n_columns, *rows[1:], ""]


def tags(table: LogicalTable) -> list[str]:
    """A table in tags amid the text, as recognising programs write."""
    lines = ["<table>"]
    for cells in table.rows():
        inside = "".join(
            f'<td rowspan="{c.rowspan}" colspan="{c.colspan}">{escape(c.text)}</td>' for c in cells
        )
        lines.append(f"<tr>{inside}</tr>")
    return [*lines, "</table>"]


def quoted(table: LogicalTable) -> list[str]:
    """CSV with everything in quotes and a line break in some labels."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in in_place(table):
        writer.writerow([text[:4] + "\n" + text[4:] if len(text) == 9 else text for text in row])
    return out.getvalue().rstrip("\n").split("\n")


def with_bookmarks(table: LogicalTable) -> list[str]:
    """Text of a DOCX, with the marks that its converter left."""
    lines = tab_before_cell(table)
    blank = [at for at, line in enumerate(lines) if line == "\t"]
    for at in blank[::7]:
        lines[at] = "\t[bookmark: _GoBack]"
    return lines


def halved_labels(table: LogicalTable) -> list[str]:
    """A page's end inside of each group: its label halved, a page number between."""
    lines = []
    page = 2
    for cells in table.rows():
        row = [cell.text for cell in cells]
        group = next(
            (at for at, c in enumerate(cells) if c.role == "group" and c.column == 1), None
        )
        if group is not None and len(row[group]) > 5 and cells[group].rowspan > 1:
            half = len(row[group]) // 2
            rest, row[group] = row[group][half:], row[group][:half]
            lines += [" | ".join(row) + " |", f"- {page} -", "", rest + " |"]
            page += 1
        else:
            lines.append(" | ".join(row) + " |")
    return lines


def padded(table: LogicalTable) -> list[str]:
    """`cell |` lines, each row padded with `||||`, a blank line before each cell."""
    return [part for line in pipe_after_cell(table) for part in ("", line)]


# --- what happens to the whole ----------------------------------------------------------------


def _paged(text: str, seed: int) -> str:
    """A form feed and a page number after every forty lines."""
    lines = text.split("\n")
    pages = [lines[at : at + 40] for at in range(0, len(lines), 40)]
    return "\n\f".join("\n".join([*page, f"第 {at} 页"]) for at, page in enumerate(pages, 1))


def _page_numbers(text: str, seed: int) -> str:
    """A page number on a line of its own in the middle of tables."""
    lines = text.split("\n")
    for number, at in enumerate(range(45, len(lines), 46), 1):
        lines.insert(at, f"— {number} —")
    return "\n".join(lines)


def _old_mac(text: str, seed: int) -> str:
    return text.replace("\n", "\r")


def _fenced(text: str, seed: int) -> str:
    """Sent by mail: each line behind a mark of quotation."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _no_break_spaces(text: str, seed: int) -> str:
    random = Random(seed)
    return "".join(random.choice((" ", "\u00a0", "\u3000")) if c == " " else c for c in text)


def _noisy(text: str, seed: int) -> str:
    """Zero-width characters and marks of the byte order inside of the text."""
    random = Random(seed)
    return "".join(
        one + random.choice(("\u200b", "\ufeff", "")) if random.random() < 0.1 else one
        for one in text
    )


def _byte_lost(body: bytes) -> bytes:
    """GB18030 with a byte lost in the text before the tables."""
    at = body.index("条例".encode("gb18030"))
    return body[:at] + body[at + 1 :]


def _as_big5(body: bytes) -> bytes:
    """Characters that Big5 lacks become question marks, as converters write them."""
    return body.decode().encode("big5hkscs", "replace")


def _two_halves(body: bytes) -> bytes:
    """The end was appended by a program that writes GBK."""
    text = body.decode()
    half = text.rindex("五、")
    return text[:half].encode() + text[half:].encode("gb18030")


def _shape(
    name: str, hard_for: str, make: Make, loses: Iterable[Lost], suffix: str = "txt"
) -> Shape:
    return Shape(
        name=name,
        format=Format.TEXT,
        hard_for=hard_for,
        make=make,
        suffix=suffix,
        loses=frozenset(loses),
    )


LINES: tuple[Shape, ...] = (
    _shape("boxes", "box-drawing characters", _styled(boxes), _SPANS),
    _shape("plus_rules", "+---+ between rows", _styled(plus_rules), _SPANS, "rst"),
    _shape("wide_pipes", "full-width pipes", _styled(wide_pipes), _SPANS),
    _shape(
        "markdown_breaks", "<br> and ** in Markdown cells", _styled(broken_in_cells), _SPANS, "md"
    ),
    _shape(
        "markdown_quoted",
        "Markdown behind marks of quotation",
        _styled(markdown, after=_fenced),
        _SPANS,
        "md",
    ),
    _shape("tags", "table tags amid plain text", _styled(tags), (), "md"),
    _shape("quoted_csv", "CSV all quoted, line breaks in labels", _styled(quoted), _SPANS, "csv"),
    _shape("bookmarks", "[bookmark: _GoBack] in blank cells", _styled(with_bookmarks), _SPANS),
    _shape(
        "halved_labels", "（四）无 / 法提供 around a page number", _styled(halved_labels), _SPANS
    ),
    _shape("padded", "`cell |`, rows padded with ||||, blank lines", _styled(padded), _SPANS),
    _shape(
        "pages",
        "form feeds and page numbers between rows",
        _styled(pipe_rows, after=_paged),
        _SPANS,
    ),
    _shape(
        "numbered_cells",
        "page numbers between cells that stand a line each",
        _styled(cell_a_line, after=_page_numbers),
        _ROWS | {Lost.BLANK_CELLS},
    ),
    _shape("old_mac", "CR line ends", _styled(tab_rows, after=_old_mac), _SPANS),
    _shape(
        "odd_spaces", "no-break and wide spaces", _styled(pipe_rows, after=_no_break_spaces), _SPANS
    ),
    _shape(
        "zero_width",
        "invisible characters inside of the text",
        _styled(pipe_rows, after=_noisy),
        _SPANS,
    ),
    _shape(
        "spaced_kangxi",
        "cells parted by a space, Kangxi radicals",
        _styled(spaced_rows, after=with_radicals),
        _SPANS | {Lost.BLANK_CELLS, Lost.SCRIPT},
    ),
    _shape("utf16_le", "UTF-16 without a mark", _styled(pipe_rows, encoding="utf-16-le"), _SPANS),
    _shape(
        "utf16_be",
        "UTF-16 without a mark, big end first",
        _styled(tab_rows, encoding="utf-16-be"),
        _SPANS,
    ),
    _shape(
        "big5",
        "traditional, Big5",
        _styled(pipe_rows, after=traditional, bytes_=_as_big5),
        _SPANS | {Lost.SCRIPT},
    ),
    _shape(
        "gbk_byte_lost",
        "GBK with a byte lost",
        _styled(pipe_rows, encoding="gb18030", bytes_=_byte_lost),
        _SPANS,
    ),
    _shape("two_encodings", "UTF-8, its end GBK", _styled(pipe_rows, bytes_=_two_halves), _SPANS),
)

#: Ways to close rows from which blank cells were dropped, and what each looks like.
_DROPPED = {
    "rows_closed": "blanks dropped, `a | b | ||`",
    "rows_closed_apart": "blanks dropped, `a | b | | |`",
    "markdown_closed": "blanks dropped, Markdown rows closed with blanks",
    "cells_closed_below": "blanks dropped, a cell a line, pipes below each row",
    "cells_closed_beside": "blanks dropped, a cell a line, pipes beside its last cell",
    "rows_tabbed": "blanks dropped, rows closed with tabs",
    "rows_open": "blanks dropped, nothing closes a row",
}
LATER_LINES: tuple[Shape, ...] = tuple(
    _shape(
        f"dropped_{name}",
        about,
        _styled(without_blanks({**CLOSED, **OPEN}[name])),
        _SPANS | {Lost.BLANK_CELLS},
    )
    for name, about in _DROPPED.items()
)
