"""A font of pdfminer's → what it says of its characters, each asked once a document."""

from __future__ import annotations

from typing import Any

from pdfminer.pdffont import PDFType3Font, PDFUnicodeNotDefined

from tasks.read.pdf.drawn import UNMAPPED

#: How the names of fonts begin whose characters are signs: a tick is at the place of `4`.
SIGNS = ("ZapfDingbats", "Wingdings", "Webdings")


def is_of_signs(font: Any) -> bool:
    """Whether letters and digits of a font are none, and no map says what they are."""
    name = str(getattr(font, "basefont", "") or font.fontname or "").rpartition("+")[2]
    return name.startswith(SIGNS) and getattr(font, "unicode_map", None) is None


class Face:
    """What a font says of its characters, each asked once a document."""

    def __init__(self, font: Any) -> None:
        self.font = font
        self.is_vertical = font.is_vertical()
        #: Whether its glyphs are drawn by operators (Type 3).
        self.is_drawn = isinstance(font, PDFType3Font)
        self.is_multibyte = font.is_multibyte()
        self.descent = font.get_descent()
        self._is_of_signs = is_of_signs(font)
        self._codes: dict[bytes, tuple[int, ...]] = {}
        self._reach: dict[float, tuple[float, float]] = {}
        self._shown: dict[int, tuple[str, float]] = {}

    def told(self, text: str) -> str:
        return UNMAPPED if self._is_of_signs and text.isalnum() else text

    def codes(self, string: bytes) -> tuple[int, ...]:
        """The numbers of its characters in the font."""
        codes = self._codes.get(string)
        if codes is None:
            codes = self._codes[string] = tuple(self.font.decode(string))
        return codes

    def reach(self, fontsize: float) -> tuple[float, float]:
        """How far a drawn character (Type 3) reaches below and above its base line, before the
        matrix: its font has units of its own, and only its box says what is large in them. A
        box that is about as high as the size has the size in its middle."""
        reach = self._reach.get(fontsize)
        if reach is None:
            size = abs(fontsize)
            low, high = sorted(edge * self.font.vscale * size for edge in self.font.bbox[1::2])
            if not high > low:
                low, high = 0.0, size
            elif size / 2 < high - low < size * 2:
                low, high = (low + high - size) / 2, (low + high + size) / 2
            reach = self._reach[fontsize] = low, high
        return reach

    def shown(self, code: int) -> tuple[str, float]:
        """The text of a character and its width, in font sizes."""
        shown = self._shown.get(code)
        if shown is None:
            shown = self._shown[code] = self.told(self._text(code)), self.font.char_width(code)
        return shown

    def _text(self, code: int) -> str:
        try:
            return str(self.font.to_unichr(code))
        except PDFUnicodeNotDefined:
            return f"(cid:{code})"
