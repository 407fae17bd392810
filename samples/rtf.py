"""Report -> RTF: as Word, WPS, LibreOffice and scripts write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from samples.layout import LogicalCell, LogicalTable
from samples.prose import Paper, Passage
from samples.style import named
from samples.word import (
    NESTED,
    NUMBERED,
    PIECES,
    STRUCK,
    TRACKED,
    StruckStyle,
    in_runs,
    kept_edges,
    rows_of,
)

#: Width of a column in twentieths of a point, and how far an edge of a row may lie off.
_WIDE, _OFF = 900, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RtfStyle(StruckStyle):
    #: How letters that are not ASCII are written: `unicode`, `pages` (`\\'hh` in the code page of
    #: the font), `both`, or `raw` bytes of it.
    letters: str = "pages"
    #: The outermost group label one character a paragraph.
    vertical: bool = False
    #: Cells that reach over columns say so column by column, instead of being wide.
    across: bool = False
    #: The edges of each row rounded by itself.
    rounded: bool = False
    #: No word that a paragraph stands in a table, as scripts write it.
    bare: bool = False
    #: What a row is stands behind its cells as well.
    twice: bool = False


_HEAD = (
    "{\\rtf1\\ansi\\ansicpg936\\deff0\\uc1{\\fonttbl{\\f0\\froman\\fcharset0 Times New Roman;}"
    "{\\f1\\fnil\\fcharset134 SimSun{\\*\\falt Song};}{\\f2\\ftech\\fcharset2 Symbol;}}"
    "{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;}"
    "{\\stylesheet{\\s0 Normal;}{\\s1 heading 1;}}{\\*\\generator A program;}"
)
_NOISE = (
    "{\\*\\bkmkstart _GoBack}{\\*\\bkmkend _GoBack}",
    "{\\v 9}",
    "{\\footnote 12}",
    "{\\*\\nobody knows {this 88}}",
    "{\\xe{9}}",
    "{\\field{\\*\\fldinst XE 9}{\\fldrslt }}",
)


def render_rtf(paper: Paper, style: RtfStyle, seed: int) -> bytes:
    writer = _Writer(style=style, random=Random(seed))
    title = writer.letters(paper.title)
    body = "".join(writer.part(part) for part in paper.parts)
    if style.nested:
        body = f"{writer.row([_WIDE * 12])}\\pard\\intbl {body}\\cell\\row\\pard "
    text = f"{_HEAD}{{\\info{{\\title {title}}}}}{body}\\par}}"
    return text.encode("latin-1")


@dataclass(slots=True, kw_only=True)
class _Writer:
    style: RtfStyle
    random: Random
    #: Of each table, the edges that reach over several rows: they are drawn alike in all of them.
    _kept: set[int] = field(default_factory=set)

    # --- running text ---

    def part(self, part: Passage | LogicalTable) -> str:
        if isinstance(part, Passage):
            return self._passage(part)
        drawn = self.style.tables(part)
        return "".join(f"{self._table(one)}{self._start()}\\par " for one in drawn)

    def _start(self) -> str:
        """The beginning of a paragraph outside of the tables of the form."""
        return "\\pard\\plain\\intbl\\f1 " if self.style.nested else "\\pard\\plain\\f1 "

    def _passage(self, part: Passage) -> str:
        text, label = part.text, ""
        if part.kind == "heading" and self.style.numbered:
            number, text = part.text.split("、", 1)
            label = f"{{\\listtext\\pard\\plain\\f1 {self.letters(number + '、')}\\tab}}\\ls1 "
        style = "\\s1 " if part.kind == "title" else ""
        return f"{self._start()}{style}{label}{self._written(text)}\\par "

    def _written(self, text: str) -> str:
        if not self.style.runs:
            return self.letters(text)
        said = ""
        for run in in_runs(text, self.random):
            said += f"{{\\loch\\af0\\hich\\af0\\dbch\\f1 {self.letters(run)}}}"
            if self.style.noise:
                said += self.random.choice(_NOISE)
        return said

    def letters(self, text: str) -> str:
        return "".join(map(self._letter, text))

    def _letter(self, one: str) -> str:
        if one in "\\{}":
            return f"\\{one}"
        if one == "\n":
            return "\\line "
        if one.isascii():
            return one
        coded = one.encode("gbk", "ignore")
        code = ord(one) - (0x10000 if ord(one) > 0x7FFF else 0)
        how: dict[str, Callable[[], str]] = {
            "unicode": lambda: f"\\u{code}\\'3f",
            "both": lambda: f"\\uc{len(coded)}\\u{code}{_hex(coded)}",
            "pages": lambda: _hex(coded),
            "raw": lambda: coded.decode("latin-1"),
        }
        return how[self.style.letters if coded else "unicode"]()

    # --- tables ---

    def _table(self, table: LogicalTable) -> str:
        printed = self.style.printed(table, "\n")
        self._kept = kept_edges(printed)
        return "".join(map(self._row, rows_of(printed)))

    def _row(self, cells: list[tuple[LogicalCell, bool]]) -> str:
        edges: list[int] = []
        flags: list[str] = []
        texts: list[str] = []
        for cell, is_first in cells:
            down = "" if cell.rowspan == 1 else ("\\clvmgf" if is_first else "\\clvmrg")
            parts = range(1, cell.colspan + 1) if self.style.across else [cell.colspan]
            for part in parts:
                across = "\\clmgf" if part == 1 else "\\clmrg"
                flags.append(down + (across if self.style.across and cell.colspan > 1 else ""))
                edges.append(self._edge(cell.column + part))
                is_shown = is_first and part == parts[0]
                texts.append(self._filled(cell) if is_shown else "")
        defined = self.row(edges, flags)
        end, mark = ("\\nestrow", "\\nestcell") if self.style.nested else ("\\row", "\\cell")
        within = "" if self.style.bare else "\\intbl"
        deep = "\\itap2" if self.style.nested else ""
        start = f"\\pard\\plain{within}{deep}\\f1 "
        body = "".join(f"{start}{text}{mark} " for text in texts)
        if self.style.nested:
            return f"{body}{{\\*\\nesttableprops{defined}{end}}}{{\\nonesttables\\par}}"
        if self.style.twice:
            return f"{defined}{body}{start}{{{defined}{end}}}"
        return f"{defined}{body}{end} "

    def _edge(self, column: int) -> int:
        off = self.style.rounded and column not in self._kept
        return _WIDE * column + (self.random.randint(-_OFF, _OFF) if off else 0)

    def row(self, edges: list[int], flags: list[str] | None = None) -> str:
        """What a row is: where its cells end, and what they say of themselves."""
        said = zip(flags or [""] * len(edges), edges, strict=True)
        return "\\trowd\\trgaph108\\trleft-108 " + "".join(
            f"{flag}\\clbrdrt\\brdrs\\cellx{edge}" for flag, edge in said
        )

    def _filled(self, cell: LogicalCell) -> str:
        if self.style.vertical and cell.role == "group" and cell.column == 0:
            return "\\par ".join(self.letters(one) for one in cell.text)
        text = self._written(cell.text)
        if cell.role == "value" and cell.text:
            old = self.random.randint(100, 999)
            if self.style.tracked:
                return f"{{\\deleted {old}}}{{\\revised {text}}}"
            if self.style.struck:
                look = self.random.choice(("\\strike", "\\cf2"))
                return f"{{{look} {old}}}{text}"
        return text


def _hex(coded: bytes) -> str:
    return "".join(f"\\'{one:02x}" for one in coded)


RTF_STYLES = named(
    RtfStyle(name="plain", about="code page 936, wide cells"),
    RtfStyle(
        name="word",
        about="Word: runs with their fonts, what a row is before and behind its cells",
        letters="both",
        runs=True,
        twice=True,
    ),
    RtfStyle(
        name="wps",
        about="WPS: vertical label a paragraph a character, split headers, columns merged",
        vertical=True,
        split=True,
        across=True,
        twice=True,
    ),
    RtfStyle(name="unicode", about="LibreOffice: letters by number", letters="unicode"),
    RtfStyle(name="raw", about="bytes of the code page as they are", letters="raw"),
    RtfStyle(name="across", about="columns merged one by one", across=True),
    RtfStyle(**TRACKED, twice=True),
    RtfStyle(**NESTED),
    RtfStyle(**NUMBERED),
    RtfStyle(name="noise", about="hidden text, notes, fields", runs=True, noise=True),
    RtfStyle(**STRUCK),
    RtfStyle(name="rounded", about="edges of each row rounded by itself", rounded=True),
    RtfStyle(name="bare", about="by a script: no word of a table", bare=True, letters="unicode"),
    RtfStyle(**PIECES),
)
