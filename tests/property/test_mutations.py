"""One figure of a clean report is changed: it is found, and the changed cell is suspected.

All figures of tables 三 and 四 in turn, by random amounts, through whole documents; then the
same, and several changes at once, on recognised values only, where many more can be tried.
What the relations can determine at all is proved in `test_incidence`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from time import process_time

import pytest
from against_truth import BLANKS, SCALE, compare, seeds

from samples.report import LogicalReport, broken, make_report, truth, with_figure
from samples.styles import render
from tasks.check.relations import broken_relations
from tasks.flow import examine
from tasks.forms.annual_report import FORM
from tasks.model.document import Format
from tasks.model.report import Finding, Kind, Report, Severity, Value
from tasks.render.wording import told

#: Format, style, and of which cells every how-many-th is changed at scale 1.
DOCUMENTS = [
    (Format.HTML, "plain", 4),
    (Format.TEXT, "markdown", 4),
    (Format.TEXT, "pipe_after_cell", 4),
    (Format.DOCX, "plain", 10),
    (Format.PDF, "compact", 20),
    (Format.OFD, "rows", 40),
]
#: Format, style, and how many documents with two and with three wrong figures at scale 1.
SEVERAL_AT_ONCE = [
    (Format.HTML, "cms", 5),
    (Format.TEXT, "markdown", 5),
    (Format.TEXT, "pipe_after_cell", 3),
    (Format.DOCX, "plain", 2),
    (Format.PDF, "compact", 1),
]
RULES = {relation.rule for edition in FORM.editions for relation in edition.relations}
Count = Callable[..., None]


def clean_report(seed: int) -> LogicalReport:
    editions = {"requests": ("2021", "2019")[seed % 2]}
    return make_report(
        seed,
        year=2023,
        editions=editions,
        blanks=BLANKS[seed % len(BLANKS)],
        zero_share=(0.7, 0.3, 0.9)[seed % 3],
        big=seed % 4 == 3,
        work_secret=seed % 5 == 0,
    )


def related(report: LogicalReport) -> list[str]:
    """The cells of tables 三 and 四."""
    return [cell for cell in report.cells() if not cell.startswith("disclosure.")]


def delta(random: Random, old: int) -> int:
    """A slip or any other amount; the figure stays 0 or more."""
    slips = [1, -1, 2, -2, 9, -9, 10, 90, old, random.randint(1, 500)]
    return random.choice([by for by in slips if by and old + by >= 0])


def changed(report: LogicalReport, cells: list[str], random: Random) -> LogicalReport:
    for cell in cells:
        report = broken(report, cell, delta(random, int(report.amount(cell))))
    return report


def recognised(report: LogicalReport) -> Report:
    """The report as it is read from a shape that loses nothing."""
    values: dict[str, dict[str, dict[str, Value]]] = {}
    for table, rows in truth(report).items():
        for row, line in rows.items():
            read = {
                column: Value(kind=Kind(kind), value=value)
                for column, (kind, value) in line.items()
            }
            values.setdefault(table, {})[row] = read
    return Report(
        form=FORM.id, organ=report.organ, year=report.year, edition=report.editions, values=values
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of one changed cell."""

    found: bool
    #: Its worst place among the suspects of the findings that name it, from 1; 99: not there.
    place: int
    #: The true figure was proposed.
    mended: bool


def verdict(cell: str, true: object, findings: tuple[Finding, ...] | list[Finding]) -> Verdict:
    naming = [
        f for f in findings if f.severity is Severity.ERROR and f.rule in RULES and cell in f.cells
    ]
    places = [
        next((at for at, one in enumerate(f.suspects, 1) if one.cell == cell), 99) for f in naming
    ]
    proposed = [one.value for f in naming for one in f.suspects if one.cell == cell]
    return Verdict(bool(naming), max(places, default=99), str(true) in proposed)


def tally(suite: str, verdicts: Mapping[str, list[Verdict]], count: Count) -> None:
    for table, all_of in verdicts.items():
        places = Counter(one.place for one in all_of)
        count(
            f"{suite}, {table}",
            changed=len(all_of),
            found=sum(one.found for one in all_of),
            suspected_first=places[1],
            among_the_first_three=sum(places[n] for n in (1, 2, 3)),
            not_suspected=places[99],
            true_figure_proposed=sum(one.mended for one in all_of),
        )


def share(verdicts: list[Verdict], last: int) -> float:
    return sum(one.place <= last for one in verdicts) / len(verdicts)


def one_at_a_time(
    format: Format, style: str, step: int, seed: int
) -> Iterator[tuple[str, str, Verdict]]:
    """(how to make it again, changed cell, verdict) of every cell of a report in turn."""
    report = clean_report(seed)
    for cell in related(report)[seed % step :: step]:
        wrong = changed(report, [cell], Random(f"{seed} {cell}"))
        outcome = examine(render(wrong, format, style, seed), "document")
        how = f"{format}/{style} clean_report({seed}) {cell} := {wrong.figure(cell)}"
        assert compare(truth(wrong), outcome.report).wrong == (), how
        yield how, cell, verdict(cell, report.amount(cell), outcome.findings)


@pytest.mark.parametrize(("format", "style", "step"), DOCUMENTS)
def test_a_changed_figure_is_found_in_every_format(format, style, step, count: Count):
    verdicts: dict[str, list[Verdict]] = {"requests": [], "disputes": []}
    missed, unsuspected = [], []
    # at scale 1 all blanks and both editions are seen over the formats
    for seed in seeds(1):
        seed += list(Format).index(format) * 31
        for how, cell, said in one_at_a_time(format, style, step, seed):
            table = cell.partition(".")[0]
            verdicts[table].append(said)
            if not said.found:
                missed.append(how)
            if table == "requests" and said.place > 1:
                unsuspected.append((how, said.place))
    tally(f"one figure changed, {format}", verdicts, count)

    assert missed == []
    # every figure of table 三 is determined: there is one smallest repair, and it is this one
    assert unsuspected == []
    assert all(said.mended for said in verdicts["requests"])


def several(n_cells: int, seed: int) -> tuple[LogicalReport, LogicalReport, list[str]]:
    random = Random(f"{n_cells} {seed}")
    report = clean_report(seed)
    cells = random.sample(related(report), n_cells)
    return report, changed(report, cells, random), cells


def test_every_figure_changed_in_turn(count: Count):
    verdicts: dict[str, list[Verdict]] = {"requests": [], "disputes": []}
    missed, unsuspected, alarms = [], [], []
    for seed in seeds(4):
        report = clean_report(seed)
        alarms += [(seed, told(f.says, "zh")) for f in broken_relations(recognised(report))]
        for cell in related(report):
            wrong = changed(report, [cell], Random(f"{seed} {cell}"))
            said = verdict(cell, report.amount(cell), broken_relations(recognised(wrong)))
            how = f"clean_report({seed}) {cell} := {wrong.figure(cell)}"
            table = cell.partition(".")[0]
            verdicts[table].append(said)
            if not said.found:
                missed.append(how)
            if table == "requests" and (said.place, said.mended) != (1, True):
                unsuspected.append((how, said.place))
    tally("one figure changed, values", verdicts, count)

    assert (alarms, missed, unsuspected) == ([], [], [])
    assert share(verdicts["disputes"], 5) == 1.0


@pytest.mark.parametrize("n_cells", [2, 3])
@pytest.mark.parametrize(("format", "style", "n_documents"), SEVERAL_AT_ONCE)
def test_several_changed_figures_are_found_in_every_format(
    format, style, n_documents, n_cells, count: Count
):
    """A document says of them just what its values say, of which many more are tried below."""
    verdicts: dict[str, list[Verdict]] = {"requests": [], "disputes": []}
    for seed in seeds(n_documents):
        seed += 2000 + list(Format).index(format) * 31
        report, wrong, cells = several(n_cells, seed)
        outcome = examine(render(wrong, format, style, seed), "document")
        how = f"{format}/{style} several({n_cells}, {seed}) {cells}"
        assert compare(truth(wrong), outcome.report).wrong == (), how

        assert arithmetic(outcome.findings) == arithmetic(broken_relations(recognised(wrong))), how
        for cell in cells:
            said = verdict(cell, report.amount(cell), outcome.findings)
            verdicts[cell.partition(".")[0]].append(said)
            assert said.found or _cancelled(report, wrong, cells, cell), how
    tally(f"{n_cells} figures changed at once, {format}", verdicts, count)


def arithmetic(findings: Sequence[Finding]) -> list[tuple[object, ...]]:
    """What is said of the relations of the form."""
    return [
        (one.rule, one.severity, one.cells, one.expected, one.actual, one.suspects)
        for one in findings
        if one.rule in RULES
    ]


@pytest.mark.parametrize("n_cells", [2, 3])
def test_several_figures_changed_at_once(n_cells, count: Count, remark):
    verdicts: dict[str, list[Verdict]] = {"requests": [], "disputes": []}
    hidden = []
    for seed in seeds(60):
        report, wrong, cells = several(n_cells, seed)
        findings = broken_relations(recognised(wrong))
        for cell in cells:
            said = verdict(cell, report.amount(cell), findings)
            verdicts[cell.partition(".")[0]].append(said)
            if not said.found and not _cancelled(report, wrong, cells, cell):
                hidden.append((f"several({n_cells}, {seed})", cell))
    tally(f"{n_cells} figures changed at once", verdicts, count)

    assert hidden == []
    assert share(verdicts["requests"], 3) >= 0.9
    assert share(verdicts["requests"], 1) >= 0.85


def _cancelled(report: LogicalReport, wrong: LogicalReport, cells: list[str], cell: str) -> bool:
    """Another change takes this one back in every relation that names both."""
    table = cell.partition(".")[0]
    alone = with_figure(report, cell, wrong.figure(cell))
    broken_alone = {
        (f.rule, f.cells) for f in broken_relations(recognised(alone)) if cell in f.cells
    }
    return any(
        (f_rule, f_cells) in broken_alone and set(cells) & set(f_cells) - {cell}
        for f_rule, f_cells in broken_alone
        if f_rule.startswith(table)
    )


#: Wrong figures, and what one document may take in the median and at most, in seconds. The
#: limits are those of a busy machine; the figures are printed.
TIMES = [
    (0, 0.02, 0.2),
    (1, 0.02, 0.2),
    (2, 0.02, 0.2),
    (3, 0.02, 0.5),
    (5, 0.1, 1.0),
    (7, 0.2, 1.5),
    (10, 1.5, 1.5),
]


@pytest.mark.parametrize(("n_cells", "typical", "longest"), TIMES)
def test_localising_is_fast(n_cells, typical, longest, remark):
    times, named, right = [], 0, 0
    for seed in seeds(10):
        _, wrong, cells = several(n_cells, seed + 1000)
        read = recognised(wrong)
        begun = process_time()
        findings = broken_relations(read)
        times.append(process_time() - begun)
        suspected = {one.cell for finding in findings for one in finding.suspects}
        named += bool(suspected)
        right += set(cells) <= suspected
    _tell_times(remark, f"{n_cells:2} figures changed", times, named, right)

    assert median(times) < typical
    assert max(times) < longest


def test_all_totals_blank(remark):
    times, named, right = [], 0, 0
    for seed in seeds(20):
        report = clean_report(seed)
        cells = [
            cell
            for cell in report.cells()
            if cell.startswith("requests.") and cell.endswith(".total")
        ]
        wrong = report
        for cell in cells:
            wrong = with_figure(wrong, cell, None)
        begun = process_time()
        findings = broken_relations(recognised(wrong))
        times.append(process_time() - begun)
        suspected = {one.cell for finding in findings for one in finding.suspects}
        named += bool(suspected)
        right += {cell for cell in cells if report.amount(cell)} <= suspected
        for finding in findings:
            assert set(finding.cells) & set(cells)
    _tell_times(remark, "all totals of table 三 blank", times, named, right)

    assert right == len(times)
    assert max(times) < 0.5


def _tell_times(remark, what: str, times: list[float], named: int, right: int) -> None:
    times = sorted(times)
    remark(
        f"localising, {what}",
        f"median {median(times) * 1000:.1f} ms, worst {times[-1] * 1000:.0f} ms; "
        f"of {len(times)} suspects named in {named}, all changed cells among them in {right} "
        f"(scale {SCALE})",
    )
