"""Hard shapes of web pages: what is shown is not what stands first in the source."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from random import Random

from samples.hard.shape import Make, Shape
from samples.html import HtmlStyle, render_html
from samples.layout import Draft, LogicalCell, LogicalTable, cut_at, made
from samples.prose import Passage, paper, title_of
from samples.style import Lost
from samples.styles import render
from samples.text import pipe_rows, traditional
from tasks.model.document import Format

WriteTable = Callable[[LogicalTable, Random], str]
WriteCell = Callable[[LogicalCell, Random], str]
_STANDS_APART = "\n<p>&nbsp;</p>\n"


def page(
    drafted: Draft,
    seed: int,
    table: WriteTable,
    *,
    head: str = "",
    around: tuple[str, str] = ("", ""),
) -> str:
    """The report as a page, its tables written by `table`."""
    random = Random(seed)
    parts = [
        f"<p>{escape(part.text)}</p>" if isinstance(part, Passage) else table(part, random)
        for part in paper(drafted).parts
    ]
    title = escape(title_of(drafted.report))
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title>{head}</head>\n'
        f"<body>{around[0]}" + "\n".join(parts) + f"{around[1]}</body></html>\n"
    )


def spans(cell: LogicalCell) -> str:
    return "".join(
        f' {name}="{count}"'
        for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
        if count > 1
    )


def inside(cell: LogicalCell) -> str:
    return "<br>".join(escape(line) for line in cell.text.split("\n"))


def plain_cell(cell: LogicalCell, random: Random) -> str:
    return f"<td{spans(cell)}>{inside(cell)}</td>"


def rows(table: LogicalTable, cell: WriteCell, random: Random) -> list[str]:
    return [f"<tr>{''.join(cell(one, random) for one in cells)}</tr>" for cells in table.rows()]


def of_cells(cell: WriteCell, *, opening: str = "<table>") -> WriteTable:
    """A table whose cells are written by `cell`."""

    def write(table: LogicalTable, random: Random) -> str:
        return "\n".join([opening, *rows(table, cell, random), "</table>"])

    return write


def _made(table: WriteTable, *, head: str = "", around: tuple[str, str] = ("", "")) -> Make:
    return lambda drafted, seed: page(drafted, seed, table, head=head, around=around).encode()


def _other(cell: LogicalCell, random: Random) -> str:
    """A figure that is not the cell's."""
    return str(random.randint(100, 999))


# --- spans --------------------------------------------------------------------------------


def _bodies(table: LogicalTable) -> list[list[int]]:
    """Row numbers of row groups that no span crosses."""
    found: list[list[int]] = []
    last = -1
    for row in range(table.n_rows):
        if row > last:
            found.append([])
        found[-1].append(row)
        last = max(last, *(c.row + c.rowspan - 1 for c in table.cells if c.row <= row))
    return found


def _in_bodies(cell: Callable[[LogicalCell, int], str]) -> WriteTable:
    """Row groups as wide as spans reach; `cell` gets the row after its group."""

    def write(table: LogicalTable, random: Random) -> str:
        lines = ["<table>"]
        by_row = table.rows()
        for body in _bodies(table):
            lines.append("<tbody>")
            for row in body:
                lines.append(f"<tr>{''.join(cell(one, body[-1] + 1) for one in by_row[row])}</tr>")
            lines.append("</tbody>")
        return "\n".join([*lines, "</table>"])

    return write


def _to_the_end(instead: str) -> Callable[[LogicalCell, int], str]:
    """Row spans that end with their group are written `instead`."""

    def write(cell: LogicalCell, end: int) -> str:
        if cell.rowspan > 1 and cell.row + cell.rowspan == end:
            across = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            return f'<td rowspan="{instead}"{across}>{inside(cell)}</td>'
        return plain_cell(cell, Random())

    return write


def _overlong(table: LogicalTable, random: Random) -> str:
    """The last cell of a row claims more columns than there are."""

    def write(cell: LogicalCell, random: Random) -> str:
        if cell.column + cell.colspan == table.n_columns and cell.colspan > 1:
            return (
                f'<td colspan="{random.choice(("100", "1000", "99999999999"))}">{inside(cell)}</td>'
            )
        return plain_cell(cell, random)

    return of_cells(write)(table, random)


def _overlapping(table: LogicalTable, random: Random) -> str:
    """Group labels reach one row too far, into rows that have no room for them."""

    def write(cell: LogicalCell, random: Random) -> str:
        longer = cell.role == "group" and cell.column == 0
        down = cell.rowspan + longer
        return f'<td rowspan="{down}" colspan="{cell.colspan}">{inside(cell)}</td>'

    return of_cells(write)(table, random)


# --- what is not shown --------------------------------------------------------------------


def _hidden_beside(how: str) -> WriteCell:
    """Another figure before each figure, which nobody sees; `how` has a `{}` for it."""

    def write(cell: LogicalCell, random: Random) -> str:
        decoy = how.format(_other(cell, random)) if cell.role == "value" else ""
        return f"<td{spans(cell)}>{decoy}{inside(cell)}</td>"

    return write


def _hidden_cells(cell: LogicalCell, random: Random) -> str:
    decoy = (
        f'<td style="DISPLAY : none">{_other(cell, random)}</td>' if cell.role == "value" else ""
    )
    return decoy + plain_cell(cell, random)


def _hidden_rows(opening: str) -> WriteTable:
    """After each row with figures the row of the year before, which nobody sees."""

    def write(table: LogicalTable, random: Random) -> str:
        lines = ["<table>"]
        for cells, written in zip(table.rows(), rows(table, plain_cell, random), strict=True):
            lines.append(written)
            if any(cell.role == "value" for cell in cells) and all(c.rowspan == 1 for c in cells):
                shadow = "".join(
                    f"<td{spans(c)}>{_other(c, random) if c.role == 'value' else inside(c)}</td>"
                    for c in cells
                )
                lines.append(f"{opening}{shadow}</tr>")
        return "\n".join([*lines, "</table>"])

    return write


def _shadowed(opening: str) -> WriteTable:
    """The table of another year stands before the right one, and is not shown."""
    decoy = of_cells(
        lambda cell, random: (
            f"<td{spans(cell)}>"
            f"{_other(cell, random) if cell.role == 'value' else inside(cell)}</td>"
        )
    )

    def write(table: LogicalTable, random: Random) -> str:
        plain = of_cells(plain_cell)(table, random)
        return f"{opening}{decoy(table, random)}</div>\n{plain}"

    return write


def _twice(table: LogicalTable, random: Random) -> str:
    """One for broad screens and one for narrow ones, a script shows one of them."""
    plain = of_cells(plain_cell)(table, random)
    return f'<div class="pc">{plain}</div><div class="wap">{plain}</div>'


# --- how figures stand in cells -------------------------------------------------------------


def _marked(cell: LogicalCell, random: Random) -> str:
    """A footnote's number behind some figures."""
    mark = "<sup>1</sup>" if cell.role == "value" and cell.text and random.random() < 0.2 else ""
    return f"<td{spans(cell)}>{inside(cell)}{mark}</td>"


def _struck(opening: str, closing: str) -> WriteCell:
    def write(cell: LogicalCell, random: Random) -> str:
        old = ""
        if cell.role == "value" and cell.text and random.random() < 0.2:
            old = f"{opening}{_other(cell, random)}{closing}"
        return f"<td{spans(cell)}>{old}{inside(cell)}</td>"

    return write


def _typed_in(cell: LogicalCell, random: Random) -> str:
    """A form that was sent: values in fields, with hidden ones beside them."""
    if cell.role != "value":
        return plain_cell(cell, random)
    text = escape(cell.text)
    hidden = f'<input type="hidden" name="old" value="{_other(cell, random)}">'
    field = random.choice(
        (
            f'<input type="text" readonly value="{text}">',
            f"<textarea>{text}</textarea>",
            f"<select><option>{_other(cell, random)}</option>"
            f"<option selected>{text}</option></select>",
        )
    )
    return f"<td{spans(cell)}>{hidden}{field}</td>"


def _in_field(cell: LogicalCell, random: Random) -> str:
    return f"<td{spans(cell)}>\x04{inside(cell)}\x05</td>"


def _table_in_cell(cell: LogicalCell, random: Random) -> str:
    """Each cell's text in a table of one cell, as one editor pastes."""
    return f"<td{spans(cell)}><table><tr><td>{inside(cell)}</td></tr></table></td>"


def _invisible_between(cell: LogicalCell, random: Random) -> str:
    text = "&#8203;".join(escape(one) for one in cell.text)
    return f"<td{spans(cell)}>&#65279;{text}&shy;</td>"


def _digit_a_span(cell: LogicalCell, random: Random) -> str:
    text = "\n".join(f"<span>{escape(one)}</span><!-- -->" for one in cell.text).replace("\n", "")
    return f"<td{spans(cell)}>\n  <p>\n  {text}\n  </p>\n</td>"


# --- rows ---------------------------------------------------------------------------------


def _row_a_table(table: LogicalTable, random: Random) -> str:
    plain = of_cells(plain_cell)
    return "\n".join(plain(row, random) for row in cut_at(table, range(1, table.n_rows)))


def _footer_first(table: LogicalTable, random: Random) -> str:
    """The last row stands first in the source: browsers show a `tfoot` below."""
    *bodies, last = _bodies(table)
    written = rows(table, plain_cell, random)
    foot = "".join(written[row] for row in last)
    rest = "".join(f"<tbody>{''.join(written[row] for row in body)}</tbody>" for body in bodies)
    return f"<table><tfoot>{foot}</tfoot>{rest}</table>"


def _without_row_begins(table: LogicalTable, random: Random) -> str:
    """`</tr><td>`: browsers begin a row where none was begun."""
    written = "\n".join(rows(table, plain_cell, random)).replace("<tr>", "")
    return f"<table><tr>{written}</table>"


def _header_again(table: LogicalTable, random: Random) -> str:
    """The header printed again after every five rows; labels that are cut go on blank."""
    stacked = any(cell.role == "title" for cell in table.cells)
    head = 0 if stacked else table.n_header_rows()
    cuts = range(head + 5, table.n_rows, 5)
    plain = of_cells(plain_cell)
    return _STANDS_APART.join(plain(piece, random) for piece in cut_at(table, cuts, head))


def _label_missing(table: LogicalTable, random: Random) -> str:
    """The same, but what is cut leaves no cell behind: rows have one column less than heads."""
    stacked = any(cell.role == "title" for cell in table.cells)
    head = 0 if stacked else table.n_header_rows()

    def write(cell: LogicalCell, random: Random) -> str:
        return "" if cell.role == "group" and not cell.text else plain_cell(cell, random)

    cuts = range(head + 5, table.n_rows, 5)
    plain = of_cells(write)
    return _STANDS_APART.join(plain(piece, random) for piece in cut_at(table, cuts, head))


def _spans_out_of_head(table: LogicalTable, random: Random) -> str:
    """As LibreOffice saves: the first row alone is the head, and spans reach out of it."""
    first, *rest = rows(table, plain_cell, random)
    return f"<table><thead>{first}</thead><tbody>{''.join(rest)}</tbody></table>"


def _head_apart(table: LogicalTable, random: Random) -> str:
    """The header in a table of its own, as scripts do that keep it in sight."""
    plain = of_cells(plain_cell)
    head = table.n_header_rows()
    if not head or any(cell.role in ("title", "group") and cell.row < head for cell in table.cells):
        return plain(table, random)
    return "\n".join(plain(piece, random) for piece in cut_at(table, [head]))


def _disputes_apart(table: LogicalTable, random: Random) -> str:
    """行政复议 and 行政诉讼 in a table each."""
    plain = of_cells(plain_cell)
    if table.id != "disputes":
        return plain(table, random)
    review = made(table.id, (cell for cell in table.cells if cell.column < 5))
    rest = (replace(cell, column=cell.column - 5) for cell in table.cells if cell.column >= 5)
    return _STANDS_APART.join(plain(one, random) for one in (review, made(table.id, rest)))


#: Columns of the grid to a printed column, and how far an edge may lie off.
_FINE, _OFF = 20, 4


def _edges_of_their_own(table: LogicalTable, random: Random) -> str:
    """As programs save that round the widths of each row by themselves."""
    lines = []
    edges = [_FINE * column for column in range(table.n_columns + 1)]
    for cells in table.rows():
        off = [edges[0], *(edge + random.randint(-_OFF, _OFF) for edge in edges[1:-1]), edges[-1]]
        for cell in table.cells:
            if cell.rowspan > 1 and cells and cell.covers(cells[0].row):
                off[cell.column], off[cell.column + cell.colspan] = (
                    edges[cell.column],
                    edges[cell.column + cell.colspan],
                )
        lines.append("<tr>")
        for cell in cells:
            colspan = off[cell.column + cell.colspan] - off[cell.column]
            lines.append(f'<td rowspan="{cell.rowspan}" colspan="{colspan}">{inside(cell)}</td>')
        lines.append("</tr>")
    return "\n".join(["<table>", *lines, "</table>"])


def _narrow_labels(table: LogicalTable, random: Random) -> str:
    """Some labels reach over a column less than the header leaves them."""
    lines = []
    for cells in table.rows():
        narrow = {cell for cell in cells if cell.role == "label" and cell.colspan > 1}
        narrow = narrow if random.random() < 0.5 else set()
        written = (
            plain_cell(replace(c, colspan=c.colspan - 1) if c in narrow else c, random)
            for c in cells
        )
        lines.append(f"<tr>{''.join(written)}</tr>")
    return "\n".join(["<table>", *lines, "</table>"])


def _excel(table: LogicalTable, random: Random) -> str:
    """As Excel saves: widths in `<col>`, figures in `x:num`, a ruler row of no height."""
    ruler = "".join("<td width=64></td>" for _ in range(table.n_columns))
    lines = [
        "<table x:str border=0 cellpadding=0 cellspacing=0 style='border-collapse:collapse'>",
        f"<col width=64 span={table.n_columns} style='mso-width-source:userset'>",
    ]
    for cells in table.rows():
        lines.append("<tr height=19 style='mso-height-source:userset;height:14.25pt'>")
        for cell in cells:
            number = ' x:num="' + cell.text + '"' if cell.text.isdigit() else ""
            lines.append(f"<td class=xl24{spans(cell)}{number}>{inside(cell)}</td>")
        lines.append("</tr>")
    return "\n".join(
        [
            *lines,
            "<![if supportMisalignedColumns]>",
            f"<tr height=0 style='display:none'>{ruler}</tr><![endif]></table>",
        ]
    )


# --- tables that are none -------------------------------------------------------------------


def _drawn_with(table_: str, row_: str, cell_: str, *, told: bool = False) -> WriteTable:
    """Elements that are a table by class, style or role. Without `told` spans are blank cells."""

    def write(table: LogicalTable, random: Random) -> str:
        lines = [f"<div {table_}>"]
        for number, line in enumerate(table.grid()):
            lines.append(f"<div {row_}>")
            for column, cell in enumerate(line):
                first = (cell.row, cell.column) == (number, column)
                if told and not first:
                    continue
                said = (
                    f' aria-rowspan="{cell.rowspan}" aria-colspan="{cell.colspan}"' if told else ""
                )
                lines.append(f"<div {cell_}{said}>{inside(cell) if first else ''}</div>")
            lines.append("</div>")
        return "\n".join([*lines, "</div>"])

    return write


def _preformatted(table: LogicalTable, random: Random) -> str:
    return "<pre>" + escape("\n".join(pipe_rows(table))) + "</pre>"


def _broken_lines(table: LogicalTable, random: Random) -> str:
    return "<div>" + "<br/>".join(escape(row) for row in pipe_rows(table)) + "</div>"


def _cell_a_paragraph(table: LogicalTable, random: Random) -> str:
    return "\n".join(f"<p>{inside(cell)}</p>" for cell in table.cells if cell.text)


# --- the page around ------------------------------------------------------------------------


def _layout_tables(depth: int) -> tuple[str, str]:
    before = (
        '<table width="100%"><tr><td width="20%"><table><tr><td><a href="#">机构概况</a></td></tr>'
        '<tr><td><a href="#">通知公告</a></td></tr></table></td><td valign="top">'
    )
    return before * depth, "</td></tr><tr><td>&nbsp;</td><td>版权所有</td></tr></table>" * depth


def _one_line(drafted: Draft, seed: int) -> bytes:
    return "".join(page(drafted, seed, of_cells(plain_cell)).split("\n")).encode()


def _cut_off(drafted: Draft, seed: int) -> bytes:
    """The download ended after the last table."""
    whole = page(drafted, seed, of_cells(plain_cell))
    return whole[: whole.rindex("</table>")].encode()


# --- bytes --------------------------------------------------------------------------------


def _encoded(codec: str, declared: str | None, change: Callable[[str, int], str]) -> Make:
    style = HtmlStyle(name="", about="", cell="inline", page="cms", declared=declared, after=change)

    def make(drafted: Draft, seed: int) -> bytes:
        text = render_html(paper(drafted), style, seed).decode()
        return text.encode(codec, "xmlcharrefreplace")

    return make


def _same(text: str, seed: int) -> str:
    return text


def _lines_broken(drafted: Draft, seed: int) -> bytes:
    """GBK with a byte lost in the text of the page, so that what follows is out of step."""
    body = render(drafted, Format.HTML, "word", seed)
    at = body.index("根据《".encode("gbk"))
    return body[: at + 1] + body[at + 2 :]


def _message(transfer: str) -> Make:
    """A page saved with all that is in it, as browsers save `.mht`."""

    def make(drafted: Draft, seed: int) -> bytes:
        body = render(drafted, Format.HTML, "word", seed)
        encode = base64.encodebytes if transfer == "base64" else quopri.encodestring
        return b"\r\n".join(
            (
                b"From: <Saved by Blink>", b"Subject: =?utf-8?Q?report?=", b"MIME-Version: 1.0",
                b'Content-Type: multipart/related; type="text/html"; boundary="----=_Part"', b"",
                b"------=_Part", b'Content-Type: text/html; charset="gb2312"',
                b"Content-Transfer-Encoding: " + transfer.encode(),
                b"Content-Location: file:///C:/report.htm", b"", encode(body),
                b"------=_Part", b"Content-Type: image/png", b"Content-Transfer-Encoding: base64",
                b"", b"iVBORw0KGgo=", b"------=_Part--", b"",
            )
        )  # fmt: skip

    return make


def _with_headers(drafted: Draft, seed: int) -> bytes:
    body = render(drafted, Format.HTML, "cms", seed)
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body


def _styled(**looks: object) -> Make:
    """A style of its own, of the switches that the others have."""
    style = HtmlStyle(name="", about="", **looks)  # type: ignore[arg-type]
    return lambda drafted, seed: render_html(paper(drafted), style, seed)


WHOLENESS = frozenset({Lost.WHOLENESS})
SPANS = frozenset({Lost.SPANS})
ROWS = SPANS | {Lost.ROWS, Lost.BLANK_CELLS}
SCRIPT = frozenset({Lost.SCRIPT})
_HIDDEN_CLASS = "<style>td {color: #333} .old, #other { color: red; display: none }</style>"
_STRIKING = "<style>.gone{text-decoration:line-through}</style>"


def _shape(
    name: str, hard_for: str, make: Make, loses: Iterable[Lost] = (), suffix: str = "html"
) -> Shape:
    return Shape(
        name=name,
        format=Format.HTML,
        hard_for=hard_for,
        make=make,
        suffix=suffix,
        loses=frozenset(loses),
    )


PAGES: tuple[Shape, ...] = (
    _shape(
        "rowspan_zero",
        "rowspan=0: to the end of its row group",
        _made(_in_bodies(_to_the_end("0"))),
    ),
    _shape(
        "rowspan_overlong",
        "rowspan=9999, ended by its row group",
        _made(_in_bodies(_to_the_end("9999"))),
    ),
    _shape("colspan_overlong", "colspan=100 and wider in a table of four", _made(_overlong)),
    _shape("overlapping", "group labels reach one row too far", _made(_overlapping), {Lost.SPANS}),
    _shape(
        "hidden_spans",
        "display:none figures inside of cells",
        _made(of_cells(_hidden_beside('<span style="color:red;display:none">{}</span>'))),
    ),
    _shape(
        "hidden_attribute",
        "hidden figures inside of cells",
        _made(of_cells(_hidden_beside("<b hidden>{}</b>"))),
    ),
    _shape(
        "visibility",
        "visibility:hidden figures inside of cells",
        _made(of_cells(_hidden_beside('<i style="visibility: hidden">{}</i>'))),
    ),
    _shape(
        "templates",
        "figures in template, script, comment and noscript",
        _made(
            of_cells(
                _hidden_beside(
                    "<template>{0}</template><script>var x={0};</script><!-- {0} -->"
                    "<noscript>{0}</noscript>"
                )
            )
        ),
    ),
    _shape(
        "hidden_cells", "display:none cells before the shown ones", _made(of_cells(_hidden_cells))
    ),
    _shape(
        "hidden_rows",
        "display:none rows of last year",
        _made(_hidden_rows('<tr style="display:none">')),
    ),
    _shape(
        "collapsed_rows",
        "visibility:collapse rows of last year",
        _made(_hidden_rows('<tr style="visibility:collapse">')),
    ),
    _shape(
        "hidden_tables",
        "a display:none table of last year before each",
        _made(_shadowed('<div style="display:none">')),
    ),
    _shape(
        "hidden_by_sheet",
        "rows of last year hidden by a class of the style sheet",
        _made(_hidden_rows('<tr class="row old">'), head=_HIDDEN_CLASS),
    ),
    _shape(
        "tables_hidden_by_sheet",
        "tables of last year hidden by a class of the style sheet",
        _made(_shadowed('<div class="old">'), head=_HIDDEN_CLASS),
    ),
    _shape(
        "spans_hidden_by_sheet",
        "figures inside of cells hidden by a class of the style sheet",
        _made(of_cells(_hidden_beside('<span class="old">{}</span>')), head=_HIDDEN_CLASS),
    ),
    _shape("twice", "each table twice, for broad and narrow screens", _made(_twice), WHOLENESS),
    _shape("footnote_marks", "12<sup>1</sup> is twelve", _made(of_cells(_marked))),
    _shape("struck", "<s>315</s>12 is twelve", _made(of_cells(_struck("<s>", "</s>")))),
    _shape(
        "struck_by_style",
        "line-through by style attribute",
        _made(of_cells(_struck('<span style="text-decoration: line-through">', "</span>"))),
    ),
    _shape("deleted", "<del>315</del><ins>12</ins>", _made(of_cells(_struck("<del>", "</del>")))),
    _shape(
        "struck_by_sheet",
        "line-through by a class of the style sheet",
        _made(of_cells(_struck('<span class="gone">', "</span>")), head=_STRIKING),
    ),
    _shape("typed_in", "figures in form fields, others in hidden ones", _made(of_cells(_typed_in))),
    _shape("table_in_cell", "each cell holds a table of one cell", _made(of_cells(_table_in_cell))),
    _shape(
        "zero_width", "zero-width spaces between characters", _made(of_cells(_invisible_between))
    ),
    _shape("digit_a_span", "a span and a comment a digit", _made(of_cells(_digit_a_span))),
    _shape("row_a_table", "a table cut at every row", _made(_row_a_table), WHOLENESS),
    _shape("header_again", "the header again and again", _made(_header_again), WHOLENESS),
    _shape(
        "label_missing",
        "cut after every five rows, the group's cell missing behind the cut",
        _made(_label_missing),
        {Lost.SPANS},
    ),
    _shape("footer_first", "tfoot before the rows", _made(_footer_first)),
    _shape("no_row_begins", "</tr><td>, no <tr>", _made(_without_row_begins)),
    _shape("excel", "saved by Excel: x:num, ruler row", _made(_excel), suffix="xls"),
    _shape(
        "class_divs",
        "div class=tr, div class=td",
        _made(_drawn_with('class="tb"', 'class="tr row"', 'class="td"')),
        SPANS,
    ),
    _shape(
        "style_divs",
        "div style=display:table-cell",
        _made(
            _drawn_with(
                'style="display:table"', 'style="display: table-row"', 'style="display:table-cell"'
            )
        ),
        SPANS,
    ),
    _shape(
        "role_divs",
        "div role=cell aria-colspan",
        _made(_drawn_with('role="table"', 'role="row"', 'role="cell"', told=True)),
    ),
    _shape("preformatted", "pipe rows in <pre>", _made(_preformatted), SPANS),
    _shape("line_breaks", "pipe rows parted by <br>", _made(_broken_lines), SPANS),
    _shape("cell_a_paragraph", "a <p> a cell, no table", _made(_cell_a_paragraph), ROWS),
    _shape(
        "layout_three_deep",
        "layout tables three deep",
        _made(of_cells(plain_cell), around=_layout_tables(3)),
    ),
    _shape(
        "deep_spans",
        "three hundred elements deep",
        _made(of_cells(plain_cell), around=("<div><span>" * 150, "</span></div>" * 150)),
    ),
    _shape(
        "unclosed_fonts",
        "four thousand <font> that nobody closed",
        _made(of_cells(plain_cell), around=("<font size=3>" * 4_000, "")),
    ),
    _shape("one_line", "the page on one line", _one_line),
    _shape("cut_off", "the page ends inside of the last table", _cut_off),
    _shape(
        "utf16_no_mark",
        "UTF-16 without a mark, declared utf-8",
        _encoded("utf-16-le", "utf-8", _same),
    ),
    _shape("utf16_big", "UTF-16 big end first, no mark", _encoded("utf-16-be", None, _same)),
    _shape("big5", "traditional, Big5", _encoded("big5", "big5", traditional), SCRIPT),
    _shape(
        "big5_undeclared",
        "traditional, Big5, not declared",
        _encoded("big5", None, traditional),
        SCRIPT,
    ),
    _shape("wrongly_big5", "GBK that is declared Big5", _encoded("gb18030", "big5", _same)),
    _shape("byte_lost", "GBK with a byte lost", _lines_broken),
    _shape("mhtml", "MHTML, quoted-printable", _message("quoted-printable"), suffix="mht"),
    _shape("mhtml_base64", "MHTML, base64, named .doc", _message("base64"), suffix="doc"),
    _shape("http_headers", "the answer's headers before the page", _with_headers, suffix="htm"),
    _shape(
        "saved_as_doc",
        "a page by Word, named .doc",
        lambda drafted, seed: render(drafted, Format.HTML, "word", seed),
        suffix="doc",
    ),
    _shape(
        "wps_pieces",
        "WPS spans, cut into pieces, vertical label, GBK not declared",
        _styled(
            page="cms", cell="cut", vertical=True, cut="with header", encoding="gbk", declared=None
        ),
        WHOLENESS,
    ),
    _shape(
        "word_soup",
        "Word's cells in unclosed elements, pieces",
        _styled(page="soup", cell="word", cut="without header"),
        WHOLENESS,
    ),
    _shape(
        "sloppy_entities",
        "no end tags, every character a reference",
        _styled(cell="entities", sloppy=True, page="layout"),
    ),
)

#: What pages keep out of sight, and what programs leave of the edges of cells.
LATER_PAGES: tuple[Shape, ...] = (
    _shape(
        "tiny",
        "figures of no size inside of cells",
        _made(of_cells(_hidden_beside('<span style="font-size:0">{}</span>'))),
    ),
    _shape(
        "beside_the_page",
        "figures far left of the page, and transparent ones",
        _made(
            of_cells(
                _hidden_beside(
                    '<i style="position:absolute;left:-9999px">{0}</i><b style="opacity:0">{0}</b>'
                )
            )
        ),
    ),
    _shape("spans_out_of_head", "thead of one row, spans reach out", _made(_spans_out_of_head)),
    _shape(
        "head_apart", "header and rows in two tables", _made(_head_apart), WHOLENESS | {Lost.SPANS}
    ),
    _shape(
        "disputes_apart", "table 四 in two tables", _made(_disputes_apart), WHOLENESS | {Lost.SPANS}
    ),
    _shape(
        "own_edges",
        "edges of columns a little apart in each row",
        _made(_edges_of_their_own),
        {Lost.SPANS},
    ),
    _shape(
        "narrow_labels",
        "labels a column too narrow, figures beside their heads",
        _made(_narrow_labels),
        {Lost.SPANS},
    ),
    _shape(
        "control_characters",
        "control characters around each text, as LibreOffice saves form fields",
        _made(of_cells(_in_field)),
    ),
)
