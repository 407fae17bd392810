"""Values + relations -> findings: which figures do not tie, and which cell is wrong.

evidence.py    figures read from pixels: which reading is taken, and what is left to say
relations.py   the form's relations on the lines of this report, and which do not hold
localise.py    the smallest sets of cells whose correction makes all of them hold
accidents.py   one accident to a whole line that explains them all
tellings.py    how texts tell the figures of the tables
scope.py       when and of whom a figure of the text is told
narrative.py   figures of the text against the tables
plausible.py   figures that tie and still look odd
series.py      reports of one organ against the one of the year before
"""

from __future__ import annotations

from tasks.check.evidence import doubts, settled
from tasks.check.narrative import against_text
from tasks.check.plausible import implausible
from tasks.check.relations import broken_relations
from tasks.model.document import Document
from tasks.model.report import Finding, Report


def check(document: Document, report: Report) -> tuple[Report, tuple[Finding, ...]]:
    """Everything that one report shows on its own.

    Gives the report back as well: where two readings of a cell differ, with the one that the
    relations leave.
    """
    known = settled(report)
    broken = broken_relations(known.report)
    return known.report, (
        *doubts(known, broken),
        *broken,
        *against_text(document, known.report),
        *implausible(known.report),
    )
