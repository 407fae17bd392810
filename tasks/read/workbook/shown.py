"""A number and its format → what a person sees in the cell.

Covers what the formats of reports are made of: digits, groups, decimals, percent, thousands,
words around them, sections by sign, dates. What else there is gives None: then it is not told
what is seen.

Source: ECMA-376-1, 18.8.31 numFmts; the sections of a format: positive; negative; zero; text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from tasks.model.patterns import regex

GENERAL = "General"
#: One sign of a format or one run of them; the first that fits counts.
_TOKEN = regex(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式|通用格式)|(?P<ampm>AM/PM|A/P|上午/下午)"
    r"|(?P<exponent>E[+-])|(?P<digit>[0#?])|(?P<date>y+|e+|m+|d+|h+|s+|a{3,4}|b+|g+)|(?P<other>.)",
    0,
)
_SECTION = regex(r'((?:"[^"]*"|[\\!_*].|\[[^\]]*\]|[^;"\\!_*\[])*)(?:;|$)')
_CONDITION = regex(r"([<>=]{1,2})(-?[\d.]+)")
_CURRENCY = regex(r"\$([^-\]]*)(?:-[0-9A-Fa-f]+)?")
_LITERAL_NUMBER = regex(r"[\d０-９]")
_FIGURE = regex(r"(-?)([\d,]+(?:\.\d+)?|\.\d+)\s*(百万|千万|亿|万|千|%)?")
_TIMES = {
    "%": Decimal("0.01"), "千": Decimal(1000), "万": Decimal(10_000),
    "百万": Decimal(10**6), "千万": Decimal(10**7), "亿": Decimal(10**8),
}  # fmt: skip
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEK = "一二三四五六日"
#: Of a number; beyond it are the traces of binary arithmetic.
_DIGITS = 15
#: The longest number that is told in digits.
_MOST_DIGITS = 40
_MOST_CODE = 255


@dataclass(frozen=True, slots=True)
class Shown:
    """What is seen of a number; `says_so` is False where that is another number."""

    text: str
    says_so: bool = True


@lru_cache(maxsize=8_192)
def show(digits: str, code: str, *, from_1904: bool = False) -> Shown | None:
    """`digits`: the number as it is stored. None: what is seen of it cannot be told."""
    number = to_number(digits)
    if number is None:
        return None
    if code == GENERAL or not code:
        return Shown(plain_digits(number))
    section, signed = _section_of(_sections(code), number)
    if section is None:
        return None
    if section.is_date:
        text = _date(section, number, from_1904=from_1904)
        return None if text is None else Shown(text)
    if section.is_odd:
        return None
    text = _written(section, number, signed=signed)
    return Shown(text, says_so=_says(text, number))


def show_text(text: str, code: str) -> str:
    """What is seen of a text: formats may put words around it, or hide it."""
    if code in (GENERAL, "@", ""):
        return text
    sections = _sections(code)
    if len(sections) > 3:
        last = sections[3]
    elif sections and any(kind == "text" for kind, _ in sections[-1].tokens):
        last = sections[-1]
    else:
        return text
    return "".join(text if kind == "text" else sign for kind, sign in last.tokens)


@lru_cache(maxsize=8_192)
def to_number(digits: str) -> Decimal | None:
    try:
        number = Decimal(digits.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return None if not number.is_finite() or number.adjusted() > 0 else Decimal(0)
    return Decimal(f"{number:.{_DIGITS}g}")


def plain_digits(number: Decimal) -> str:
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# Formats.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One part of a format, its signs in order."""

    #: (`digit`, 0 # ?), (`point`, .), (`word`, text), (`text`, @), (`general`, ""), (`date`, yy)
    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, Decimal] | None = None
    is_date: bool = False
    #: Has signs whose sense is not known here.
    is_odd: bool = False
    is_grouped: bool = False
    #: How often it is divided by a thousand, and multiplied by a hundred.
    thousands: int = 0
    hundreds: int = 0


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    if len(code) > _MOST_CODE:
        return (_Section(tokens=(), is_odd=True),)
    found: list[_Section] = []
    at = 0
    while (match := _SECTION.match(code, at)) is not None:
        found.append(_section(match[1]))
        at = match.end()
        if not match[0].endswith(";"):
            break
    return tuple(found)


class _Building:
    """A section while its signs are gone through."""

    def __init__(self) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.condition: tuple[str, Decimal] | None = None
        self.is_date = self.is_odd = False

    def bracket(self, said: str) -> None:
        condition = _CONDITION.fullmatch(said)
        currency = _CURRENCY.fullmatch(said)
        if condition:
            self.condition = (condition[1], Decimal(condition[2]))
        elif currency and currency[1]:
            self.tokens.append(("word", currency[1]))
        elif said.lower() in ("h", "hh", "m", "mm", "s", "ss"):
            self.is_odd = True  # hours beyond a day

    def take(self, kind: str, sign: str) -> None:
        match kind:
            case "quoted" | "escaped":
                self.tokens.append(("word", sign))
            case "width":
                self.tokens.append(("word", " "))
            case "fill":
                pass
            case "bracket":
                self.bracket(sign)
            case "general" | "digit":
                self.tokens.append((kind, sign))
            case "date" | "ampm":
                self.is_date = True
                self.tokens.append(("date", sign))
            case "exponent":
                self.is_odd = True
            case _:
                self._other(sign)

    def _other(self, sign: str) -> None:
        kind = {".": "point", ",": "comma", "%": "percent", "@": "text"}.get(sign, "word")
        self.tokens.append((kind, sign))


def _section(code: str) -> _Section:
    building = _Building()
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or "other"
        # Words of dates are letters in either case; `E` alone is a year, as in e年.
        building.take(kind, found[kind].lower() if kind == "date" else found[kind])
    tokens = building.tokens
    if building.is_date:
        tokens = [("word", sign) if kind in ("comma", "point") else (kind, sign)
                  for kind, sign in tokens]  # fmt: skip
        odd = building.is_odd or any(kind in ("percent", "general") for kind, _ in tokens)
        return _Section(
            tokens=tuple(tokens), condition=building.condition, is_date=True, is_odd=odd
        )
    return _counted(tokens, building)


def _counted(tokens: list[tuple[str, str]], building: _Building) -> _Section:
    """Of a number: which commas part groups, and which divide."""
    digits = [at for at, (kind, _) in enumerate(tokens) if kind == "digit"]
    points = [at for at, (kind, _) in enumerate(tokens) if kind == "point"]
    is_odd = building.is_odd or len(points) > 1
    # A fraction: # ?/?
    is_odd |= bool(digits) and any(
        kind == "word" and sign == "/" and digits[0] < at < digits[-1]
        for at, (kind, sign) in enumerate(tokens)
    )
    grouped, thousands, kept = False, 0, []
    end_of_whole = points[0] if points else len(tokens)
    whole = [at for at in digits if at < end_of_whole]
    for at, (kind, sign) in enumerate(tokens):
        if kind != "comma":
            kept.append(("word", sign) if kind == "percent" else (kind, sign))
        elif whole and whole[0] < at < whole[-1]:
            grouped = True
        elif digits and at > whole[-1 if whole else 0] if whole else bool(digits):
            thousands += 1
        else:
            kept.append(("word", sign))
    return _Section(
        tokens=tuple(kept),
        condition=building.condition,
        is_odd=is_odd,
        is_grouped=grouped,
        thousands=thousands,
        hundreds=sum(kind == "percent" for kind, _ in tokens),
    )


_COMPARED = {
    "<": Decimal.__lt__, "<=": Decimal.__le__, ">": Decimal.__gt__, ">=": Decimal.__ge__,
    "=": Decimal.__eq__, "<>": Decimal.__ne__,
}  # fmt: skip


def _section_of(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section | None, bool]:
    """The section for a number, and whether its sign is written before it."""
    numeric = [one for one in sections[:3] if not _is_of_text(one)]
    if not numeric:
        return (_Section(tokens=(("general", ""),)) if sections else None), True
    if any(one.condition for one in numeric):
        return _by_condition(numeric, number)
    if number < 0 and len(numeric) > 1:
        return numeric[1], False
    if number == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], True


def _is_of_text(section: _Section) -> bool:
    return any(kind == "text" for kind, _ in section.tokens)


def _by_condition(sections: list[_Section], number: Decimal) -> tuple[_Section | None, bool]:
    for section in sections:
        if section.condition is None:
            return section, True
        operator, bound = section.condition
        compare = _COMPARED.get(operator)
        if compare is None:
            return None, True
        if compare(number, bound):
            return section, True
    return None, True


# Numbers.


def _written(section: _Section, number: Decimal, *, signed: bool) -> str:
    scaled = abs(number).scaleb(2 * section.hundreds - 3 * section.thousands)
    tokens = section.tokens
    decimals = _decimals(tokens)
    if any(kind == "digit" for kind, _ in tokens):
        rounded = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        body = _with_digits(section, rounded, decimals)
    else:
        rounded = scaled
        body = "".join(plain_digits(scaled) if kind == "general" else sign for kind, sign in tokens)
    is_told = any(kind in ("digit", "general") for kind, _ in tokens)
    minus = "-" if signed and number < 0 and rounded and is_told else ""
    return minus + body.strip()


def _decimals(tokens: tuple[tuple[str, str], ...]) -> int:
    point = next((at for at, (kind, _) in enumerate(tokens) if kind == "point"), len(tokens))
    return sum(kind == "digit" for kind, _ in tokens[point:])


def _with_digits(section: _Section, rounded: Decimal, decimals: int) -> str:
    whole, _, part = format(rounded, "f").partition(".")
    whole = whole.lstrip("0")
    point = next(
        (at for at, (kind, _) in enumerate(section.tokens) if kind == "point"),
        len(section.tokens),
    )
    left = _whole_digits(section, section.tokens[:point], whole)
    right, given = "", len(part.rstrip("0"))
    taken = 0
    for kind, sign in section.tokens[point:]:
        if kind == "digit":
            if sign == "0" or taken < given:
                right += part[taken] if taken < len(part) else "0"
            taken += 1
        else:
            right += sign
    return left + right


def _whole_digits(section: _Section, tokens: tuple[tuple[str, str], ...], whole: str) -> str:
    """Digits are dealt out from the right; the first place takes what is left."""
    places = sum(kind == "digit" for kind, _ in tokens)
    digits, out, place, count = list(whole), [], 0, 0
    for kind, sign in reversed(tokens):
        if kind != "digit":
            out.append(sign)
            continue
        place += 1
        wanted = len(digits) if place == places else min(1, len(digits))
        wanted = max(wanted, 1 if sign == "0" else 0)
        for _ in range(wanted):
            if section.is_grouped and count and count % 3 == 0:
                out.append(",")
            out.append(digits.pop() if digits else "0")
            count += 1
    return "".join(reversed(out))


def _says(text: str, number: Decimal) -> bool:
    """Whether what is seen is this number. A cell that shows nothing says 0."""
    said = text.replace("−", "-").replace("－", "-")
    found = list(_FIGURE.finditer(said))
    if not found:
        return number == 0 if not _LITERAL_NUMBER.search(said) else False
    if len(found) > 1:
        return False
    figure = found[0]
    value = Decimal(figure[2].replace(",", "")) * _TIMES.get(figure[3] or "", Decimal(1))
    before = said[: figure.start()]
    negative = figure[1] == "-" or before.rstrip(" ￥¥$").endswith("-")
    negative |= before.endswith(("(", "（")) and said[figure.end() :].startswith((")", "）"))
    return (-value if negative else value) == number


# Dates.


def _date(section: _Section, number: Decimal, *, from_1904: bool) -> str | None:
    if section.is_odd or number < 0 or number > 2_958_465:
        return None
    moment = _moment(number, from_1904=from_1904)
    if moment is None:
        return None
    out, after_hour = [], False
    signs = [sign for kind, sign in section.tokens if kind == "date"]
    halved = any("/" in sign for sign in signs)
    at = -1
    for kind, sign in section.tokens:
        if kind != "date":
            if kind == "digit":
                return None
            out.append(sign)
            continue
        at += 1
        before_second = signs[at + 1 : at + 2] and signs[at + 1][0] == "s"
        minutes = sign[0] == "m" and len(sign) <= 2 and (after_hour or bool(before_second))
        told = _minute(moment, sign) if minutes else _part(moment, sign, halved=halved)
        if told is None:
            return None
        out.append(told)
        after_hour = sign[0] == "h"
    return "".join(out).strip()


def _moment(number: Decimal, *, from_1904: bool) -> datetime | None:
    """1900 is taken for a leap year: the days before its March count from one day later."""
    days = int(number)
    seconds = int(((number - days) * 86_400).to_integral_value(ROUND_HALF_UP))
    if from_1904:
        start = datetime(1904, 1, 1)
    else:
        start = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)
    try:
        return start + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None


def _minute(moment: datetime, sign: str) -> str:
    return f"{moment.minute:0{len(sign)}d}"


def _part(moment: datetime, sign: str, *, halved: bool) -> str | None:
    if sign.upper() in ("AM/PM", "A/P"):
        return ("AM" if moment.hour < 12 else "PM")[: (len(sign) + 1) // 2]
    if sign == "上午/下午":
        return "上午" if moment.hour < 12 else "下午"
    hour = (moment.hour % 12 or 12) if halved else moment.hour
    numbers = {"d": moment.day, "h": hour, "s": moment.second, "m": moment.month}
    match sign[0]:
        case "y":
            return str(moment.year) if len(sign) > 2 else f"{moment.year % 100:02d}"
        case "e":
            return str(moment.year)
        case "a":
            return ("星期" if len(sign) > 3 else "") + _WEEK[moment.weekday()]
        case "m" if len(sign) == 3:
            return _MONTHS[moment.month - 1]
        case letter if letter in numbers and len(sign) <= 2:
            return f"{numbers[letter]:0{len(sign)}d}"
        case _:
            return None
