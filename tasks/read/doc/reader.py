"""The text of an old Word document to its story; used by its reader.

The text is a string of characters in which marks end paragraphs, cells and rows, and open and
close fields. Which of them a mark is stands with its paragraph.

Source: [MS-DOC] 2.4 Document Content, 2.8.25 Plcfld, 2.4.3 Overview of Tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.patterns import regex
from tasks.model.saying import say
from tasks.read.controls import is_silent
from tasks.read.doc.file import KIND, Piece, Run, WordFile
from tasks.read.doc.lists import numbering
from tasks.read.doc.rows import definition, shades
from tasks.read.doc.styles import Face, Lines, Styles
from tasks.read.nesting import UNREAD, Content
from tasks.read.palette import PAPER, UNKNOWN
from tasks.read.seen import PRIVATE, SYMBOLS, Look, Shown, Unmapped, of_font
from tasks.read.story import Story, Tally
from tasks.read.unseen import unmapped

_PICTURE, _DRAWN, _CELL, _LINE, _PAGE, _PARAGRAPH, _COLUMN = map(chr, (1, 8, 7, 11, 12, 13, 14))
_BEGINS, _SEPARATES, _ENDS = "\x13", "\x14", "\x15"
_MARKS = frozenset((_CELL, _PAGE, _PARAGRAPH))
_TO_MARK = regex("[^\x07\x0c\r]*[\x07\x0c\r]|[^\x07\x0c\r]+")
_PARTS = regex("[\x13-\x15]|[^\x13-\x15]+")
_SIGNS = {"\x1e": "-", "\x1f": "", _LINE: "\n", _COLUMN: "\n", "\t": "\t", "\xa0": "\xa0"}
#: Other signs that are no letters show nothing.
_SHOWN = {**dict.fromkeys(range(0x20)), **{ord(sign): said for sign, said in _SIGNS.items()}}
_SYMBOL = "("
_NOTHING = Run(start=0, end=0, said=b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Text of which all looks alike, without a mark but at its end."""

    text: str
    face: Face
    #: What is said of its paragraph.
    paragraph: Run
    lines: Lines


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    has_result: bool = False
    shown: bool = False


class Reader:
    """One walk over the text."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.styles = Styles(file)
        self.numbering = numbering(file)
        self.tally = Tally(kind=KIND)
        self.doubts: list[Doubt] = []
        self._fields: list[_Field] = []
        #: The colours behind the cells of the rows that are still to come, the next one last.
        self._shades: list[tuple[str, ...]] = []

    def contents(self) -> list[Content]:
        """All that is shown: the text, then that of text boxes."""
        first = self.file.before_boxes
        parts = [("/doc", 0, self.file.n_text)]
        if self.file.n_boxes > 1:
            parts.append(("/doc/boxes", first, first + self.file.n_boxes - 1))
        found: list[Content] = []
        for path, begin, end in parts:
            found += self._story(Story(tally=self.tally, path=path), begin, end)
        if self.tally.lost_rows:
            self.doubts.append(Doubt(kind=DoubtKind.TRUNCATED, says=(say("rtf.breaks_off"),)))
        return found

    def _story(self, story: Story, begin: int, end: int) -> list[Content]:
        self._fields = []
        pieces = self.file.pieces
        stretches = [one for piece in pieces for one in self._stretches(piece, begin, end)]
        # what is behind a cell is told only where its row ends
        ends = [one for one in stretches if one.text[-1] == _CELL and one.lines.ends_row]
        self._shades = [shades(one.paragraph.said) for one in reversed(ends)]
        for stretch in stretches:
            self._take(story, stretch)
        if story.shown:
            story.end_paragraph(0)
        return story.ended()

    # The text in stretches.

    def _stretches(self, piece: Piece, begin: int, end: int) -> Iterator[_Stretch]:
        """The part of a piece that lies between two counts of characters."""
        at, last = max(piece.first, begin), min(piece.end, end)
        while at < last:
            place = piece.at + (at - piece.first) * piece.width
            runs = (self.file.characters, self.file.paragraphs)
            until = min(run.until(place) for run in runs)
            count = min(max((until - place) // piece.width, 1), last - at)
            source = self.file.main[place : place + count * piece.width]
            codec = "cp1252" if piece.is_narrow else "utf-16-le"
            text = source.decode(codec, "replace" if piece.is_narrow else "surrogatepass")
            paragraph = self.file.paragraphs.at(place) or _NOTHING
            run = self.file.characters.at(place) or _NOTHING
            yield from self._marked(text, paragraph, run.said + piece.said)
            at += count

    def _marked(self, text: str, paragraph: Run, said: bytes) -> Iterator[_Stretch]:
        """Cut behind each mark."""
        face = self.styles.face(paragraph.style, said)
        lines = self.styles.lines(paragraph.style, paragraph.said)
        for part in _TO_MARK.findall(text):
            yield _Stretch(text=part, face=face, paragraph=paragraph, lines=lines)

    # What they come to.

    def _take(self, story: Story, stretch: _Stretch) -> None:
        text = stretch.text
        mark = text[-1] if text[-1] in _MARKS else ""
        self._show(story, stretch, text.removesuffix(mark))
        if mark:
            self._end(story, stretch, mark)

    def _end(self, story: Story, stretch: _Stretch, mark: str) -> None:
        lines, face = stretch.lines, stretch.face
        level = max(lines.level, 1) if lines.in_table or lines.level else 0
        if mark == _CELL and lines.ends_row:
            story.definition = definition(stretch.paragraph.said)
            self._count(story)
            self._shades.pop()
            story.end_row(1)
            return
        if mark == _PARAGRAPH and lines.ends_inner_row:
            story.definition = definition(stretch.paragraph.said)
            self._count(story)
            story.end_row(max(level, 2))
            return
        is_cell = mark == _CELL or lines.ends_inner_cell
        if face.deleted and not is_cell:
            return  # what follows goes on in the same paragraph
        level = max(level, 1) if is_cell else level
        self._number(story, stretch)
        is_heading = self.styles.is_heading(stretch.paragraph.style)
        is_gone = face.hidden or face.deleted
        story.end_paragraph(level, is_heading=is_heading, is_gone=is_gone)
        if is_cell:
            story.end_cell(1 if mark == _CELL else max(level, 2))

    def _count(self, story: Story) -> None:
        for _ in story.definition.cells:
            self.tally.count_definition()

    def _number(self, story: Story, stretch: _Stretch) -> None:
        lines = stretch.lines
        if lines.list and (story.shown or not stretch.face.deleted):
            story.label = self.numbering.label(str(lines.list), lines.list_level)

    def _show(self, story: Story, stretch: _Stretch, text: str) -> None:
        for part in _parts(text):
            if part in (_BEGINS, _SEPARATES, _ENDS):
                self._turn(part, stretch.face)
            elif not all(one.has_result for one in self._fields):
                if not self._fields[-1].has_result:
                    self._fields[-1].instruction += part
            else:
                self._write(story, stretch, part)

    def _turn(self, mark: str, face: Face) -> None:
        """A field begins, comes to its result, or ends."""
        if mark == _BEGINS:
            self._fields.append(_Field())
        elif mark == _SEPARATES and self._fields:
            self._fields[-1].has_result = True
        elif mark == _ENDS and self._fields:
            ended = self._fields.pop()
            if ended.shown and self._fields:
                self._fields[-1].shown = True
            is_seen = not (face.hidden or face.deleted)
            if not ended.shown and is_seen and not is_silent(ended.instruction):
                self.tally.unseen.unsure += all(one.has_result for one in self._fields)

    def _write(self, story: Story, stretch: _Stretch, text: str) -> None:
        face = stretch.face
        if face.deleted:
            story.has_deleted |= bool(text.strip())
        if face.deleted or face.hidden:
            return
        where = Where(path=story.path)
        for shown in self._shown(face, text, where):
            if self._fields and shown.text.strip():
                self._fields[-1].shown = True
            story.shown += self.tally.unseen.seen(shown, self._ground(story, stretch.lines), where)

    def _ground(self, story: Story, lines: Lines) -> str:
        """The colour behind the text."""
        if lines.shade:
            return lines.shade
        if lines.level > 1:
            return UNKNOWN
        if not lines.in_table or not self._shades:
            return PAPER
        behind, number = self._shades[-1], story.cell_number()
        return (behind[number] if number < len(behind) else UNKNOWN) or PAPER

    def _shown(self, face: Face, text: str, where: Where) -> list[Shown]:
        look = self.styles.look(face)
        if face.special:
            return self._special(face, text, look, where)
        said = text.translate(_SHOWN)
        if "\u202e" in said:
            self.tally.unseen.unsure += 1
        if look.font not in SYMBOLS and not PRIVATE.search(said):
            said = said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            return [Shown(said, look)] if said else []
        return [self._of_font(look.font, one, look, where) for one in said]

    def _special(self, face: Face, text: str, look: Look, where: Where) -> list[Shown]:
        """Characters that stand for something else: pictures, notes, symbols."""
        found: list[Shown] = []
        for one in text:
            if one in (_PICTURE, _DRAWN):
                self.tally.pictures += 1
            elif one == _SYMBOL and face.symbol is not None:
                font, code = face.symbol
                found.append(self._of_font(self.styles.fonts.get(font, ""), chr(code), look, where))
            elif one >= " ":  # LibreOffice says of results of fields that they are special
                found.append(Shown(one, look))
        return found

    def _of_font(self, font: str, one: str, look: Look, where: Where) -> Shown:
        if one in "\t\n\xa0 ":
            return Shown(one, look)
        made = of_font(font, one, look)
        if isinstance(made, Unmapped):
            self.doubts.append(unmapped(made.symbol, where))
            return Shown(UNREAD, Look())
        return made


def _parts(text: str) -> list[str]:
    """The marks of fields by themselves, and what stands between."""
    return _PARTS.findall(text)
