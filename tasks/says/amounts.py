"""The text of a cell -> a `Value`: number, blank, dash or unreadable. Nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tasks.model.patterns import regex
from tasks.model.report import Kind
from tasks.says.labels import plain
from tasks.says.remembered import remembered

_DASH = regex(r"[-/\\—–―−_~─━](?:\s?[-/\\—–―−_~─━]){0,7}|无|没有|空")
_UNITS = (
    r"亿元|万元|千元|百元|元|件次|件|项次|项|个|条|次|宗|份|部|人次|人|起|例|户次|户|笔|篇"
    r"|批次|批|家次|家|册|张|封|桩"
)
#: `1873.64万` is an amount of money in 万元. `3万` of anything else is 30,000, and no figure with
#: a unit: read so only where money is asked for.
_SHORT_UNITS = "万|亿"
_FIGURE = regex(
    rf"""(?P<sign>[+-]?)\s*
    (?P<number>(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?|\.\d+)\s*
    (?P<unit>{_UNITS}|{_SHORT_UNITS})?\s*
    (?P<note>[(\[【〔].*)?[。.;,、]?""",
    re.VERBOSE | re.DOTALL,
)
_UNIT = regex(f"{_UNITS}|{_SHORT_UNITS}")
_HAN_FIGURE = regex(
    rf"(?P<number>[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]+)\s*"
    rf"(?P<unit>{_UNITS}|{_SHORT_UNITS})?"
)
#: A remark that is no more than the unit: `5（件）`, `12.5（单位：万元）`.
_UNIT_REMARK = regex(rf"(?:单位\s*[:：]\s*)?(?P<unit>{_UNITS}|{_SHORT_UNITS})")

#: 本年增/减 as offices write it: a word or arrow for the direction before the figure.
_UP = r"(?:增加了?|新增|增|上升|↑|\+)"
_DOWN = r"(?:减少了?|减|下降|↓|-)"
#: Words that need the figure beside them.
_MORE, _LESS = rf"(?:{_UP}|增长了?|上涨了?)", rf"(?:{_DOWN}|下降了|降低了?)"
_CHANGE = regex(
    rf"(?:(?P<up>{_MORE})|(?P<down>{_LESS}))[:：]?\s*\(?(?P<number>\d[\d,]*)\)?\s*(?P<unit>{_UNITS})?"
)
_BOTH = regex(
    rf"(?:{_UP})?\s*\(?(?P<up>\d[\d,]*)\)?\s*[/、,; ]?\s*(?:{_DOWN}|/)\s*\(?(?P<down>\d[\d,]*)\)?"
)
#: 增 or 减 with the figure left out, as a form to fill in has it.
_BARE_CHANGE = regex(
    rf"(?:{_UP}|减少了?|减|下降|↓|增\s*[/、]?\s*减|\+\s*/\s*-|±)"
    rf"\s*(?:\(\s*\)|_+)?\s*(?:{_UNITS})?"
)
#: The direction behind the figure: `5（减）`. In a longer remark it leaves the sign open.
_BEHIND = regex(
    rf"(?P<number>\d[\d,]*)\s*(?P<unit>{_UNITS})?\s*(?:\((?P<in>.*)\)|(?P<bare>[^\d()]+))"
)
_RISE, _FALL = regex(_MORE), regex(r"减|降|↓")
_UNCHANGED = regex(r"(?:持平|不变|无变化|无增减)")
_HAN_DIGITS = dict(
    zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
#: As cheques have them, so that no stroke can be added: 叁拾贰.
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")


#: Signs of a figure; what is longer is none, and `int` gives up on thousands of digits.
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What a cell's text says, without its place."""

    kind: Kind
    value: int | Decimal | None = None
    unit: str | None = None
    note: str | None = None


_MARK = regex(r"[⁰¹²³⁴⁵⁶⁷⁸⁹①-⑳※†‡]+$")
_UNREADABLE = Amount(kind=Kind.UNREADABLE)


@remembered
def text_to_amount(text: str, *, decimal: bool = False, change: bool = False) -> Amount:
    """Read the text of one cell.

    `decimal`: an amount of money, which may have decimals. `change`: 本年增/减, which may be
    negative and is written in words. Anything that could be read in two ways is unreadable.
    """
    text, mark = _without_mark(text)
    said = plain(text).replace("−", "-").strip().strip("　")
    if not said:
        return Amount(kind=Kind.UNREADABLE if mark else Kind.BLANK)
    if _DASH.fullmatch(said):
        return Amount(kind=Kind.DASH)
    if change:
        changed = _text_to_change(said)
        if changed is not None:
            return changed
    return _text_to_figure(said, decimal=decimal, signed=change)


def _text_to_figure(said: str, *, decimal: bool, signed: bool) -> Amount:
    found = _FIGURE.fullmatch(said)
    if not found:
        return _han_to_amount(said, decimal=decimal)
    if found["sign"] == "-" and not signed:
        return _UNREADABLE
    value = _figure(found["number"], decimal=decimal)
    if value is None or not _is_remark(found["note"]):
        return _UNREADABLE
    if found["sign"] == "-":
        value = -value
    unit, note = _unit_and_note(found["unit"], _note(found["note"]))
    if unit in _SHORT_UNITS.split("|") and not decimal:
        return _UNREADABLE
    return Amount(kind=Kind.NUMBER, value=value, unit=unit, note=note)


def _unit_and_note(unit: str | None, note: str | None) -> tuple[str | None, str | None]:
    """A remark that says a unit and no more is the unit."""
    said = _UNIT_REMARK.fullmatch(note) if note and not unit else None
    return (said["unit"], None) if said else (unit, note)


def _figure(digits: str, *, decimal: bool) -> int | Decimal | None:
    """None for what is no proper figure here: `007`, a fraction of a document."""
    bare = digits.replace(",", "")
    if len(bare) > 1 and bare.startswith("0") and not bare.startswith("0."):
        return None
    if len(bare) > MOST_DIGITS:
        return None
    if "." not in bare:
        return int(bare)
    if decimal:
        return Decimal(bare if not bare.startswith(".") else f"0{bare}")
    exact = Decimal(bare)
    return int(exact) if exact == exact.to_integral_value() else None


def digits_to_int(digits: str) -> int | None:
    """`1,234` → 1234; None for more digits than a figure has."""
    bare = digits.replace(",", "")
    return int(bare) if len(bare) <= MOST_DIGITS else None


def _without_mark(text: str) -> tuple[str, bool]:
    """The text without the mark of a footnote, `15①`, which NFKC would make a digit."""
    bare = _MARK.sub("", text)
    return bare, bare != text


def _is_remark(note: str | None) -> bool:
    """One pair of brackets with words in it: `12(3)` may be two figures, or minus 3."""
    if note is None:
        return True
    inside, closed, after = re.sub(r"[】〕\]]", ")", note).rpartition(")")
    said = inside if closed else after
    return bool(re.search(r"[^\d\s.,(\[【〔]", said)) and not re.search(
        r"\d", after if closed else ""
    )


def _note(note: str | None) -> str | None:
    if not note:
        return None
    return note.strip("()[]【】〔〕。 \n") or None


def _text_to_change(said: str) -> Amount | None:
    """`+21`, `增72`, `减少3`, `0/0`; None where it is not written in such words."""
    said = re.sub(r"\s+", "", said)
    if _UNCHANGED.fullmatch(said):
        return Amount(kind=Kind.NUMBER, value=0, note=said)
    found = _CHANGE.fullmatch(said)
    if found:
        value = digits_to_int(found["number"])
        if value is None:
            return _UNREADABLE
        return Amount(
            kind=Kind.NUMBER, value=-value if found["down"] else value, unit=found["unit"]
        )
    behind = _BEHIND.fullmatch(said)
    if behind:
        return _with_direction_behind(behind)
    both = _BOTH.fullmatch(said)
    if both:
        up, down = (digits_to_int(both[side]) for side in ("up", "down"))
        if up is None or down is None:
            return _UNREADABLE
        # `3/2` could be a net of 1 or two figures of their own; with a 0 there is one reading
        return _UNREADABLE if up and down else Amount(kind=Kind.NUMBER, value=up - down)
    return None


def _with_direction_behind(found: re.Match[str]) -> Amount | None:
    """`5（减）`, `5↓`; None where no direction is said behind the figure."""
    direction = found["in"] or found["bare"] or ""
    value = digits_to_int(found["number"])
    if value is not None and re.fullmatch(_MORE, direction):
        return Amount(kind=Kind.NUMBER, value=value, unit=found["unit"], note=direction)
    if value is not None and re.fullmatch(_LESS, direction) and direction != "-":
        return Amount(kind=Kind.NUMBER, value=-value, unit=found["unit"], note=direction)
    return _UNREADABLE if _FALL.search(direction) and not _RISE.search(direction) else None


def _han_to_amount(said: str, *, decimal: bool) -> Amount:
    found = _HAN_FIGURE.fullmatch(said)
    if found is None:
        return _UNREADABLE
    number, unit = found["number"], found["unit"]
    if decimal and number.endswith("万") and unit in (None, "元"):
        # 十二万元 is 12 万元
        number, unit = number[:-1], f"万{unit or ''}"
    value = _numeral(number) if unit else han_to_int(number)
    if value is None or (unit in _SHORT_UNITS.split("|") and not decimal):
        return _UNREADABLE
    return Amount(kind=Kind.NUMBER, value=value, unit=unit)


def han_to_int(han: str) -> int | None:
    """`十二` → 12, `一百零五` → 105, `二〇` → 20; None for what is no numeral.

    A lone `一` is not taken for 1: it is as often a dash. `壹` is never one.
    """
    return None if han == "一" else _numeral(han)


def _numeral(han: str) -> int | None:
    han = han.translate(_FORMAL)
    if not han or len(han) > MOST_DIGITS:
        return None
    if not any(unit in han for unit in "十百千万"):
        if len(han) > 1 and _HAN_DIGITS[han[0]] == 0:
            return None
        return int("".join(str(_HAN_DIGITS[digit]) for digit in han))
    high, wan, low = han.partition("万")
    if wan:
        upper, lower = _numeral(high), _numeral(low) if low else 0
        return None if upper is None or lower is None else upper * 10000 + lower
    total, digit, last = 0, None, 10000
    for character in han:
        if character in _HAN_UNITS:
            unit = _HAN_UNITS[character]
            if unit >= last or (digit is None and not (unit == 10 and total == 0)):
                return None
            total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
        else:
            if digit:
                return None
            digit = _HAN_DIGITS[character]
    return total + (digit or 0)


@remembered
def is_unit(text: str) -> bool:
    """Whether a text is only the unit of the figures beside it."""
    return bool(_UNIT.fullmatch(plain(text).strip("() \n")))


@remembered
def is_bare_change(text: str) -> bool:
    """Whether a text says more or less and not by how much, `增`, `减 项`, `+`, or that nothing
    changed, `持平`. It is a cell of 本年增/减, or a piece of that column's label, as its place
    tells."""
    if len(text) > _LONGEST_BARE:
        return False
    said = plain(text).replace("−", "-").strip()
    return bool(_BARE_CHANGE.fullmatch(said) or _UNCHANGED.fullmatch(said))


_LONGEST_BARE = 12
#: `1、` in a cell of its own is more often the number of a label than a figure.
_NUMBER = regex(r"\d{1,2}、")


@remembered
def looks_like_value(text: str) -> bool:
    """Whether a cell's text is a figure, a dash or a figure with a remark; not a label."""
    said = re.sub(r"\s+", " ", plain(_without_mark(text)[0])).strip()
    if not said or not re.search(r"\d", said):
        return bool(said) and (bool(_DASH.fullmatch(said)) or _is_han_figure(said))
    if _CHANGE.fullmatch(said.replace("−", "-")):
        return True
    if re.match(r"\(?\d{1,2}\)?[、.．]?\s*[\u3400-\u9fff]{2}", said) and not _FIGURE.fullmatch(
        said
    ):
        return False
    if _NUMBER.fullmatch(said):
        return False
    return bool(_FIGURE.fullmatch(said)) or bool(re.fullmatch(r"[\d\s,.+/()增减加少-]+", said))


def _is_han_figure(said: str) -> bool:
    found = _HAN_FIGURE.fullmatch(said)
    # 万 and 万元 alone are the unit of the figure before them
    return bool(found and found["number"] not in "百千万" and (found["unit"] or len(said) <= 3))
