"""Who reports, and on which year: hundreds of openings of which the truth is known.

Another organ's name or another year is the one thing that must never come out; null is
allowed where no title and no announcement tells it, and its share is held small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from against_truth import seeds

from samples.openings import Opening, beside, opening
from samples.styles import render
from tasks.detect import detect
from tasks.flow import examine
from tasks.identify.identity import Identity, identify
from tasks.model.document import Format
from tasks.read import read

SUITE = "openings"
#: At scale 1; each in one of the shapes, in turn.
OPENINGS, WHOLE, PICTURES, BESIDE = 200, 10, 30, 40
SHAPES = (
    (Format.HTML, "plain"),
    (Format.TEXT, "pipe_rows"),
    (Format.HTML, "wps"),
    (Format.TEXT, "markdown"),
    (Format.DOCX, "plain"),
)
#: Of all openings, those in which nothing that is certain tells it are about one in ten.
MOST_UNKNOWN = 0.12


@dataclass(frozen=True, slots=True)
class Reading:
    how: str
    true: Opening
    read: Identity


def document(seed: int, *, pictures: bool = False) -> tuple[str, Opening, bytes]:
    format, style = SHAPES[seed % len(SHAPES)]
    true = opening(seed, pictures=pictures)
    how = f"opening({seed}) as {format}/{style}: {true.how}"
    return how, true, render(true.paper, format, style, seed)


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    found = []
    for seed in seeds(OPENINGS):
        how, true, source = document(seed)
        who = identify(read(source, detect(source, "document")))
        found.append(Reading(how, true, who))
    return found


Count = Callable[..., None]


def test_no_other_organ_and_no_other_year(readings: list[Reading], count: Count) -> None:
    organs = [(r.how, r.read.organ) for r in readings if r.read.organ not in (r.true.organ, None)]
    years = [(r.how, r.read.year) for r in readings if r.read.year not in (r.true.year, None)]
    count(SUITE, documents=len(readings), organs_wrong=len(organs), years_wrong=len(years))
    assert (organs, years) == ([], [])


def test_what_a_title_or_an_announcement_tells_is_read(readings: list[Reading]) -> None:
    lost = [r.how for r in readings if r.true.sure_of_organ and r.read.organ is None]
    lost += [r.how for r in readings if r.true.sure_of_year and r.read.year is None]
    assert lost == []


def test_little_is_unknown(readings: list[Reading], count: Count) -> None:
    organs = sum(r.read.organ is None for r in readings)
    years = sum(r.read.year is None for r in readings)
    count(SUITE, organs_unknown=organs, years_unknown=years)
    assert organs <= MOST_UNKNOWN * len(readings)
    assert years <= MOST_UNKNOWN * len(readings)


def test_a_whole_document_says_what_is_unknown() -> None:
    for seed in seeds(WHOLE):
        how, true, source = document(seed)
        outcome = examine(source, "document")
        assert outcome.report is not None, how
        assert outcome.report.organ in (true.organ, None), how
        rules = {finding.rule for finding in outcome.findings}
        assert ("extraction.organ" in rules) == (outcome.report.organ is None), how
        assert ("extraction.year" in rules) == (outcome.report.year is None), how


def test_a_report_whose_tables_are_pictures_is_one_and_says_so() -> None:
    for seed in seeds(PICTURES):
        how, true, source = document(seed, pictures=True)
        outcome = examine(source, "document")
        assert outcome.report is not None, how
        assert outcome.report.organ in (true.organ, None), how
        assert outcome.report.year in (true.year, None), how
        missing = [f for f in outcome.findings if f.rule == "extraction.missing_table"]
        assert len(missing) == 3, how


def test_what_stands_beside_reports_is_none(count: Count) -> None:
    made = []
    for seed in seeds(BESIDE):
        format, style = SHAPES[seed % len(SHAPES)]
        outcome = examine(render(beside(seed), format, style, seed), "document")
        if outcome.report is not None:
            made.append((f"beside({seed}) as {format}/{style}", outcome.report.organ))
    count(SUITE, other_documents=BESIDE, other_documents_taken_for_reports=len(made))
    assert made == []
