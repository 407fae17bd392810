"""Figures damaged on their way to text: what cannot be read is said, and leads nothing astray.

The shapes are those without blank cells, where columns are told from the relations or not at
all: there a figure that is overlooked would move the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest
from against_truth import BLANKS, compare, seeds
from known_faults import tolerate

from samples.layout import draft
from samples.report import LogicalReport, make_report
from samples.style import Lost
from samples.styles import STYLES, render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import PlacedBy

STYLED = [
    name
    for name, style in STYLES[Format.TEXT].items()
    if Lost.BLANK_CELLS in style.loses and Lost.REPEATED_LINES not in style.loses
]
#: A figure of up to four digits that is no number before or in a label.
FIGURE = re.compile(r"(?<![\d.])\d{1,4}(?![\d.)）人万、])")


def glued(text: str, found: re.Match[str], random: Random) -> str:
    """The figure and the next one run together."""
    gap = re.compile(r"[\s|]+(?=\d)").match(text, found.end())
    return text[: found.end()] + text[gap.end() :] if gap else text


def garbled(text: str, found: re.Match[str], random: Random) -> str:
    """A sign that the font did not name, or a stray one beside the figure."""
    said = random.choice(("■", "?", f"{found[0]}x", f"#{found[0]}"))
    return text[: found.start()] + said + text[found.end() :]


def at_its_label(text: str, found: re.Match[str], random: Random) -> str:
    """The first figure of a row stands at its label without a space."""
    before = re.sub(r"[\s|]+$", "", text[: found.start()])
    return text if before[-1].isdigit() else before + text[found.start() :]


def written(style: str, seed: int, first: int) -> tuple[LogicalReport, str, int]:
    """A report, its text in a style, and where table 三 begins in it."""
    report = make_report(
        seed + first,
        year=2023,
        zero_share=(0.3, 0.6, 0.85)[seed % 3],
        blanks=BLANKS[seed % len(BLANKS)],
    )
    text = render(report, Format.TEXT, style, seed).decode()
    return report, text, text.index("申请情况", text.index("第二十条"))


DAMAGES = [glued, garbled, at_its_label]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("style", STYLED)
def test_a_damaged_figure_leads_no_other_astray(style, damage, count: Callable[..., None]):
    wrong, inferred = [], 0
    for seed in seeds(3):
        random = Random(f"{damage.__name__} {style} {seed}")
        report, text, begin = written(style, seed, 9100)
        for _ in range(random.choice((1, 2, 4))):
            figures = list(FIGURE.finditer(text, begin, text.index("存在的主要问题", begin)))
            if figures:
                text = damage(text, random.choice(figures), random)
        outcome = examine(text.encode(), "document")
        found = compare(draft(report).truth, outcome.report)
        wrong += [(seed, str(bad)) for bad in found.wrong]
        inferred += sum(
            value.placed_by is PlacedBy.RELATIONS
            for line in (outcome.report.values["requests"] if outcome.report else {}).values()
            for value in line.values()
        )
    count(
        "damaged text",
        documents=len(seeds(3)),
        figures_inferred=inferred,
        figures_wrong=len(wrong),
    )
    assert wrong == []


#: Rows of cells between signs, blank ones and those of merged cells in one way or another.
IN_ROWS = (
    "markdown",
    "pipe_rows",
    "pipe_before_row",
    "pipe_rows_broken",
    "pipe_rows_without_spanned",
    "tab_before_cell",
    "tab_rows",
)
#: A figure with the sign before it, or after it.
CELL = (r"[|\t] *\d{1,4} *(?=[|\t\n])", r"(?<=[|\t\n]) *\d{1,4} *[|\t]")


@pytest.mark.parametrize("style", IN_ROWS)
def test_a_cell_that_went_moves_no_figure(
    style, count: Callable[..., None], request: pytest.FixtureRequest
):
    tolerate(request, request.node.originalname, style)
    wrong: list[tuple[int, str]] = []
    inferred: list[tuple[int, str]] = []
    for seed in seeds(6):
        random = Random(f"cell {style} {seed}")
        report, text, begin = written(style, seed, 9500)
        for _ in range(random.choice((1, 2))):
            end = text.index("存在的主要问题", begin)
            cells = list(re.compile(random.choice(CELL)).finditer(text, begin, end))
            if cells:
                found = random.choice(cells)
                text = text[: found.start()] + text[found.end() :]
        compared = compare(draft(report).truth, examine(text.encode(), "document").report)
        for bad in compared.wrong:
            # of a row without blanks a figure that went leaves no trace: what is inferred from
            # the others is marked as inferred, and may be wrong
            by_relations = bad.read and bad.read.placed_by is PlacedBy.RELATIONS
            (inferred if by_relations else wrong).append((seed, str(bad)))
    count(
        "damaged text",
        documents=len(seeds(6)),
        figures_wrong=len(wrong),
        figures_inferred_wrongly_from_what_is_left=len(inferred),
    )
    assert wrong == []
