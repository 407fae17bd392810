"""Styles of a workbook → how its cells are shown. Both formats have the same built-in number
formats and colours.

Source: ECMA-376-1, 18.8.30 numFmt, as Chinese programs show them.
"""

from __future__ import annotations

from lxml import etree

from tasks.read.workbook.book import Look

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_GENERAL = "General"
_ACCOUNTING = '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '
#: By number, where the file does not spell it out.
BUILT_IN: dict[int, str] = {
    0: _GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "¥#,##0;¥-#,##0", 6: "¥#,##0;¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00",
    8: "¥#,##0.00;¥-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: _ACCOUNTING, 42: _ACCOUNTING, 43: _ACCOUNTING.replace("##0", "##0.00"),
    44: _ACCOUNTING.replace("##0", "##0.00"), 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_BLACK, _WHITE = "000000", "FFFFFF"
#: Colours by number: the first eight come twice; 64 and 65 are those of the window.
_INDEXED = {0: _BLACK, 8: _BLACK, 64: _BLACK, 1: _WHITE, 9: _WHITE, 65: _WHITE}
_THEME = {0: _WHITE, 1: _BLACK}


def looks_of(styles: etree._Element | None) -> tuple[Look, ...]:
    """The look of each number that cells name, in its order."""
    if styles is None:
        return ()
    codes = {
        int(one.get("numFmtId", "0")): one.get("formatCode", _GENERAL)
        for one in styles.iterfind(f"{_S}numFmts/{_S}numFmt")
        if one.get("numFmtId", "0").isdecimal()
    }
    fonts = [(_is_struck(one), _font(one)) for one in styles.iterfind(f"{_S}fonts/{_S}font")]
    fills = [_fill(one) for one in styles.iterfind(f"{_S}fills/{_S}fill")]
    borders = [_is_lined(one) for one in styles.iterfind(f"{_S}borders/{_S}border")]
    return tuple(
        _look(one, codes, fonts, fills, borders) for one in styles.iterfind(f"{_S}cellXfs/{_S}xf")
    )


def _look(
    said: etree._Element,
    codes: dict[int, str],
    fonts: list[tuple[bool, str]],
    fills: list[str],
    borders: list[bool],
) -> Look:
    number, font, fill, border = (
        int(text) if (text := said.get(name, "0")).isdecimal() else 0
        for name in ("numFmtId", "fontId", "fillId", "borderId")
    )
    is_struck, colour = fonts[font] if font < len(fonts) else (False, _BLACK)
    behind = fills[fill] if fill < len(fills) else _WHITE
    return Look(
        code=codes.get(number) or BUILT_IN.get(number, "?"),
        is_struck=is_struck,
        is_unseen=bool(colour) and colour == behind,
        is_lined=border < len(borders) and borders[border],
    )


def _is_struck(font: etree._Element) -> bool:
    found = font.find(f"{_S}strike")
    return found is not None and found.get("val", "1") not in ("0", "false", "off")


def _font(font: etree._Element) -> str:
    found = font.find(f"{_S}color")
    return _BLACK if found is None else _colour(found, _BLACK)


def _fill(fill: etree._Element) -> str:
    """ "" where it is no plain colour."""
    found = fill.find(f"{_S}patternFill")
    if found is None:
        return ""
    pattern = found.get("patternType", "none")
    if pattern == "none":
        return _WHITE
    front = found.find(f"{_S}fgColor")
    return "" if pattern != "solid" or front is None else _colour(front, _WHITE)


def _colour(said: etree._Element, automatic: str) -> str:
    """Six digits or a name; "" where it is not known."""
    rgb, theme, indexed = said.get("rgb"), said.get("theme"), said.get("indexed")
    tint = said.get("tint", "0")
    if rgb:
        return rgb[-6:].upper()
    if theme and theme.isdecimal():
        own = _THEME.get(int(theme), f"theme {theme}")
        return own if tint in ("0", "0.0") else f"{own} {tint}"
    if indexed and indexed.isdecimal():
        return colour_by_number(int(indexed), automatic)
    return automatic


def colour_by_number(number: int, automatic: str) -> str:
    if number == 0x7FFF:
        return automatic
    return _INDEXED.get(number, f"indexed {number - 8 if 8 <= number < 16 else number}")


def _is_lined(border: etree._Element) -> bool:
    return any(one.get("style", "none") != "none" for one in border if one.tag != f"{_S}diagonal")
