"""The measured as Markdown: a table for each part, between marks of its own on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.speed.beside import Cost, Held, aim
from benchmarks.speed.costs import ROOMS, Memory, Shares, Start
from benchmarks.speed.growth import Growth

NOTHING: Final = "–"


def page_with(page: str, part: str, body: str) -> str:
    """The page with this part told anew. Raises `ValueError` where it has no marks."""
    begin, end = f"<!-- speed: {part} -->", f"<!-- end of {part} -->"
    before, mark, rest = page.partition(begin)
    _, closing, after = rest.partition(end)
    if not mark or not closing:
        raise ValueError(f"no {begin} … {end} on the page")
    return f"{before}{begin}\n{body}\n{end}{after}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    rules = ["---", *("---:" for _ in heads[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *rows))


def _ms(seconds: float | None) -> str:
    """`12.3`; from 100 on without decimals."""
    if seconds is None:
        return NOTHING
    return f"{1000 * seconds:,.0f}" if seconds >= 0.1 else f"{1000 * seconds:.1f}"


def _times(ours: float | None, theirs: float | None) -> str:
    return NOTHING if ours is None or not theirs else f"{ours / theirs:.2f}"


def own_costs(costs: Sequence[Cost]) -> str:
    heads = ("a report of seven pages", "ms", "ms in 0.2.0", "times that", "page and workbook, ms")
    return _table(
        heads,
        (
            (
                one.kind.says,
                _ms(one.ours),
                _ms(one.before),
                _times(one.ours, one.before),
                _ms(one.people),
            )
            for one in costs
        ),
    )


def beside_peers(costs: Sequence[Cost]) -> str:
    heads = ("a report of seven pages, ours ÷ a peer", "its ms", "0.2.0 ÷", "ours ÷", "aim")
    rows = []
    for one in costs:
        for peer, seconds in one.peers.items():
            to = aim(one.kind, peer)
            rows.append(
                (
                    f"{one.kind.says} ÷ {peer}",
                    _ms(seconds),
                    _times(one.before, seconds),
                    _times(one.ours, seconds),
                    NOTHING if to is None else f"{to:g}",
                )
            )
    return _table(heads, rows)


def beside_own(pairs: Sequence[Held]) -> str:
    heads = ("a report of seven pages, one format ÷ another", "ms", "the other's", "÷", "aim")
    return _table(
        heads,
        (
            (
                f"{one.kind.says} ÷ {one.to.says}",
                _ms(one.ours),
                _ms(one.other),
                _times(one.ours, one.other),
                NOTHING if one.aim is None else f"{one.aim:g}",
            )
            for one in pairs
        ),
    )


def growths(grown: Sequence[Growth], sizes: Sequence[int]) -> str:
    heads = (
        "more of what",
        *(f"ms each, {size} ×" for size in sizes),
        *(f"{size} × beside {sizes[0]} ×" for size in sizes[1:]),
    )
    return _table(
        heads,
        (
            (
                f"{one.kind.says}: {one.what}",
                *(_ms(one.each.get(size)) for size in sizes),
                *(_times(one.each.get(size), one.each.get(sizes[0])) for size in sizes[1:]),
            )
            for one in grown
        ),
    )


def memories(ours: Sequence[Memory], before: Sequence[Memory]) -> str:
    heads = (
        "a PDF of so many pages", "MiB", "in 0.2.0", "with page and workbook, MiB", "in 0.2.0",
        "s", "in 0.2.0",
    )  # fmt: skip
    told = {one.pages: one for one in before}
    rows = []
    for one in ours:
        other = told.get(one.pages)
        pairs = (
            f"{one.peak_mib:.0f}", f"{other.peak_mib:.0f}" if other else NOTHING,
            f"{one.people_mib:.0f}", f"{other.people_mib:.0f}" if other else NOTHING,
            f"{one.seconds:.1f}", f"{other.seconds:.1f}" if other else NOTHING,
        )  # fmt: skip
        rows.append((str(one.pages), *pairs))
    return _table(heads, rows)


def started(ours: Sequence[Start], before: Sequence[Start]) -> str:
    heads = ("a command, cold", "ms", "ms in 0.2.0")
    told = {one.of: one.seconds for one in before}
    return _table(
        heads,
        (
            (
                f"`gouji check`: {one.of}" if one.of else "`python -c pass`",
                _ms(one.seconds),
                _ms(told.get(one.of)),
            )
            for one in ours
        ),
    )


def shared(shares: Sequence[Shares]) -> str:
    heads = ("share of the time", *ROOMS)
    return _table(
        heads, ((one.kind.says, *(f"{share:.0%}" for share in one.shares())) for one in shares)
    )


def functions(one: Shares) -> str:
    lines = [f"{one.kind.says}:"]
    lines += [f"  {share:5.1%} {calls:>8,} calls  {at}" for share, calls, at in one.functions]
    return "\n".join(lines)
