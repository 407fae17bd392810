"""Report -> ODT: `content.xml` written out as LibreOffice, scripts and reviewers write it."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from xml.sax.saxutils import escape

from samples.layout import LogicalCell, LogicalTable
from samples.prose import Paper, Passage
from samples.style import named
from samples.word import NESTED, NUMBERED, PIECES, STRUCK, TRACKED, StruckStyle, in_runs

_NAMES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "style": "style",
    "draw": "drawing",
    "fo": "xsl-fo-compatible",
}
_XMLNS = "".join(
    f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in _NAMES.items()
)
MIMETYPE = "application/vnd.oasis.opendocument.text"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_STYLES = (
    '<style:style style:name="Struck" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="Hidden" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="White" style:family="text">'
    '<style:text-properties fo:color="#ffffff"/></style:style>'
    '<text:list-style style:name="Headings"><text:list-level-style-number text:level="1"'
    ' style:num-format="一, 二, 三, ..." style:num-suffix="、"/></text:list-style>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OdtStyle(StruckStyle):
    #: The outermost group label one character a line: a paragraph, or a break.
    vertical: str = ""
    #: Cells that say the same follow one another as one that is repeated.
    repeated: bool = False
    #: No covered cells where cells are merged, as scripts write it.
    bare: bool = False
    #: Each table in a text box.
    boxes: bool = False
    #: The members packed anew: `mimetype` is not the first, and packed as well.
    packed: bool = False


def render_odt(paper: Paper, style: OdtStyle, seed: int) -> bytes:
    writer = _Writer(style=style, random=Random(seed))
    body = "".join(writer.part(part) for part in paper.parts)
    if style.nested:
        body = (
            "<table:table><table:table-column/><table:table-row><table:table-cell>"
            f"{body}</table:table-cell></table:table-row></table:table><text:p/>"
        )
    tracked = f"<text:tracked-changes>{''.join(writer.regions)}</text:tracked-changes>"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content{_XMLNS} xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' office:version="1.3"><office:automatic-styles>{_STYLES}</office:automatic-styles>'
        f"<office:body><office:text>{tracked if writer.regions else ''}{body}</office:text>"
        "</office:body></office:document-content>"
    )
    return packed(content, paper.title, first=not style.packed)


def packed(content: str, title: str = "", *, first: bool = True) -> bytes:
    """The package around a `content.xml`; with fixed dates. `first`: `mimetype` goes first and is
    not packed, as it ought to be."""
    meta = (
        f'<office:document-meta{_XMLNS} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<dc:title>{escape(title)}</dc:title></office:meta></office:document-meta>"
    )
    members = {"content.xml": content, "meta.xml": meta, "META-INF/manifest.xml": _MANIFEST}
    members = {"mimetype": MIMETYPE, **members} if first else {**members, "mimetype": MIMETYPE}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in members.items():
            stored = name == "mimetype" and first
            how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name), text, how)
    return out.getvalue()


@dataclass(slots=True, kw_only=True)
class _Writer:
    style: OdtStyle
    random: Random
    #: What was changed under revision, each change with what it took away.
    regions: list[str] = field(default_factory=list)

    def part(self, part: Passage | LogicalTable) -> str:
        if isinstance(part, Passage):
            return self._passage(part)
        return "".join(f"{self._table(one)}<text:p/>" for one in self.style.tables(part))

    def _passage(self, part: Passage) -> str:
        if part.kind == "heading" and self.style.numbered:
            text = part.text.split("、", 1)[1]
            item = f"<text:list-item><text:p>{self._written(text)}</text:p></text:list-item>"
            goes_on = ' text:continue-numbering="true"'
            return f'<text:list text:style-name="Headings"{goes_on}>{item}</text:list>'
        if part.kind == "title":
            return f'<text:h text:outline-level="1">{self._written(part.text)}</text:h>'
        return f"<text:p>{self._written(part.text)}</text:p>"

    def _written(self, text: str) -> str:
        if not self.style.runs:
            return escape(text)
        said = ""
        for run in in_runs(text, self.random):
            said += f"<text:span>{escape(run)}</text:span>"
            if self.style.noise:
                said += self._noise()
        return said

    def _noise(self) -> str:
        return self.random.choice(
            (
                '<text:bookmark text:name="_GoBack"/>',
                "<text:soft-page-break/>",
                '<text:span text:style-name="Hidden">9</text:span>',
                '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
                "<text:note-body><text:p>12</text:p></text:note-body></text:note>",
                "<office:annotation><text:p>88</text:p></office:annotation>",
            )
        )

    # --- tables ---

    def _table(self, table: LogicalTable) -> str:
        printed = self.style.printed(table, "\n")
        rows: dict[int, dict[int, str]] = defaultdict(dict)
        for cell in printed.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    rows[row][column] = "" if self.style.bare else "<table:covered-table-cell/>"
            rows[cell.row][cell.column] = self._cell(cell)
        lines = [[rows[row][at] for at in sorted(rows[row])] for row in sorted(rows)]
        head = printed.n_header_rows()
        drawn = [f"<table:table-row>{self._joined(line)}</table:table-row>" for line in lines]
        top = "".join(drawn[:head])
        top = f"<table:table-header-rows>{top}</table:table-header-rows>" if top else ""
        columns = f'<table:table-column table:number-columns-repeated="{printed.n_columns}"/>'
        made = f"<table:table>{columns}{top}{''.join(drawn[head:])}</table:table>"
        if not self.style.boxes:
            return made
        return f"<text:p><draw:frame><draw:text-box>{made}</draw:text-box></draw:frame></text:p>"

    def _joined(self, cells: list[str]) -> str:
        """The cells of a row; equal ones as one that is repeated."""
        if not self.style.repeated:
            return "".join(cells)
        said, at = "", 0
        while at < len(cells):
            count = 1
            while at + count < len(cells) and cells[at + count] == cells[at]:
                count += 1
            times = f' table:number-columns-repeated="{count}"' if count > 1 else ""
            for name in ("<table:table-cell", "<table:covered-table-cell"):
                if cells[at].startswith(name):
                    said += name + times + cells[at].removeprefix(name)
            at += count
        return said

    def _cell(self, cell: LogicalCell) -> str:
        spans = ""
        if cell.colspan > 1 or cell.rowspan > 1:
            spans = (
                f' table:number-columns-spanned="{cell.colspan}"'
                f' table:number-rows-spanned="{cell.rowspan}"'
            )
        return f"<table:table-cell{spans}>{self._filled(cell)}</table:table-cell>"

    def _filled(self, cell: LogicalCell) -> str:
        lines = cell.text.split("\n")
        if self.style.vertical and cell.role == "group" and cell.column == 0:
            lines = list(cell.text)
            if self.style.vertical == "break":
                return f"<text:p>{'<text:line-break/>'.join(map(escape, lines))}</text:p>"
        if cell.role == "value" and cell.text:
            if self.style.tracked:
                return f"<text:p>{self._revised(cell.text)}</text:p>"
            if self.style.struck:
                look = self.random.choice(("Struck", "White"))
                old = (
                    f'<text:span text:style-name="{look}">{self.random.randint(9, 999)}</text:span>'
                )
                return f"<text:p>{old}{escape(cell.text)}</text:p>"
        return "".join(f"<text:p>{self._written(line)}</text:p>" for line in lines)

    def _revised(self, text: str) -> str:
        """The figure as it was put in under revision; the one that was struck out lies with the
        changes."""
        new, old = f"ct{len(self.regions)}", f"ct{len(self.regions) + 1}"
        about = "<office:change-info><dc:creator>审核</dc:creator></office:change-info>"
        deleted = f"<text:p>{self.random.randint(100, 999)}</text:p>"
        self.regions += [
            f'<text:changed-region text:id="{new}"><text:insertion>{about}</text:insertion>'
            "</text:changed-region>",
            f'<text:changed-region text:id="{old}"><text:deletion>{about}{deleted}'
            "</text:deletion></text:changed-region>",
        ]
        return (
            f'<text:change text:change-id="{old}"/><text:change-start text:change-id="{new}"/>'
            f'{escape(text)}<text:change-end text:change-id="{new}"/>'
        )


ODT_STYLES = named(
    OdtStyle(name="plain", about="as LibreOffice writes a simple table"),
    OdtStyle(
        name="office",
        about="spans, vertical label a paragraph a character, split headers",
        runs=True,
        vertical="paragraph",
        split=True,
    ),
    OdtStyle(name="vertical_break", about="vertical label by breaks", vertical="break"),
    OdtStyle(**TRACKED),
    OdtStyle(**NESTED),
    OdtStyle(**NUMBERED),
    OdtStyle(name="noise", about="notes, comments, hidden text", runs=True, noise=True),
    OdtStyle(**STRUCK),
    OdtStyle(name="repeated", about="equal cells as one that is repeated", repeated=True),
    OdtStyle(name="bare", about="no covered cells, as scripts write it", bare=True),
    OdtStyle(name="text_boxes", about="tables in text boxes", boxes=True),
    OdtStyle(name="packed_anew", about="mimetype not at the beginning", packed=True),
    OdtStyle(**PIECES),
)
