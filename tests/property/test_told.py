"""What people are told of drawn reports: everything that was found, once, in one language."""

from __future__ import annotations

import csv
import io
import os
import re
from random import Random

import pytest

from samples import STYLES, make_report, render
from samples.report import LogicalReport, broken, misreported, with_figure
from tasks.flow import examine
from tasks.model.document import Format
from tasks.render.causes import causes
from tasks.render.result import Envelope, done
from tasks.render.sheet import BYTE_ORDER_MARK, HEADS, csv_lines, rows
from workers.cli.columns import width
from workers.cli.people import told

SCALE = float(os.environ.get("PROPERTY_SCALE", "0.5"))
SEED = int(os.environ.get("PROPERTY_SEED", "0"))
HAN = re.compile(r"[\u3400-\u9fff]")
#: What documents are cited with.
CITED = re.compile(r"(?:seen|kept aside): .*|“[^”]*”|'[^']*'")


def drawn(seed: int) -> LogicalReport:
    """With up to four things wrong in it: slips, lines left blank, other sentences."""
    random = Random(f"told {seed}")
    report = make_report(
        seed, zero_share=random.choice((0.2, 0.6, 0.9)), blanks=random.choice(("zero", "blank"))
    )
    for _ in range(random.randint(0, 3)):
        cell = random.choice(list(report.cells()))
        if isinstance(report.figure(cell), int):
            report = broken(report, cell, random.randint(1, 9))
    if random.random() < 0.4:
        column = random.choice(("total", "natural_person"))
        left = random.choice((None, 0))
        for row in report.values["requests"]:
            if random.random() < 0.9:
                report = with_figure(report, f"requests.{row}.{column}", left)
    if report.narrative and random.random() < 0.4:
        report = misreported(report, random.choice(list(report.narrative)), 3)
    return report


def envelope(seed: int) -> Envelope:
    body = render(drawn(seed), Format.HTML, next(iter(STYLES[Format.HTML])))
    return done({"name": "a.html", "path": "b/a.html"}, examine(body, "a.html"))


@pytest.mark.parametrize("seed", range(SEED, SEED + round(20 * SCALE)))
def test_every_finding_is_told_once_and_every_suspect_is_in_the_list(seed: int) -> None:
    found = envelope(seed)

    put_together = causes(found)
    findings = [finding for cause in put_together for finding in cause.findings]
    assert sorted(map(str, findings)) == sorted(map(str, found["findings"]))
    assert all(cause.severity == f["severity"] for cause in put_together for f in cause.findings)

    text = "".join(csv_lines(rows(found, "zh", notes=True), "zh")).removeprefix(BYTE_ORDER_MARK)
    heads, *lines = csv.reader(io.StringIO(text, newline=""))
    assert tuple(heads) == HEADS["zh"]
    assert all(len(line) == len(heads) for line in lines)
    assert not any(entry.startswith(("=", "+", "@")) for line in lines for entry in line)
    should = {line[8] for line in lines}
    assert {s["value"] for f in findings for s in f["suspects"] if s["value"]} <= should

    for language in ("zh", "en"):
        said = told(found, language, columns=80)
        assert all(width(line.rstrip("，。；：、）”")) <= 80 for line in said.splitlines())
    english = CITED.sub(" ", told(found, "en")).replace(found["report"]["organ"] or "-", " ")
    assert [line for line in english.splitlines() if HAN.search(line)] == []
