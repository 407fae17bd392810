"""The table of speed can be measured, at its smallest, and is put where the page has its marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from benchmarks.speed import asking, tables
from benchmarks.speed.__main__ import PAGE, PARTS, main
from benchmarks.speed.asking import Unreadable
from benchmarks.speed.beside import HELD, PEERS, held_to
from benchmarks.speed.documents import KINDS, Kind, pdf_of, report
from samples.hard.programs import is_here
from tasks.flow import examine
from tasks.model.document import BATCHES, Format

SMALLEST = ("--no-peers", "--no-programs", "--documents", "1", "--runs", "1", "--pages", "12")
HELD_HERE = ("rtf plain", "xlsx one")
ONE_A_FORMAT = ("html wps", "docx plain", "text lines", "pdf lines")
NUMBER = re.compile(r"\| *[\d,]+(?:\.\d+)?%? *(?=\|)")


def measured(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines of the tables, below their heads."""
    assert main((*SMALLEST, *arguments)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = [line for line in said.out.splitlines() if line.startswith("| ")]
    heads = [at - 1 for at, line in enumerate(lines) if line.startswith("| ---")]
    return [line for at, line in enumerate(lines) if at not in heads and at - 1 not in heads]


@pytest.mark.slow
def test_every_format_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    rows = measured(capsys, "--parts", "beside,rooms", "--kinds", ",".join(ONE_A_FORMAT))
    told = [kind.says for kind in KINDS if kind.name in ONE_A_FORMAT]
    assert len(told) == 4
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [*told, *told]
    assert all(len(NUMBER.findall(row)) >= 2 for row in rows)


@pytest.mark.slow
def test_formats_are_held_to_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    rows = measured(capsys, "--parts", "formats", "--kinds", ",".join(HELD_HERE))
    told = [kind for kind in KINDS if kind.name in HELD_HERE]
    assert [row.split(" | ")[0] for row in rows] == [
        f"| {kind.says} ÷ {held_to(kind).says}" for kind in told
    ]
    assert len(told) == 2
    assert all(len(NUMBER.findall(row)) >= 3 for row in rows)


def test_every_format_has_its_row() -> None:
    measured_formats = {kind.format for kind in KINDS}
    # What archives and mail hold is measured as itself, and pictures by `benchmarks.scans`.
    assert measured_formats == {*Format} - {*BATCHES, Format.IMAGE}
    assert {kind.name for kind in KINDS if kind.format not in PEERS} == {*HELD}


@pytest.mark.slow
def test_growth_memory_and_start_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--parts", "growth,memory,start", "--kinds", "html", "--sizes", "1,2")
    rows = measured(capsys, *arguments)
    more = [row for row in rows if "HTML, a plain page: " in row]
    assert len(more) == 3
    assert all(len(NUMBER.findall(row)) == 3 for row in more)
    assert [int(row.split(" | ")[0].removeprefix("| ")) for row in rows[3:5]] == [9, 12]
    assert [row.split("`")[1] for row in rows[5:]] == ["python -c pass", *["gouji check"] * 2]


def test_the_profile_names_functions_of_the_rooms(capsys: pytest.CaptureFixture[str]) -> None:
    assert main((*SMALLEST, "--profile", "--kinds", "text tabs")) == 0
    said = capsys.readouterr().out
    assert "tasks/" in said
    assert len(re.findall(r"[\d,]+ calls  ", said)) == 10


def test_another_checkout_is_measured_beside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One whose rooms read nothing is not measured, and that is said."""
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks/__init__.py").touch()
    arguments = ("--parts", "beside", "--kinds", "text tabs", "--before", str(tmp_path))
    assert main((*SMALLEST, *arguments)) == 0
    said = capsys.readouterr()
    assert "text tabs: not measured, before: ModuleNotFoundError" in said.err
    assert f"| {tables.NOTHING} | {tables.NOTHING} |" in said.out


def test_what_ours_refuses_is_told(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    with asking.ours() as program, pytest.raises(Unreadable, match=r"^Refusal"):
        program.read("gouji", path)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_measured_is_read_as_a_report(kind: Kind) -> None:
    if not is_here(kind.needs):
        pytest.skip(f"{kind.needs} is not installed")
    outcome = examine(kind.draw(report(1), 1), f"report.{kind.suffix}")
    assert outcome.report
    assert len(outcome.report.edition) == 3


def test_a_long_pdf_has_as_many_pages_as_asked() -> None:
    assert len(PdfDocument(pdf_of(30))) in (29, 30)


def test_each_part_has_its_place_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for part in PARTS:
        told = page.partition(f"<!-- speed: {part} -->\n")[2].partition("\n<!-- end")[0]
        again = tables.page_with(page, part, "told anew")
        assert again.count("told anew") == 1
        assert tables.page_with(again, part, told) == page
    with pytest.raises(ValueError, match="another"):
        tables.page_with(page, "another", "")
