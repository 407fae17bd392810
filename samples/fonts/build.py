"""Cuts the sample fonts out of Noto Sans SC and Noto Serif SC: `python -m samples.fonts.build`.

Needed again only when a sample uses a character that the fonts lack (a test says so).
Needs `fonttools` and `pylopdf-fonts-zh-cn` from the extra `fonts`.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

from samples.fonts import FILE, NAME, SONG, SONG_FILE, drawable
from samples.text import radicals, traditional

_PROJECT = Path(__file__).parents[2]
_NOTICE = (
    "Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'. "
    "A part of {}, outlines converted."
)
_LICENCE = "This Font Software is licensed under the SIL Open Font License, Version 1.1."


def characters() -> set[str]:
    """All that the form's labels and the samples' sources are written with."""
    sources = [*_PROJECT.glob("tasks/forms/*.py"), *_PROJECT.glob("samples/*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    text += traditional(text)
    text += "".join(radicals().get(one, "") for one in text)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in string.digits + string.punctuation)
    text += "①②③④⑤⑥⑦⑧⑨⑩"
    return {one for one in text + wide + string.printable if one.isprintable()} | {
        "\u3000",
        "\u00a0",
    }


def build(wanted: Iterable[str], whole: Path, family: str, name: str, to: Path) -> None:
    """Writes a TrueType font of the wanted characters, as far as the whole font has them."""
    source = TTFont(whole)
    names = {ord(one): source.getBestCmap().get(ord(one)) for one in wanted}
    cmap = {code: glyph for code, glyph in sorted(names.items()) if glyph}
    order = [".notdef", *dict.fromkeys(cmap.values())]
    glyphs = source.getGlyphSet()
    outlines = {}
    for glyph in order:
        pen = TTGlyphPen(None)
        glyphs[glyph].draw(Cu2QuPen(pen, max_err=1.5, reverse_direction=True))
        outlines[glyph] = pen.glyph()
    font = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(cmap)
    font.setupGlyf(outlines)
    font.setupHorizontalMetrics({glyph: source["hmtx"][glyph] for glyph in order})
    font.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    font.setupNameTable(
        {
            "copyright": _NOTICE.format(family),
            "familyName": name,
            "styleName": "Regular",
            "uniqueFontIdentifier": name,
            "fullName": name,
            "psName": name,
            "licenseDescription": _LICENCE,
            "licenseInfoURL": "https://openfontlicense.org",
        }
    )
    font.setupOS2(sTypoAscender=source["hhea"].ascent, fsType=0)
    font.setupPost()
    # The same characters give the same bytes.
    font.updateHead(created=0, modified=0)
    font.font.recalcTimestamp = False
    font.save(to)


if __name__ == "__main__":
    build(sorted(characters()), sans_path(), "Noto Sans SC", NAME, FILE)
    # Of the same characters, so that each report can be set in either face.
    build(sorted(drawable()), serif_path(), "Noto Serif SC", SONG, SONG_FILE)
