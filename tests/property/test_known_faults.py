"""Each known fault as one document that shows it, worst first: wrong figures, then lost ones.

A test marked to fail that passes is a fault mended: make it `mended`, and take its lines out
of `known_faults`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from against_truth import BLANKS, Compared, compare, silently_lost

from samples.defects import spoil
from samples.layout import Draft, draft, with_numbers
from samples.report import make_report
from samples.styles import render
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.report import Outcome

#: The two tables whose lines are rows.
COUNTED = ("disclosure", "requests")


def report(seed: int, **options) -> Draft:
    return draft(make_report(seed, **options))


def spoilt(name: str, seed: int, drafted: Draft) -> Draft:
    return spoil(drafted, name, seed)


def numbered(drafted: Draft) -> Draft:
    """With a column that counts the rows before the two tables whose lines are rows."""
    counted = (with_numbers(t) if t.id in COUNTED else t for t in drafted.tables)
    return replace(drafted, tables=tuple(counted))


def read(drafted: Draft, where: str, seed: int) -> tuple[Outcome, Compared]:
    format, _, style = where.partition("/")
    outcome = examine(render(drafted, Format(format), style, seed), "document")
    return outcome, compare(drafted.truth, outcome.report)


def fault(reason: str, where: str, seed: int, drafted: Draft):
    marks = pytest.mark.xfail(strict=False, reason=reason)
    return pytest.param(drafted, where, seed, marks=marks, id=f"{where}-{drafted.report.seed}")


def mended(reason: str, where: str, seed: int, drafted: Draft):
    """What went wrong once; it must not again."""
    return pytest.param(drafted, where, seed, id=f"{where}-{drafted.report.seed}")


WRONG = [
    mended(
        "the lower half of a label that a page cuts takes the row, whose figures are above",
        "pdf/cut_row",
        9031,
        spoilt("breaks", 9031, report(9031, blanks="dash", zero_share=0.8, big=False)),
    ),
    mended(
        "a row of blanks below a page break becomes one with the row above, whose figures it takes",
        "pdf/rotated",
        5013,
        spoilt("unnumbered", 5013, report(5013, blanks="blank", zero_share=0.5, big=True)),
    ),
    mended(
        "the same above the page break: a row of its own gives its figures to a row of the form",
        "pdf/landscape",
        13013,
        spoilt(
            "extra_document_row", 13013, report(13013, blanks="blank", zero_share=0.97, big=True)
        ),
    ),
    mended(
        "digits set apart beside a remark: the last goes to the cell before",
        "pdf/spaced",
        16045,
        spoilt("remarks", 16045, report(16045, blanks="blank", zero_share=0.8, big=True)),
    ),
    mended(
        "a label with its figures glued on takes those of the row that follows it",
        "text/run_together",
        718,
        report(718, blanks="mixed", zero_share=0.3),
    ),
    mended(
        "of heads with remarks over two lines one is found, and takes the figures of all",
        "pdf/horizontal",
        25021,
        spoilt("remarked_labels", 25021, report(25021, blanks="blank", zero_share=0.8, big=True)),
    ),
    mended(
        "totals that are 1, 2, 3, 4 and 5 by chance are taken for the numbers of rows",
        "text/csv_rows",
        4,
        report(877, year=2023, blanks="blank", zero_share=0.6),
    ),
    mended(
        "columns are inferred from sums although the source has no totals",
        "text/cell_a_line",
        3,
        spoilt("blank_totals", 3, report(53, blanks="dash", zero_share=0.5)),
    ),
    mended(
        "figures that lost their row are taken for all that the row has, the rest for blanks",
        "text/pipe_after_cell",
        0,
        spoilt("breaks", 0, report(50, zero_share=0.5)),
    ),
    mended(
        "the blank left by a lost label is taken for the first figure: all shift by one column",
        "text/readings",
        10003,
        spoilt("lost_labels", 10003, report(10003, blanks="mixed", zero_share=0.8)),
    ),
    mended(
        "removed repeats are not noticed where few figures are left",
        "text/without_repeats",
        296,
        report(296, blanks="mixed", zero_share=0.97),
    ),
    mended(
        "five columns without lines are taken for the fifteen of table 四",
        "pdf/outer",
        549,
        report(549, blanks="blank", zero_share=0.7),
    ),
    mended(
        "columns without lines: the figures of （七） shift by one column",
        "pdf/horizontal",
        639,
        report(639, blanks="blank", zero_share=0.7),
    ),
    mended(
        "columns without lines: the last figure of a row whose 总计 is blank becomes the 总计",
        "pdf/horizontal",
        11,
        spoilt(
            "swapped_rows",
            11,
            spoilt("blank_totals", 11, report(6011, zero_share=0.6, blanks=BLANKS[3])),
        ),
    ),
    mended(
        "one column of the grid for two heads: the figures of both are those of the second",
        "pdf/horizontal",
        6,
        numbered(report(542, blanks="blank")),
    ),
    mended(
        "two heads in one cell: the figures below are the second's",
        "pdf/unruled_left",
        3,
        numbered(report(280, blanks="zero")),
    ),
    mended(
        "a header held over the next page, whose figures stand one column to the left of it",
        "pdf/outer",
        13,
        numbered(report(1166, blanks="blank")),
    ),
    mended(
        "the last figure of a row is taken for the number of the next one, which has its own",
        "text/columns_of_spaces",
        9,
        numbered(report(822, blanks="blank")),
    ),
]


@pytest.mark.parametrize(("drafted", "where", "seed"), WRONG)
def test_no_figure_is_wrong(drafted, where, seed):
    assert read(drafted, where, seed)[1].wrong == ()


SILENT = [
    mended(
        "figures that are not taken, since repeats were removed, were not named",
        "text/without_repeats",
        12,
        report(12, blanks="mixed", zero_share=0.7),
    ),
    mended(
        "a row that may be left out is lost with its label there",
        "text/run_together",
        85,
        report(85, blanks="dash", zero_share=0.7, work_secret=True),
    ),
    mended(
        "a table with 其他处理 lost is taken for the other edition, whose rows nobody misses",
        "text/run_together",
        524,
        report(524, blanks="dash", zero_share=0.97),
    ),
    mended(
        "the same, with the heads of columns stacked",
        "text/stacked_headers",
        822,
        report(822, blanks="dash", zero_share=0.7),
    ),
    mended(
        "the figures of 政府集中采购 are lost without a word, since the block may be left out",
        "pdf/unruled",
        750,
        report(750, blanks="mixed", zero_share=0.7, big=True),
    ),
    fault(
        "政府集中采购, which may be left out, is lost with the end of a numbered table",
        "pdf/unruled_cut",
        7,
        numbered(report(637, blanks="mixed")),
    ),
    fault(
        "其他处理 among numbers is not found, and the other edition's rows are not missed",
        "text/run_together",
        1,
        numbered(report(108, blanks="zero")),
    ),
]


@pytest.mark.parametrize(("drafted", "where", "seed"), SILENT)
def test_what_is_lost_is_said(drafted, where, seed):
    outcome, compared = read(drafted, where, seed)

    assert silently_lost(compared, outcome) == []


LOST = [
    mended(
        "figures behind a label that the form does not know, and all are taken out of their rows",
        "text/lines_in_rows",
        13043,
        spoilt(
            "extra_document_row",
            13043,
            report(13043, blanks="mixed", zero_share=0.97, big=False),
        ),
    ),
    mended(
        "gaps within a title and the labels below it make columns of rows that pipes part",
        "text/ruled_rows",
        8073,
        spoilt("spaces", 8073, report(8073, blanks="zero", zero_share=0.5, big=True)),
    ),
    mended(
        "cells with one text above and below a page break become one",
        "pdf/ruled",
        98,
        report(98, blanks="mixed", zero_share=0.97, work_secret=True),
    ),
    mended(
        "two rows of table 二 become one at the page break where a figure is blank",
        "pdf/repeat_header",
        403,
        report(403, blanks="blank", zero_share=0.3),
    ),
    mended(
        "a label cut by the page break over a row of blanks becomes two rows",
        "pdf/cut_row",
        611,
        report(611, blanks="blank", zero_share=0.97),
    ),
    mended(
        "a piece of the label 规章 over a row of blanks is not taken for the row",
        "text/without_characters",
        483,
        report(483, blanks="blank", zero_share=0.7, work_secret=True),
    ),
    mended(
        "table 四 without any figure, row ends lost, is not found",
        "text/pipe_after_cell_open",
        1181,
        report(1181, blanks="blank", zero_share=0.97),
    ),
    mended(
        "table 四 without any figure, row ends lost, is not found",
        "text/pipe_between_cells",
        1001,
        report(1001, blanks="blank", zero_share=0.97, work_secret=True),
    ),
    mended(
        "table 四 without any figure but dashes is not found",
        "text/spaced_rows",
        614,
        report(614, blanks="dash", zero_share=0.97),
    ),
    mended(
        "dashes are lost from rows parted by spaces",
        "text/spaced_rows",
        226,
        report(226, blanks="dash", zero_share=0.3),
    ),
    mended(
        "dashes are lost under stacked heads",
        "text/stacked_headers",
        434,
        report(434, blanks="dash", zero_share=0.97, work_secret=True),
    ),
    mended(
        "columns set with spaces are read as an order, so blanks are lost that can be seen",
        "text/columns_of_spaces",
        150,
        report(150, blanks="mixed", zero_share=0.7, big=True),
    ),
    mended(
        "a row whose label is misspelt loses its blanks where row ends are lost",
        "text/pipe_after_cell_open",
        11,
        spoilt("misspelt", 11, report(11, blanks="mixed", zero_share=0.97)),
    ),
    mended(
        "rows far from a full one are not laid against the heads that stand over them",
        "text/columns_of_spaces",
        247,
        report(247, blanks="blank", zero_share=0.3),
    ),
    mended(
        "a row of two figures of three is taken for a full one of two columns",
        "text/columns_of_spaces",
        4903,
        report(4903, blanks="blank", zero_share=0.3),
    ),
    mended(
        "two figures in table 四 fit its heads by the number of signs as well as by their width",
        "text/columns_of_spaces",
        9947,
        report(9947, blanks="blank", zero_share=0.97, work_secret=True),
    ),
    mended(
        "tables without lines and nearly without figures are lost",
        "pdf/unruled",
        71,
        report(71, blanks="blank", zero_share=0.97),
    ),
    mended(
        "dashes of pages that are stored on their side are measured the wrong way, as digits",
        "pdf/rotated",
        432,
        report(432, blanks="dash", zero_share=0.7),
    ),
    mended(
        "a blank behind two figures, where only another table shows that blanks keep their place",
        "text/pipe_after_cell",
        876,
        report(876, blanks="mixed", zero_share=0.7),
    ),
    mended(
        "a label with a remark of five lines is cut, and its figures stand beside the middle one",
        "pdf/unruled_low",
        25051,
        spoilt("remarked_labels", 25051, report(25051, blanks="mixed", zero_share=0.8, big=False)),
    ),
    mended(
        "the number of a label with a space before its stop is taken for a figure",
        "text/markdown",
        8039,
        spoilt("spaces", 8039, report(8039, blanks="dash", zero_share=0.97, big=False)),
    ),
]


@pytest.mark.parametrize(("drafted", "where", "seed"), LOST)
def test_every_figure_is_read(drafted, where, seed):
    _, compared = read(drafted, where, seed)

    assert compared.wrong == ()
    assert compared.lost == ()


#: Read as 2021 since the year is 2022: of （六）其他处理, which has no figure, nothing is there but
#: the label, which is that of a group in 2021.
EDITIONS = [
    mended(
        "no line of 2019 is missing, and none is there that only 2021 has",
        "text/spaced_rows",
        905,
        report(905, blanks="blank", zero_share=0.97, big=True),
    ),
    mended(
        "the same, with the heads of columns stacked",
        "text/stacked_headers",
        725,
        report(725, blanks="blank", zero_share=0.97, big=True),
    ),
]


@pytest.mark.parametrize(("drafted", "where", "seed"), EDITIONS)
def test_the_edition_is_right(drafted, where, seed):
    outcome, _ = read(drafted, where, seed)

    assert outcome.report is not None
    read_as, editions = outcome.report.edition, drafted.report.editions
    assert {table: read_as[table] for table in COUNTED} == {t: editions[t] for t in COUNTED}
