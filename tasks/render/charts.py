"""Charts as SVG, for pages that allow no script and no style within them. Pure.

    bars      one below the other, each under its label: which rules are broken most
    stacked   one bar of parts with a legend: how the documents came out
    columns   series side by side, group by group: year against year

360 units wide, so that at 360 px a text is as large as it says here. Colours are the page's, by
classes: `chart` of all, `chart-text`, `chart-number`, `chart-tick` (texts), `chart-track` (what
a bar runs in), `chart-bar` (and `chart-LOOK` of what has a look), `chart-series-1` … of columns,
`chart-grid`, `chart-axis` (lines). What is cut or does not fit stands in the `<title>` of its
shape; the figures belong into a table beside the chart. Coordinates are floats, figures never.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from html import escape

from tasks.model.patterns import regex
from tasks.render.xml_text import clean

WIDTH = 360
_TEXT, _TICK = 13, 12
#: Around everything, between a text and what stands beside it.
_EDGE, _GAP = 8, 8
_WIDE = WIDTH - 2 * _EDGE
#: What is there is seen, however little it is.
_LEAST = 2.0
_LOOK = regex(r"[a-z][a-z0-9-]*")
#: A longer number is told by its first digits.
_LONGEST_NUMBER = 20
_NOTHING = "没有数据 no data"

Amount = int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar, or a part of a stacked one."""

    label: str
    #: 0 or more.
    value: Amount
    #: Its class is `chart-LOOK`.
    look: str = ""

    def __post_init__(self) -> None:
        if self.value < 0 or (self.look and not _LOOK.fullmatch(self.look)):
            raise ValueError(f"no bar: {self!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Columns side by side: of one year."""

    label: str
    #: One a series, 0 or more; None where there is no figure, which is no 0.
    values: tuple[Amount | None, ...]

    def __post_init__(self) -> None:
        if any(value is not None and value < 0 for value in self.values):
            raise ValueError(f"no columns: {self!r}")


def bars(items: Sequence[Bar], *, id: str, title: str) -> str:
    """In their order. `id`: of the chart, the only one of its name on the page."""
    row, thick = 42, 12
    most = max((one.value for one in items), default=0)
    drawn: list[str] = []
    for number, one in enumerate(items):
        top = _EDGE + number * row
        said = figure(one.value)
        free = _WIDE - width(said, _TEXT) - _GAP
        drawn += [
            f"<g>{_title(f'{one.label}：{said}')}",
            _text(_EDGE, top + _TEXT, cut(one.label, free, _TEXT)),
            _text(WIDTH - _EDGE, top + _TEXT, said, kind="number", anchor="end"),
            _rect(_EDGE, top + 19, _WIDE, thick, "chart-track"),
        ]
        if one.value:
            drawn.append(_rect(_EDGE, top + 19, _share(one.value, most), thick, _bar(one)))
        drawn.append("</g>")
    told = [f"{one.label} {figure(one.value)}" for one in items]
    return _svg("bars", id, title, told, drawn, _EDGE * 2 + row * len(items))


def stacked(parts: Sequence[Bar], *, id: str, title: str) -> str:
    """The parts in their order, below them a line each: label, number and share."""
    row, thick = 24, 28
    there = [one for one in parts if one.value]
    total = sum((Decimal(one.value) for one in there), Decimal(0))
    free = _WIDE - _LEAST * len(there)
    left = float(_EDGE)
    drawn = [_rect(_EDGE, _EDGE, _WIDE, thick, "chart-track")]
    for one in there:
        wide = _LEAST + free * float(Decimal(one.value) / total)
        told = f"{one.label}：{figure(one.value)} ({share(one.value, total)})"
        drawn.append(_rect(left, _EDGE, wide, thick, _bar(one), told))
        left += wide
    for number, one in enumerate(parts):
        base = _EDGE + thick + 12 + number * row + _TEXT
        said = f"{figure(one.value)} ({share(one.value, total)})"
        room = _WIDE - 20 - width(said, _TEXT) - _GAP
        drawn += [
            f"<g>{_title(f'{one.label}：{said}')}",
            _rect(_EDGE, base - 11, 12, 12, _bar(one)),
            _text(_EDGE + 20, base, cut(one.label, room, _TEXT)),
            _text(WIDTH - _EDGE, base, said, kind="number", anchor="end"),
            "</g>",
        ]
    told_all = [f"{one.label} {figure(one.value)}" for one in parts]
    return _svg("stacked", id, title, told_all, drawn, _EDGE * 2 + thick + 12 + row * len(parts))


def columns(groups: Sequence[Group], series: Sequence[str], *, id: str, title: str) -> str:
    """`series`: what the values of each group are, in their order."""
    high = 180
    legend, top = _legend(series)
    most = max((value for one in groups for value in one.values if value is not None), default=0)
    ticks = _ticks(most)
    place = _Place.of(groups, ticks, len(series))
    floor = top + high

    def height(value: Amount) -> float:
        return high * float(Decimal(value) / Decimal(ticks[-1]))

    drawn = legend
    for tick in ticks:
        at = floor - height(tick)
        drawn.append(_line(place.left, at, WIDTH - place.right, "axis" if not tick else "grid"))
        drawn.append(_text(place.left - 6, at + 4, figure(tick), kind="tick", anchor="end"))
    for number, group in enumerate(groups):
        start = place.left + place.slot * number
        for turn, value in enumerate(group.values):
            if value is None:
                continue
            x, tall = start + place.slot * 0.1 + place.column * turn, height(value)
            if value:
                tall = max(tall, _LEAST)
            told = f"{group.label} {series[turn]}：{figure(value)}"
            drawn.append(
                _rect(x, floor - tall, place.column * 0.92, tall,
                      f"chart-bar chart-series-{turn + 1}", told)
            )  # fmt: skip
            if place.has_numbers:
                middle = x + place.column * 0.46
                drawn.append(
                    _text(middle, floor - tall - 4, figure(value), kind="tick", anchor="middle")
                )
        # the last one has its label always: it is the year that people look for
        if (len(groups) - 1 - number) % place.each == 0:
            said = cut(group.label, place.label, _TICK)
            drawn.append(
                _text(start + place.slot / 2, floor + 18, said, kind="tick", anchor="middle",
                      told=group.label)
            )  # fmt: skip
    told_all = [
        f"{group.label} {name} {figure(value)}"
        for group in groups
        for name, value in zip(series, group.values, strict=True)
        if value is not None
    ]
    return _svg("columns", id, title, told_all, drawn if groups else [], floor + 26)


# Numbers and texts


def figure(value: Amount) -> str:
    """`1,690.23`; of what is too long, its first digits."""
    said = format(value, ",f") if isinstance(value, Decimal) else f"{value:,}"
    return said if len(said) <= _LONGEST_NUMBER else f"{Decimal(value):.2e}"


def share(value: Amount, total: Amount) -> str:
    """`12.3%`; only what is nothing is 0%, and only what is all of it is 100%."""
    if not value or not total:
        return "0%"
    if value == total:
        return "100%"
    exact = Decimal(value) * 100 / Decimal(total)
    said = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    if not said:
        return "<0.1%"
    return f"{min(said, Decimal('99.9'))}%"


def width(text: str, size: float) -> float:
    """About how wide a text is; never narrower than it is drawn by common fonts."""
    return size * sum(map(_ems, text))


def _ems(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WFA":
        return 1.0
    if unicodedata.combining(letter):
        return 0.0
    if letter in ",.:;|!'() il":
        return 0.38
    return 0.9 if letter in "mwMW@%—" else 0.76 if letter.isupper() else 0.6


def cut(text: str, wide: float, size: float) -> str:
    """The text, or so much of its beginning as fits with `…` behind it."""
    text = " ".join(text.split())
    if width(text, size) <= wide:
        return text
    left = wide - size
    for number, letter in enumerate(text):
        left -= width(letter, size)
        if left < 0:
            return text[:number].rstrip() + "…"
    return text


# Where columns stand


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    left: float
    right: float
    #: Of a group, and of a column in it.
    slot: float
    column: float
    #: Room for the label of a group, and how many groups have one label.
    label: float
    each: int
    #: Whether all numbers fit over their columns.
    has_numbers: bool

    @classmethod
    def of(cls, groups: Sequence[Group], ticks: Sequence[Amount], series: int) -> _Place:
        n = max(1, len(groups))
        beside = _EDGE + 6 + max(width(figure(tick), _TICK) for tick in ticks)
        longest = max((width(one.label, _TICK) for one in groups), default=0.0)
        # what does not fit into its group is thinned, and then cut
        room = max((WIDTH - beside - _EDGE) / n - 4, min(longest, 6 * _TICK))
        label = min(longest, room)
        over = label / 2 if label > (WIDTH - beside - _EDGE) / n else 0.0
        left, right = max(beside, over), max(_EDGE, over)
        slot = (WIDTH - left - right) / n
        column = slot * 0.8 / max(1, series)
        numbers = [figure(v) for one in groups for v in one.values if v is not None]
        return cls(
            left=left,
            right=right,
            slot=slot,
            column=column,
            label=label + 1,
            each=max(1, math.ceil((label + 4) / slot)),
            has_numbers=all(width(said, _TICK) + 2 <= column for said in numbers),
        )


def _ticks(most: Amount) -> list[Amount]:
    """From 0 in round steps to no less than the most: 1, 2 or 5 times a power of ten."""
    whole = isinstance(most, int) or most == most.to_integral_value()
    raw = Decimal(most) / 4 if most else Decimal(1)
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= raw)
    if whole and step < 1:
        step = Decimal(1)
    count = max(1, int((Decimal(most) / step).to_integral_value(ROUND_CEILING)))
    ticks = [step * number for number in range(count + 1)]
    return [int(tick) if tick == tick.to_integral_value() else tick for tick in ticks]


def _legend(series: Sequence[str]) -> tuple[list[str], float]:
    """The names of the series, as many on a line as fit, and where it ends."""
    drawn: list[str] = []
    left, base = float(_EDGE), _EDGE + _TEXT
    for number, name in enumerate(series, 1):
        said = cut(name, _WIDE - 20, _TEXT)
        wide = 20 + width(said, _TEXT)
        if left > _EDGE and left + wide > WIDTH - _EDGE:
            left, base = float(_EDGE), base + 20
        drawn += [
            _rect(left, base - 11, 12, 12, f"chart-bar chart-series-{number}"),
            _text(left + 18, base, said, told=name),
        ]
        left += wide + 12
    # and a number over the highest column
    return drawn, base + 28


# Elements


def _svg(
    kind: str, id: str, title: str, told: Sequence[str], drawn: Sequence[str], high: float
) -> str:
    if not told:
        high = 40
        drawn = [_text(_EDGE, 24, _NOTHING)]
    name, said = _safe(id), "；".join(told) or _NOTHING
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{kind}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc" width="{WIDTH}" height="{_at(high)}"'
        f' viewBox="0 0 {WIDTH} {_at(high)}" font-size="{_TEXT}">'
        f'<title id="{name}-title">{_safe(title)}</title>'
        f'<desc id="{name}-desc">{_safe(said)}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def _text(
    x: float, y: float, said: str, *, kind: str = "text", anchor: str = "start", told: str = ""
) -> str:
    size = _TICK if kind == "tick" else _TEXT
    more = f' text-anchor="{anchor}"' if anchor != "start" else ""
    title = _title(told) if told and told != said else ""
    return (
        f'<text class="chart-{kind}" x="{_at(x)}" y="{_at(y)}" font-size="{size}"{more}>'
        f"{title}{_safe(said)}</text>"
    )


def _rect(x: float, y: float, wide: float, high: float, classes: str, told: str = "") -> str:
    shape = f'x="{_at(x)}" y="{_at(y)}" width="{_at(wide)}" height="{_at(high)}"'
    if told:
        return f'<rect class="{classes}" {shape}>{_title(told)}</rect>'
    return f'<rect class="{classes}" {shape}/>'


def _line(x: float, y: float, to: float, kind: str) -> str:
    return f'<line class="chart-{kind}" x1="{_at(x)}" y1="{_at(y)}" x2="{_at(to)}" y2="{_at(y)}"/>'


def _title(said: str) -> str:
    return f"<title>{_safe(said)}</title>"


def _bar(one: Bar) -> str:
    return f"chart-bar chart-{one.look}" if one.look else "chart-bar"


def _share(value: Amount, most: Amount) -> float:
    return max(_LEAST, _WIDE * float(Decimal(value) / Decimal(most)))


def _safe(text: str) -> str:
    return escape(clean(" ".join(text.split())))


def _at(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")
