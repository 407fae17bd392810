"""Cuts `GoujiSampleSans.ttf` out of Noto Sans SC: `python -m samples.fonts.build`.

Needed again only when a sample uses a character that the font lacks (a test says so).
Needs `fonttools` and `pylopdf-fonts-zh-cn` from the extra `dev`.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from samples.fonts import FILE, NAME
from samples.text import radicals, traditional

_PROJECT = Path(__file__).parents[2]
_NOTICE = (
    "Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'. "
    "A part of Noto Sans SC, outlines converted."
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


def build(wanted: Iterable[str], to: Path) -> None:
    """Writes a TrueType font of the wanted characters, as far as Noto Sans SC has them."""
    source = TTFont(sans_path())
    names = {ord(one): source.getBestCmap().get(ord(one)) for one in wanted}
    cmap = {code: name for code, name in sorted(names.items()) if name}
    order = [".notdef", *dict.fromkeys(cmap.values())]
    glyphs = source.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, max_err=1.5, reverse_direction=True))
        outlines[name] = pen.glyph()
    font = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(cmap)
    font.setupGlyf(outlines)
    font.setupHorizontalMetrics({name: source["hmtx"][name] for name in order})
    font.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    font.setupNameTable(
        {
            "copyright": _NOTICE,
            "familyName": NAME,
            "styleName": "Regular",
            "uniqueFontIdentifier": NAME,
            "fullName": NAME,
            "psName": NAME,
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
    build(sorted(characters()), FILE)
