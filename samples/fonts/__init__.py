"""The fonts inside the sample PDFs: small parts of Noto Sans SC and, for scans of what was set in
宋体, of Noto Serif SC, with TrueType outlines.

PDF libraries under permissive licences embed TrueType outlines only, and fonts that have
all Chinese characters weigh 8 MB and take a second to load. So the characters of the form
and of the samples were cut out once (`build.py`); the licence stands beside the fonts.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FILE = Path(__file__).with_name("GoujiSampleSans.ttf")
NAME = "GoujiSampleSans"
#: The face of most printed reports.
SONG_FILE = Path(__file__).with_name("GoujiSampleSerif.ttf")
SONG = "GoujiSampleSerif"
#: Known to every PDF viewer by name and not embedded, as older reports have it.
NOT_EMBEDDED = "STSong-Light"


@cache
def registered(*, embedded: bool = True, song: bool = False) -> str:
    """The name to draw with."""
    if song:
        pdfmetrics.registerFont(TTFont(SONG, SONG_FILE))
        return SONG
    if embedded:
        pdfmetrics.registerFont(TTFont(NAME, FILE))
        return NAME
    pdfmetrics.registerFont(UnicodeCIDFont(NOT_EMBEDDED))
    return NOT_EMBEDDED


def drawable(*, song: bool = False) -> frozenset[str]:
    """The characters that the embedded font has."""
    name = registered(song=song)
    return frozenset(map(chr, pdfmetrics.getFont(name).face.charToGlyph))
