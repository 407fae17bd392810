"""One logical report, written as OFD in every manner at once: the figures are those of the PDF.

How places are told, objects grouped, pages stored and lines drawn is drawn from the seed. A
container of which a part is damaged is refused, or what is lost of it is told.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from random import Random

import pytest
from against_truth import BLANKS, compare, seeds

from samples.layout import Draft, draft
from samples.ofd import OfdStyle, packed, render_ofd
from samples.pdf import render_pdf
from samples.prose import paper
from samples.report import make_report
from tasks.flow import examine
from tasks.model.refusal import Refusal
from tasks.model.report import Report, Severity

SUITE = "manners of OFD"
FLAGS = (
    "runs", "blocks", "layers", "parameters", "rows", "glyphs", "plain_names", "paged", "vertical",
    "repeat_header", "narrow",
)  # fmt: skip
LINES = ("all", "rectangles", "filled")


def manner(random: Random) -> OfdStyle:
    flags = {name: random.random() < 0.4 for name in FLAGS}
    # A page lies in one of these ways.
    way = random.choice(("ctm", "composite", "template", "turned", ""))
    if way:
        flags[way] = True
    flags["landscape"] = way == "turned" or random.random() < 0.2
    return OfdStyle(
        name="drawn",
        about="as the seed draws it",
        lines=random.choice(LINES),
        figures=random.choice(("left", "centre", "right")),
        **flags,  # type: ignore[arg-type] - names and values are those of the class
    )


def drafted(seed: int) -> Draft:
    zeros = (0.3, 0.7, 0.9)[seed % 3]
    return draft(make_report(seed, blanks=BLANKS[seed % 4], zero_share=zeros, big=seed % 5 == 0))


def figures(report: Report | None) -> dict[str, tuple[str, object]]:
    return {
        f"{table}.{row}.{column}": (value.kind, value.value)
        for table, rows in (report.values if report else {}).items()
        for row, columns in rows.items()
        for column, value in columns.items()
    }


@pytest.mark.parametrize("seed", seeds(10))
def test_the_figures_are_those_of_the_pdf(seed: int, count: Callable[..., None]) -> None:
    style = manner(Random(f"manner {seed}"))
    report = drafted(seed)
    outcome = examine(render_ofd(paper(report), style, seed), "report.ofd")
    as_pdf = examine(render_pdf(paper(report), style, seed), "report.pdf")
    compared = compare(report.truth, outcome.report)
    assert [str(one) for one in (*compared.wrong, *compared.lost)] == []
    assert figures(outcome.report) == figures(as_pdf.report)
    assert [one.rule for one in outcome.findings if one.severity is Severity.ERROR] == []
    count(SUITE, documents=1, figures_right=compared.right, figures_wrong=len(compared.wrong))


def damaged(body: bytes, random: Random) -> bytes:
    """The container without a part, or with a part that is cut off or has odd bytes in it."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    name = random.choice([name for name in parts if name != "OFD.xml"])
    part = bytearray(parts[name] if isinstance(parts[name], bytes) else b"")
    match random.randrange(4):
        case 0:
            del parts[name]
            return packed(parts)
        case 1:
            part = part[: random.randrange(len(part))]
        case 2:
            for _ in range(random.randrange(1, 9)):
                part[random.randrange(len(part))] = random.randrange(256)
        case _:
            # Numbers of one object become others.
            at = random.randrange(len(part))
            end = min(len(part), at + 400)
            part[at:end] = part[at:end].replace(b'"0 ', b'"nan ').replace(b'Size="', b'Size="-')
    parts[name] = bytes(part)
    return packed(parts)


@pytest.mark.parametrize("seed", seeds(12))
def test_what_is_damaged_is_refused_or_told(seed: int, count: Callable[..., None]) -> None:
    random = Random(f"damage {seed}")
    report = drafted(seed)
    body = damaged(render_ofd(paper(report), manner(random), seed), random)
    try:
        outcome = examine(body, "report.ofd")
    except Refusal:
        count(SUITE, damaged=1, refused=1)
        return
    compared = compare(report.truth, outcome.report)
    told = any(one.rule.startswith("extraction.") for one in outcome.findings)
    assert told or (outcome.report is not None and not compared.lost)
    count(SUITE, damaged=1, damaged_figures_right=compared.right)
