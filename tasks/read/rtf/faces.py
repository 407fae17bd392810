"""How the text of an RTF looks, from its fonts and colours; used by the RTF reader.

Whatever a style says stands beside the text as well, so styles need not be known.

Source: Rich Text Format Specification 1.9.1, Font Table, Color Table, Character Text,
Character Formatting Properties.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.read.palette import AUTO, UNKNOWN
from tasks.read.rtf.letters import SYMBOLS
from tasks.read.seen import Look

#: Text of fewer half-points than this is a speck, of a smaller share of its width a line.
_LEAST_SIZE, _LEAST_WIDTH = 4, 5
_USUAL_SIZE, _USUAL_WIDTH = 24, 100
_WHOLE = 10_000


class Face(NamedTuple):
    """What control words say of the text behind them."""

    font: int | None = None
    hidden: bool = False
    #: Deleted, or moved away, under revision.
    deleted: bool = False
    struck: bool = False
    aligned: str = ""
    #: Half-points above the line.
    raised_by: int = 0
    size: int = _USUAL_SIZE
    #: Per cent of their width.
    width: int = _USUAL_WIDTH
    #: Numbers of colours; 0 is the one that the program picks.
    colour: int = 0
    behind: int = 0
    highlight: int = 0
    #: How much of the pattern behind is ink, in hundredths of a per cent.
    pattern: int = 0


@dataclass(slots=True, kw_only=True)
class Font:
    name: str = ""
    codec: str = ""


@dataclass(slots=True, kw_only=True)
class Faces:
    """The fonts and colours of a document."""

    fonts: dict[int, Font] = field(default_factory=dict)
    #: As six hexadecimal figures, AUTO for the first.
    colours: list[str] = field(default_factory=list)
    _looks: dict[Face, Look] = field(default_factory=dict)

    def codec(self, face: Face) -> str:
        font = self.fonts.get(-1 if face.font is None else face.font)
        return "" if font is None else font.codec

    def look(self, face: Face) -> Look:
        if face not in self._looks:
            self._looks[face] = self._look(face)
        return self._looks[face]

    def _look(self, face: Face) -> Look:
        font = self.fonts.get(-1 if face.font is None else face.font, Font())
        shade = self.shade(face.behind, face.pattern) or self.colour(face.highlight)
        name = font.name.lower()
        return Look(
            hidden=face.hidden,
            struck=face.struck,
            tiny=face.size < _LEAST_SIZE or face.width < _LEAST_WIDTH,
            aligned=face.aligned,
            raised_by=face.raised_by,
            colour=self.colour(face.colour),
            shade=shade,
            font=name or ("symbol" if font.codec == SYMBOLS else ""),
        )

    def colour(self, number: int) -> str:
        return self.colours[number] if 0 <= number < len(self.colours) else AUTO

    def shade(self, number: int, pattern: int) -> str:
        """The colour laid behind; `pattern`: how much of it is covered by ink of another."""
        return UNKNOWN if 0 < pattern <= _WHOLE else self.colour(number)
