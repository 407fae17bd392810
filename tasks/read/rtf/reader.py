"""The tokens of an RTF to its story; used by the RTF reader.

    groups         what is said in a group ends with it; some are no text, and are passed over
    characters     bytes wait until the next control word, as two of them may be one character
    fields         the result is shown, the instruction is not
    text boxes     are stories of their own, behind the paragraph that they stand in

Source: Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from tasks.model.document import Doubt, DoubtKind, Where
from tasks.model.limits import MAX_DEPTH
from tasks.model.saying import say
from tasks.read.controls import is_silent
from tasks.read.edges import Definition
from tasks.read.nesting import UNREAD, Content
from tasks.read.package import Named, too_deep
from tasks.read.palette import PAPER, UNKNOWN
from tasks.read.rtf.faces import Face, Faces, Font
from tasks.read.rtf.letters import DOUBLE, decoded, of_charset, of_page
from tasks.read.rtf.tokens import Kind, Token, Tokens
from tasks.read.seen import PRIVATE, SYMBOLS, Look, Shown, Unmapped, of_font
from tasks.read.story import Story, Tally
from tasks.read.unseen import clean, unmapped


class Into(Enum):
    """What the text of a group is for."""

    TEXT = auto()
    FONTS = auto()
    COLOURS = auto()
    STYLES = auto()
    TITLE = auto()
    LABEL = auto()
    INSTRUCTION = auto()
    ENTRY = auto()
    NOWHERE = auto()


class _Paragraph(NamedTuple):
    #: In how many tables it stands.
    level: int = 0
    style: int = 0
    #: The number of the colour behind it, and the pattern over it.
    behind: int = 0
    pattern: int = 0


class _Group(NamedTuple):
    """What holds until the end of a group."""

    face: Face
    paragraph: _Paragraph
    into: Into
    #: How many characters stand for one that follows its number in Unicode.
    stand_ins: int
    #: What is done at its end.
    at_end: Callable[[], None] | None = None


@dataclass(slots=True, kw_only=True)
class _Field:
    story: Story
    #: Where its result begins.
    paragraph: int
    at: int
    instruction: list[str] = field(default_factory=list)
    #: 0 text, 1 check box, 2 drop-down; None for what is no form field.
    form: int | None = None
    chosen: int | None = None
    usual: int = 0
    entries: list[str] = field(default_factory=list)


#: Groups that are no text, and hold nothing that is looked at.
_PASSED_OVER = frozenset(
    (
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("footnote", "annotation", "pict", "sp", "shprslt", "nonshppict", "nonesttables", "xe"),
        *("tc", "tcn", "rxe", "txe", "bkmkstart", "bkmkend", "template", "private", "filetbl"),
        *("objclass", "objname", "objdata", "rev", "listtable", "listoverridetable", "revtbl"),
        *("author", "operator", "subject", "keywords", "comment", "doccomm", "category", "company"),
        *("manager", "vern", "creatim", "revtim", "printim", "buptim", "hlinkbase", "fldtype"),
    )
)
_PICTURES = frozenset(("pict", "shppict", "object", "shp", "do"))
#: Groups with a star that are looked at, as readers of today know them.
_KNOWN_WITH_STAR = frozenset(
    ("fldinst", "shpinst", "ud", "nesttableprops", "formfield", "ffl", "do", "dptxbxtext")
)
_INTO = {
    "fonttbl": Into.FONTS,
    "colortbl": Into.COLOURS,
    "stylesheet": Into.STYLES,
    "title": Into.TITLE,
    "info": Into.NOWHERE,
    "listtext": Into.LABEL,
    "pntext": Into.LABEL,
    "fldinst": Into.INSTRUCTION,
    "ffl": Into.ENTRY,
    "formfield": Into.NOWHERE,
    "upr": Into.NOWHERE,
    "ud": Into.NOWHERE,
    "shpinst": Into.NOWHERE,
    "do": Into.NOWHERE,
    "nesttableprops": Into.NOWHERE,
}
_BOXES = frozenset(("shptxt", "dptxbxtext"))
_CHARACTERS: Final[Mapping[str, str]] = {
    "tab": "\t",
    "line": "\n",
    "softline": "\n",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "endash": "–",
    "emdash": "—",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SIGNS = {"~": "\xa0", "_": "-", "-": ""}
#: What stands in a text and is no letter: LibreOffice writes the ends of paragraphs in fields so.
_CONTROLS: Final[Mapping[int, str | None]] = {
    **dict.fromkeys(range(32)), 9: "\t", 10: "\n", 13: "\n",
}  # fmt: skip
KIND = Named(zh="RTF 文档", en="RTF document", program="Word")
_BULLETS = frozenset("•·●○■□◆◇▪▫–-*oü§➢✓")
_TITLES = frozenset(("title", "heading 1", "标题 1", "标题"))
#: Switches of a face, and what they are when they are on and off.
_SWITCHES: Final[Mapping[str, tuple[str, object, object]]] = {
    "v": ("hidden", True, False),
    "deleted": ("deleted", True, False),
    "mvf": ("deleted", True, False),
    "strike": ("struck", True, False),
    "striked": ("struck", True, False),
    "super": ("aligned", "superscript", ""),
    "sub": ("aligned", "subscript", ""),
}
#: Words with a number that a face keeps, and the number where none is said.
_NUMBERS: Final[Mapping[str, tuple[str, int]]] = {
    "f": ("font", 0),
    "fs": ("size", 24),
    "charscalex": ("width", 100),
    "cf": ("colour", 0),
    "chcbpat": ("behind", 0),
    "chshdng": ("pattern", 0),
    "highlight": ("highlight", 0),
    "up": ("raised_by", 6),
}
#: Of a paragraph, likewise.
_PARAGRAPH: Final[Mapping[str, tuple[str, int]]] = {
    "itap": ("level", 0),
    "s": ("style", 0),
    "cbpat": ("behind", 0),
    "shading": ("pattern", 0),
}
#: Of the cell whose definition ends next.
_CELL: Final[Mapping[str, str]] = {
    "clmrg": "goes_on",
    "clvmgf": "begins_down",
    "clvmrg": "goes_on_down",
}
_CELL_NUMBERS: Final[Mapping[str, str]] = {"clcbpat": "behind", "clshdng": "pattern"}
#: Boxes within boxes.
_MOST_BOXES = 20
#: The choice of a form field that has none.
_NOT_CHOSEN = 25


class Reader:
    """One walk over the tokens."""

    def __init__(self, source: bytes) -> None:
        self.tokens = Tokens(source)
        self.tally = Tally(kind=KIND)
        self.faces = Faces()
        self.doubts: list[Doubt] = []
        self.title = ""
        self.broken = 0
        self.codec = ""
        self._story = Story(tally=self.tally, path="/rtf")
        self._stories: list[Story] = []
        self._groups: list[_Group] = []
        self._now = _Group(Face(), _Paragraph(), Into.TEXT, 1)
        self._usual_font: int | None = None
        self._waiting = bytearray()
        self._high = ""
        #: Characters that stand for the one before them.
        self._skipped = 0
        #: A group has begun, and whether a star stands in front of its first word.
        self._begins = False
        self._starred = False
        self._fields: list[_Field] = []
        self._said: list[str] = []
        self._font: int | None = None
        self._style = 0
        self._styles: dict[int, str] = {}
        self._rgb: dict[str, int] = {}
        self._words = self._words_known()

    # The walk.

    def contents(self) -> list[Content]:
        """All that is shown. Raises Refusal `too_complex`."""
        for token in self.tokens:
            if token.kind is Kind.TEXT:
                self._bytes(token.data)
            elif token.kind is Kind.WORD:
                self._word(token)
            elif token.kind is Kind.OPEN:
                self._open()
            elif token.kind is Kind.CLOSE:
                self._close()
                if not self._groups:
                    break
            else:
                self._symbol(token)
        self._flush()
        is_cut = bool(self._groups)
        while self._stories:
            self._end_box()
        if not is_cut or self._story.level(self._now.paragraph.level) == 0:
            self._end_paragraph()
        contents = self._story.ended()
        if is_cut or self.tally.lost_rows:
            self.doubts.append(Doubt(kind=DoubtKind.TRUNCATED, says=(say("rtf.breaks_off"),)))
        if self.broken:
            said = say("encoding.broken", codec=self.codec or "cp1252", n=self.broken)
            self.doubts.append(Doubt(kind=DoubtKind.ENCODING, says=(said,)))
        return contents

    def _open(self) -> None:
        self._flush()
        if len(self._groups) >= MAX_DEPTH:
            raise too_deep(KIND)
        self._groups.append(self._now)
        self._now = self._now._replace(at_end=None)
        self._begins, self._starred, self._skipped = True, False, 0

    def _close(self) -> None:
        self._flush()
        self._begins = self._starred = False
        self._skipped = 0
        if self._now.at_end is not None:
            self._now.at_end()
        if self._groups:
            self._now = self._groups.pop()

    def _skip(self) -> None:
        """Passes over the group that has begun."""
        if self.tokens.skip_group():
            self._now = self._groups.pop()

    def _symbol(self, token: Token) -> None:
        if token.word == "*":
            self._starred = self._begins
            return
        self._begins = False
        if token.word in "\r\n":
            self._flush()
            self._par(None)
        elif self._skipped:
            self._skipped -= 1
        elif (said := _SIGNS.get(token.word)) is not None:
            self._flush()
            self._write(said)

    def _word(self, token: Token) -> None:
        word = token.word
        if word in _CHARACTERS and self._skipped:
            self._skipped -= 1
            return
        self._flush()
        self._skipped = 0
        begins, self._begins = self._begins, False
        starred, self._starred = self._starred, False
        if begins and self._destination(word, starred):
            return
        known = self._words.get(word)
        if known is not None:
            known(token.number)
        elif word in _CHARACTERS:
            self._write(_CHARACTERS[word])

    # Characters.

    def _bytes(self, data: bytes) -> None:
        self._begins = False
        if self._skipped:
            passed = min(self._skipped, len(data))
            self._skipped -= passed
            data = data[passed:]
        self._waiting += data

    def _flush(self) -> None:
        if not self._waiting:
            return
        source, self._waiting = bytes(self._waiting), bytearray()
        codec = self.faces.codec(self._now.face)
        letters = decoded(source, codec, self.codec)
        if self._now.into is Into.TEXT:
            self.broken += letters.broken
        self._write(letters.text)

    def _unicode(self, number: int | None) -> None:
        code = (number or 0) & 0xFFFF
        self._skipped = self._now.stand_ins
        if 0xD800 <= code < 0xDC00:
            self._high = chr(code)
            return
        if 0xDC00 <= code < 0xE000:
            pair, self._high = self._high + chr(code), ""
            self._write(pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
            return
        self._write(chr(code))

    def _write(self, text: str) -> None:
        if self._now.into is not Into.TEXT:
            self._note(text)
            return
        face = self._now.face
        text = text.translate(_CONTROLS)
        if face.deleted and text.strip():
            self._story.has_deleted = True
        if face.hidden or face.deleted or not text:
            return
        where = Where(path=self._story.path)
        for shown in self._shown(text, self.faces.look(face), where):
            self._story.shown += self.tally.unseen.seen(shown, self._ground(), where)

    def _shown(self, text: str, look: Look, where: Where) -> list[Shown]:
        if look.font not in SYMBOLS and not PRIVATE.search(text):
            if "\u202e" in text:
                self.tally.unseen.unsure += 1
            return [Shown(text, look)]
        found: list[Shown] = []
        for one in text:
            made = of_font(look.font, one, look) if one not in "\t\n" else Shown(one, look)
            if isinstance(made, Unmapped):
                self.doubts.append(unmapped(made.symbol, where))
                made = Shown(UNREAD, Look())
            found.append(made)
        return found

    def _ground(self) -> str:
        """The colour behind the text."""
        paragraph = self._now.paragraph
        behind = self.faces.shade(paragraph.behind, paragraph.pattern)
        if behind:
            return behind
        if self._stories:
            return UNKNOWN  # the shape around may have any
        cell = self._story.ground()
        return UNKNOWN if cell is None else self.faces.shade(*cell) or PAPER

    def _note(self, text: str) -> None:
        """Text that is no text of the document."""
        match self._now.into:
            case Into.FONTS:
                self._name_font(text)
            case Into.COLOURS:
                for _ in range(text.count(";")):
                    self._end_colour()
            case Into.INSTRUCTION:
                if self._fields:
                    self._fields[-1].instruction.append(text)
            case Into.STYLES | Into.TITLE | Into.LABEL | Into.ENTRY:
                self._said.append(text)
            case _:
                pass

    # Groups.

    def _destination(self, word: str, starred: bool) -> bool:
        """Whether the first word of a group says what its text is for."""
        if word in _PICTURES:
            self.tally.pictures += self._now.into is Into.TEXT
        if word in _PASSED_OVER or (starred and word not in _KNOWN_WITH_STAR):
            self._skip()
        elif word in _BOXES:
            self._begin_box()
        elif word == "field":
            self._begin_field()
        elif word in _INTO:
            self._begin_note(word)
        else:
            return False
        return True

    def _begin_note(self, word: str) -> None:
        into = _INTO[word]
        if word == "ud":  # the same as what stands before it, for readers that know Unicode
            into = self._groups[-2].into if len(self._groups) > 1 else Into.TEXT
            self._now = self._now._replace(into=into)
            return
        self._now = self._now._replace(into=into)
        if into in (Into.TITLE, Into.LABEL, Into.ENTRY):
            ends = {Into.TITLE: self._end_title, Into.LABEL: self._end_label}
            self._said = []
            self._now = self._now._replace(at_end=ends.get(into, self._end_entry))
        elif word == "nesttableprops":
            before = self._story.definition
            self._now = self._now._replace(at_end=lambda: self._define(before))

    def _define(self, definition: Definition) -> None:
        self._story.definition = definition

    def _end_title(self) -> None:
        self.title = clean("".join(self._said))

    def _end_label(self) -> None:
        label = clean("".join(self._said))
        codec = self.faces.look(self._now.face).font
        is_bullet = label in _BULLETS or codec in SYMBOLS
        is_private = bool(PRIVATE.search(label))
        if not is_bullet and not is_private and not self._now.face.hidden:
            self._story.label = label

    def _end_entry(self) -> None:
        if self._fields:
            self._fields[-1].entries.append("".join(self._said))

    def _begin_box(self) -> None:
        """The text of a shape, as a story of its own."""
        outer = self._story
        number = len(outer.boxes) + 1
        self._stories.append(outer)
        if len(self._stories) + outer.depth > _MOST_BOXES:
            raise too_deep(KIND)
        path = f"{outer.path}/box[{number}]"
        self._story = Story(tally=self.tally, path=path, depth=outer.depth + 1)
        self._now = _Group(Face(font=self._usual_font), _Paragraph(), Into.TEXT, 1, self._end_box)

    def _end_box(self) -> None:
        self._end_paragraph()
        inner, self._story = self._story, self._stories.pop()
        self._story.boxes += inner.ended()

    # Fields.

    def _begin_field(self) -> None:
        story = self._story
        self._fields.append(_Field(story=story, paragraph=story.paragraphs, at=len(story.shown)))
        self._now = self._now._replace(at_end=self._end_field)

    def _end_field(self) -> None:
        """What it shows beside its result."""
        ended = self._fields.pop()
        if ended.story is not self._story or self._now.into is not Into.TEXT:
            return
        if self._story.paragraphs > ended.paragraph:
            return
        said = "".join(one.text for one in self._story.shown[ended.at :]).strip()
        if ended.form == 2:
            self._show_choice(ended, said)
        elif ended.form == 1:
            if not said:
                self._write("☑" if _number(ended.chosen, ended.usual) else "□")
        elif not said and not is_silent("".join(ended.instruction)):
            self.tally.unseen.unsure += not (self._now.face.hidden or self._now.face.deleted)

    def _show_choice(self, ended: _Field, said: str) -> None:
        chosen = _number(ended.chosen, ended.usual)
        entry = ended.entries[chosen] if 0 <= chosen < len(ended.entries) else None
        if not said and entry is not None:
            self._write(entry)
        elif entry is None or said != entry.strip():
            self.tally.unseen.unsure += 1

    def _of_form(self, name: str) -> Callable[[int | None], None]:
        def take(number: int | None) -> None:
            if self._fields:
                setattr(self._fields[-1], name, number)

        return take

    # Fonts, colours, styles.

    def _name_font(self, text: str) -> None:
        if self._font is not None:
            font = self.faces.fonts.setdefault(self._font, Font())
            font.name += text.partition(";")[0]

    def _charset(self, number: int | None) -> None:
        if self._now.into is Into.FONTS and self._font is not None:
            font = self.faces.fonts.setdefault(self._font, Font())
            font.codec = font.codec or of_charset(number or 0)

    def _font_page(self, number: int | None) -> None:
        if self._now.into is Into.FONTS and self._font is not None and number:
            self.faces.fonts.setdefault(self._font, Font()).codec = of_page(number)

    def _colour_part(self, name: str) -> Callable[[int | None], None]:
        def take(number: int | None) -> None:
            self._rgb[name] = min(max(number or 0, 0), 255)

        return take

    def _end_colour(self) -> None:
        rgb, self._rgb = self._rgb, {}
        parts = (rgb.get(name, 0) for name in ("red", "green", "blue"))
        self.faces.colours.append("".join(f"{part:02X}" for part in parts) if rgb else "")

    def _page(self, number: int | None) -> None:
        self.codec = of_page(number or 0)
        self.tokens.double = self.codec in DOUBLE

    def _mac(self, _number: int | None) -> None:
        self.codec = "mac_roman"

    def _pc(self, _number: int | None) -> None:
        self.codec = "cp437"

    def _pca(self, _number: int | None) -> None:
        self.codec = "cp850"

    def _usual(self, number: int | None) -> None:
        self._usual_font = number
        self._now = self._now._replace(face=Face(font=number))

    # What holds until the end of the group.

    def _plain(self, _number: int | None) -> None:
        self._now = self._now._replace(face=Face(font=self._usual_font))

    def _font_word(self, number: int | None) -> None:
        if self._now.into is Into.FONTS:
            self._font = number
        else:
            self._face("font", number or 0)

    def _face(self, name: str, value: Any) -> None:
        if self._now.into is not Into.FONTS:
            face = self._now.face._replace(**{name: value})
            self._now = self._now._replace(face=face)

    def _down(self, number: int | None) -> None:
        self._face("raised_by", -(6 if number is None else number))

    def _on_line(self, _number: int | None) -> None:
        self._face("aligned", "")

    def _of_paragraph(self, name: str, value: int) -> None:
        if self._now.into is Into.STYLES and name == "style":
            self._name_style(value)
            return
        paragraph = self._now.paragraph._replace(**{name: value})
        self._now = self._now._replace(paragraph=paragraph)

    def _name_style(self, number: int) -> None:
        """The name of the style follows, to the end of its group."""
        self._said = []
        self._now = self._now._replace(at_end=lambda: self._end_style(number))

    def _end_style(self, number: int) -> None:
        self._styles[number] = "".join(self._said).strip(" ;").lower()

    def _pard(self, _number: int | None) -> None:
        self._now = self._now._replace(paragraph=_Paragraph())

    def _in_table(self, _number: int | None) -> None:
        if not self._now.paragraph.level:
            self._of_paragraph("level", 1)

    def _stand_ins(self, number: int | None) -> None:
        self._now = self._now._replace(stand_ins=min(max(_number(number, 1), 0), 100))

    # Paragraphs, cells, rows.

    def _end_paragraph(self, least: int = 0) -> int:
        """In how many tables it stood, at least."""
        paragraph, face = self._now.paragraph, self._now.face
        level = max(self._story.level(paragraph.level), least)
        is_title = self._styles.get(paragraph.style, "") in _TITLES
        is_gone = face.hidden or face.deleted
        self._story.end_paragraph(level, is_heading=is_title, is_gone=is_gone)
        return level

    def _par(self, _number: int | None) -> None:
        if self._now.into is Into.TEXT:
            if self._now.face.deleted:
                return  # what follows goes on in the same paragraph
            self._end_paragraph()

    def _cell(self, _number: int | None) -> None:
        if self._now.into is Into.TEXT:
            self._story.end_paragraph(1)
            self._story.end_cell(1)

    def _nested_cell(self, _number: int | None) -> None:
        if self._now.into is Into.TEXT:
            level = max(self._now.paragraph.level, 2)
            self._story.end_paragraph(level)
            self._story.end_cell(level)

    def _row(self, _number: int | None) -> None:
        if self._now.into is Into.TEXT:
            if self._story.shown:
                self._story.end_paragraph(1)
            self._story.end_row(1)

    def _nested_row(self, _number: int | None) -> None:
        self._story.end_row(max(self._now.paragraph.level, 2))

    def _begin_row(self, _number: int | None) -> None:
        self._story.definition = Definition()
        if self._now.into is Into.TEXT:
            self._story.is_defined = True

    def _left(self, number: int | None) -> None:
        self._story.definition.left = number or 0

    def _height(self, number: int | None) -> None:
        self._story.definition.height = number or 0

    def _cell_ends(self, number: int | None) -> None:
        self.tally.count_definition()
        self._story.definition.end_cell(number or 0)

    # Words.

    def _words_known(self) -> dict[str, Callable[[int | None], None]]:
        words: dict[str, Callable[[int | None], None]] = {
            "par": self._par, "sect": self._par, "page": self._par, "column": self._par,
            "cell": self._cell, "nestcell": self._nested_cell,
            "row": self._row, "nestrow": self._nested_row,
            "trowd": self._begin_row, "trleft": self._left, "trrh": self._height,
            "cellx": self._cell_ends, "intbl": self._in_table, "pard": self._pard,
            "plain": self._plain, "u": self._unicode, "uc": self._stand_ins,
            "f": self._font_word, "deff": self._usual, "ansicpg": self._page,
            "mac": self._mac, "pc": self._pc, "pca": self._pca,
            "fcharset": self._charset, "cpg": self._font_page,
            "dn": self._down, "nosupersub": self._on_line,
            "red": self._colour_part("red"), "green": self._colour_part("green"),
            "blue": self._colour_part("blue"),
            "fftype": self._of_form("form"), "ffres": self._chosen,
            "ffdefres": self._of_form("usual"),
        }  # fmt: skip
        for word, (name, on, off) in _SWITCHES.items():
            words[word] = self._switch(name, on, off)
        for word, (name, otherwise) in _NUMBERS.items():
            words.setdefault(word, self._numbered(self._face, name, otherwise))
        for word, (name, otherwise) in _PARAGRAPH.items():
            words[word] = self._numbered(self._of_paragraph, name, otherwise)
        for word, name in _CELL.items():
            words[word] = self._says(name)
        for word, name in _CELL_NUMBERS.items():
            words[word] = self._says_number(name)
        return words

    def _chosen(self, number: int | None) -> None:
        if self._fields and number != _NOT_CHOSEN:
            self._fields[-1].chosen = number

    def _switch(self, name: str, on: object, off: object) -> Callable[[int | None], None]:
        return lambda number: self._face(name, off if number == 0 else on)

    def _numbered(
        self, take: Callable[[str, int], None], name: str, otherwise: int
    ) -> Callable[[int | None], None]:
        return lambda number: take(name, _number(number, otherwise))

    def _says(self, name: str) -> Callable[[int | None], None]:
        return lambda number: self._story.definition.say(**{name: True})

    def _says_number(self, name: str) -> Callable[[int | None], None]:
        return lambda number: self._story.definition.say(**{name: number or 0})


def _number(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number
